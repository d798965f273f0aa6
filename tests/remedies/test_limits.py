"""What channels take: verified limits are kept, others are said and never enforced; long texts are shortened whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cuijie.datafiles import DataFileError, Lines, parse_yaml
from cuijie.law import library
from cuijie.remedies import channels as channels_module
from cuijie.remedies.channels import channels
from cuijie.remedies.documents.blocks import blocks_runs
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.fitting import fitted
from cuijie.remedies.documents.txt_writer import txt_text
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.limits import broken, limit_of
from tests.remedies.sample import ON, sample


def _limit(text: str) -> tuple[Lines, Lines]:
    table = parse_yaml(f"x: {text}", "试.yaml")
    assert isinstance(table, Lines)
    lines = table["x"]
    assert isinstance(lines, Lines)
    return lines, table


def test_no_shipped_limit_is_called_verified_and_each_web_form_says_so() -> None:
    """Nobody has read an official text on lengths and files yet: nothing may be enforced as fact."""
    for channel in channels().values():
        assert all(one.confidence != "verified" for one in channel.limits)
        assert broken(channel.limits, suffix=".rtf", size_bytes=10**9, chars=10**6) == ()
        if channel.has_form:
            assert any("未核实" in one for one in channel.shown_limits), channel.id
    assert any("每天不超过5件" in one and "以官方最新公告为准" in one for one in channels()["nifa_report"].shown_limits)


@pytest.mark.parametrize(
    ("written", "suffix", "size", "chars", "problem"),
    [
        ("{what: chars, most: 500, confidence: verified, basis: 页面}", ".txt", 0, 501, "这份有501字"),
        ("{what: chars, most: 500, confidence: verified, basis: 页面}", ".txt", 0, 500, None),
        ("{what: chars, most: 500, confidence: secondary, basis: 网文}", ".txt", 0, 501, None),
        ("{what: chars, most: 500, confidence: unverified, basis: 听说}", ".txt", 0, 501, None),
        ("{what: file_mb, most: 2, confidence: verified, basis: 页面}", ".pdf", 3 * 1024 * 1024, None, "3.0MB"),
        ("{what: file_mb, most: 2, confidence: verified, basis: 页面}", ".pdf", 1024, None, None),
        ("{what: types, most: [pdf, jpg], confidence: verified, basis: 页面}", ".docx", 1, None, "只收pdf、jpg格式"),
        ("{what: types, most: [pdf, jpg], confidence: verified, basis: 页面}", ".pdf", 1, None, None),
    ],
)
def test_only_a_verified_limit_refuses(
    written: str, suffix: str, size: int, chars: int | None, problem: str | None
) -> None:
    lines, at = _limit(written)
    found = broken((limit_of(lines, at),), suffix=suffix, size_bytes=size, chars=chars)
    assert (problem is None) == (found == ())
    assert problem is None or problem in found[0]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{what: length, most: 1, confidence: verified, basis: a}", "只能是"),
        ("{what: chars, most: 0, confidence: verified, basis: a}", "正整数"),
        ("{what: types, most: 3, confidence: verified, basis: a}", "列表"),
        ("{what: chars, most: 3, confidence: sure, basis: a}", "verified"),
        ("{what: chars, most: 3, confidence: verified}", "根据"),
        ("{what: chars, size: 3}", "每一条只能有"),
    ],
)
def test_a_limit_that_is_not_whole_is_refused(written: str, problem: str) -> None:
    lines, at = _limit(written)
    with pytest.raises(DataFileError, match=problem):
        limit_of(lines, at)


@pytest.fixture
def _own_channels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shipped channels with a verified limit on one, as a user may set them."""
    shipped = channels_module._PATH.read_text(encoding="utf-8")
    own = shipped.replace(
        "- {what: per_day, most: 5, confidence: secondary,", "- {what: chars, most: 700, confidence: verified,"
    )
    assert own != shipped
    path = tmp_path / "channels.yaml"
    path.write_text(own, encoding="utf-8")
    monkeypatch.setenv("CUIJIE_CHANNELS", str(path))
    channels_module.channels.cache_clear()
    yield
    channels_module.channels.cache_clear()


@pytest.mark.usefixtures("_own_channels")
def test_a_limit_the_user_set_as_verified_is_shown_as_fact() -> None:
    assert channels()["nifa_report"].shown_limits == ("正文不超过700字（举报平台的举报须知）",)


@pytest.mark.parametrize("most", [2000, 1200, 900, 700])
def test_a_text_is_shortened_by_whole_points(most: int) -> None:
    made = draft("nfra_complaint", sample(60), ON, law=library())
    assert len(txt_text(made)) > most
    short = fitted(made, most)
    text = txt_text(short)
    assert len(text) <= most
    full = set(txt_text(made).split("\n"))
    assert all(line in full or "见附件《事件时间轴》" in line for line in text.split("\n"))
    assert "诉求" in text
    assert "依法应承担的还款义务不因投诉而改变" in text
    assert any(run.kind == "exhibit" for run in blocks_runs(short.blocks))


def test_a_statement_without_an_annex_counts_every_contact_that_it_leaves_to_the_evidence() -> None:
    named = replace(sample(12), findings=sample().findings[1:])  # of hers no finding speaks
    made = draft("third_party_statement", named, ON, law=library(), sender="p1")
    text = txt_text(fitted(made, 700))
    left = re.search(r"其余(\d+)项见证据。", text)
    assert left is not None
    assert text.count("致电本人") + int(left.group(1)) == txt_text(made).count("致电本人") == 14


def test_what_cannot_be_shortened_says_how_long_it_is() -> None:
    with pytest.raises(RemedyError, match="最短也要"):
        fitted(draft("nfra_complaint", sample(), ON, law=library()), 100)


def test_a_short_text_is_left_as_it_is() -> None:
    made = draft("call_script", sample(), ON, law=library())
    assert fitted(made, 100_000) is made
