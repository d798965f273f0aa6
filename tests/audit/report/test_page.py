"""``report.html`` and ``report.pdf``: right figures, nothing from outside, nobody named, hostile ids only ever text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cuijie.audit import AuditError
from cuijie.audit.report import write_html, write_pdf
from cuijie.audit.report.figures import figures_of
from cuijie.audit.report.reading import open_audit
from tests.audit.report.results import NIGHT, result


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", "", page, flags=re.S))


def test_the_headline_counts_contacts_of_contacts_and_how_sure(masked: Callable[[], Path]) -> None:
    page = words(write_html(masked()).read_text("utf-8"))
    assert "48 次联系里，7 次（14.6%）涉嫌违反至少一条规则" in page
    assert "还缺事实 1" in page


def test_the_figures_of_a_rule_are_those_of_the_log(made: Path) -> None:
    with open_audit(made / "out") as audit:
        figures = figures_of(audit)
    (rule,) = figures.rules
    assert (rule.id, rule.findings, rule.named, rule.unknown) == (NIGHT, 7, 7, 1)
    assert rule.hours[23] == 7
    assert sum(rule.periods) == 7
    assert figures.contacts == sum(figures.period_contacts) == 48
    assert sum(figures.map.values()) == 7
    assert figures.lenders == ("b1", "b2")
    assert [(row.name, row.findings) for row in rule.worst["lender"]] == [("b1", 6), ("b2", 1)]
    assert figures.is_same_rulebook


def test_the_numbers_that_called_are_ranked_under_pseudonyms(made: Path) -> None:
    with open_audit(made / "out") as audit:
        ranked = figures_of(audit).worst["number"]
    assert [(row.contacts, row.findings) for row in ranked] == [(18, 3), (18, 3)]
    assert all(row.name and not row.name.startswith("1700000") for row in ranked)


def test_the_law_stands_by_tier_with_its_date(made: Path) -> None:
    with open_audit(made / "out") as audit:
        (rule,) = figures_of(audit).rules
    tiers = {tier.tier.zh: tier.lines for tier in rule.tiers}
    assert "国家标准（推荐性）" in tiers
    assert tiers["国家标准（推荐性）"][0].since == "2025-02-28"


def test_the_page_stands_by_itself_and_runs_nothing(masked: Callable[[], Path]) -> None:
    page = write_html(masked()).read_text("utf-8")
    parser = _Tags()
    parser.feed(page)
    names = {tag for tag, _ in parser.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "form"}
    for _, attributes in parser.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert str(attributes.get("href", "#")).startswith("#")
    assert "url(#" in page
    assert not re.search(r"url\((?!#)|@import|https?://", page)
    policy = next(a["content"] for tag, a in parser.tags if tag == "meta" and a.get("http-equiv"))
    assert str(policy).startswith("default-src 'none'")


def test_every_link_inside_leads_somewhere(masked: Callable[[], Path]) -> None:
    parser = _Tags()
    parser.feed(write_html(masked()).read_text("utf-8"))
    ids = {attributes["id"] for _, attributes in parser.tags if "id" in attributes}
    assert {str(a["href"])[1:] for _, a in parser.tags if "href" in a} <= ids


def test_hostile_ids_of_a_log_are_text(tmp_path: Path) -> None:
    page = write_html(result(tmp_path, unmasked=True), unmasked=True).read_text("utf-8")
    assert "<b>a1</b>" not in page
    assert "&lt;b&gt;a1&lt;/b&gt;" in page
    assert "请按个人信息保管" in page


def test_a_result_in_clear_is_still_shown_under_pseudonyms_unless_asked_otherwise(tmp_path: Path) -> None:
    out = result(tmp_path, unmasked=True)
    assert "cmd|" not in write_html(out, mask_key=tmp_path / "audit.key").read_text("utf-8")
    assert "cmd|" in write_html(out, unmasked=True).read_text("utf-8")


def test_the_same_result_gives_the_same_bytes(masked: Callable[[], Path]) -> None:
    out = masked()
    assert write_html(out).read_bytes() == write_html(out).read_bytes()


def test_english_is_written_beside_the_chinese(masked: Callable[[], Path]) -> None:
    out = masked()
    page = write_html(out, "en")
    assert page.name == "report.en.html"
    text = words(page.read_text("utf-8"))
    assert "Of 48 contacts, 7 (14.6%) seem to break at least one rule." in text
    assert "逐条规则" not in text


def test_a_result_from_a_cluster_names_its_days_from_its_counts(masked: Callable[[], Path]) -> None:
    out = masked()
    told = json.loads((out / "quality.json").read_text("utf-8"))
    del told["days"]
    for column in told["columns"]:
        del column["title"]
    (out / "quality.json").write_text(json.dumps(told), encoding="utf-8")
    with open_audit(out) as audit:
        figures = figures_of(audit)
    assert (str(figures.quality.first), str(figures.quality.last)) == ("2026-03-01", "2026-03-28")
    assert figures.quality.days == 28
    assert sum(figures.period_contacts) == 48
    assert "2026年3月1日至2026年3月28日" in write_html(out).read_text("utf-8")


def test_nothing_found_is_said_and_not_taken_for_lawful(tmp_path: Path) -> None:
    out = result(tmp_path, only=("cn.impersonation",))
    page = words(write_html(out).read_text("utf-8"))
    assert "没有发现违反规则的联系" in page
    assert "不是没有违反，只是这份日志判断不了" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_for_the_board_has_its_fonts_and_words(masked: Callable[[], Path], language: str) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    path = write_pdf(masked(), "en" if language == "en" else "zh")
    document = pypdfium2.PdfDocument(path)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    assert ("48 次联系里" if language == "zh" else "Of 48 contacts") in text.replace("\n", "").replace("\r", "")
    assert b"/FontFile" in path.read_bytes()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("run.json", None),
        ("run.json", b"{"),
        ("run.json", b"[]"),
        ("run.json", b"{}"),
        ("run.json", b"\xff\xfe"),
        ("quality.json", b'{"read": "many"}'),
        ("findings.parquet", None),
        ("findings.parquet", b"PAR1"),
        ("summary.parquet", b""),
        ("agreement.json", b"{}"),
    ],
)
def test_a_damaged_result_is_refused_in_words(masked: Callable[[], Path], file: str, content: bytes | None) -> None:
    out = masked()
    if content is None:
        (out / file).unlink()
    else:
        (out / file).write_bytes(content)
    with pytest.raises(AuditError) as caught:
        write_html(out)
    assert caught.value.remedy


def test_a_table_with_other_columns_is_refused(masked: Callable[[], Path]) -> None:
    out = masked()
    (out / "summary.parquet").write_bytes((out / "set_aside.parquet").read_bytes())
    with pytest.raises(AuditError, match="读不出来"):
        write_html(out)
