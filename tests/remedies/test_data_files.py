"""What lawyers edit: templates, channels, rungs, words for conduct; errors name file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from cuijie.datafiles import DataFileError, Lines, parse_yaml
from cuijie.law import library
from cuijie.remedies import channels as channels_module
from cuijie.remedies import rungs as rungs_module
from cuijie.remedies.conduct import wording_of
from cuijie.remedies.documents.blocks import Heading, Item, Notice, PageBreak, Paragraph, Run, Table, plain
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.markup import mark, parse
from cuijie.remedies.documents.template import render
from cuijie.remedies.errors import TemplateError
from cuijie.rulebook import load_rulebook

_HEAD = "---\ntitle: 试\nwho: [debtor]\nrecipient: 自己\n---\n"


def _lines(text: str) -> Lines:
    value = parse_yaml(text, "试.yaml")
    assert isinstance(value, Lines)
    return value


def test_every_rule_of_the_rulebook_has_its_words() -> None:
    missing = [one.rule.id for one in load_rulebook().rules if wording_of(one.rule.id).title.startswith("违反规则")]
    assert missing == []


def test_what_the_rulebook_calls_advisory_papers_call_no_breach() -> None:
    advisory = {one.rule.id for one in load_rulebook().rules if one.rule.severity == "advisory"}
    assert {one.rule.id for one in load_rulebook().rules if wording_of(one.rule.id).is_advisory} == advisory != set()


def test_a_rule_without_words_is_named_by_its_id() -> None:
    assert "my.rule" in wording_of("my.rule").title


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("name: 甲", "where"),
        ("nonsense: 1", "不认识的键"),
        (
            "name: 甲\nwhere: 乙\ncan: 丙\ncannot: 丁\ncost: 免费\nsilent: 戊\nconfidence: unverified",
            "没有核实的不写进来",
        ),
    ],
)
def test_a_channel_that_lacks_something_is_refused(body: str, problem: str) -> None:
    table = _lines("x:\n" + "\n".join(f"  {line}" for line in body.split("\n")))
    with pytest.raises(DataFileError, match=problem):
        channels_module._channel("x", table["x"], table)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{id: a, what: b, from: reached, actor: they}", "days、workdays"),
        ("{id: a, what: b, days: 0, from: reached, actor: they}", "正整数"),
        ("{id: a, what: b, days: 3, from: sometime, actor: they}", "只能是"),
        ("{id: a, what: b, days: 3, from: reached, actor: we}", "you 或 they"),
        (
            "{id: a, what: b, days: 3, from: reached, actor: they, basis: c, since: soon, confidence: verified}",
            "应为日期",
        ),
        ("{id: a, extra: 1}", "不认识的键"),
    ],
)
def test_a_limit_that_is_not_whole_is_refused(body: str, problem: str) -> None:
    table = _lines(f"clocks: {body}")
    with pytest.raises(DataFileError, match=problem):
        channels_module._clock(table["clocks"], table)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{track: a, title: b}", "应为文字"),
        ("{track: a, title: b, why: c, channel: nowhere}", "没有渠道"),
        ("{track: a, title: b, why: c, when: [moonrise]}", "不认识的条件"),
        ("{track: a, title: b, why: c, clock: x}", "没有时限"),
        ("{track: a, title: b, why: c, document: [1]}", "文书编号"),
        ("{what: 1}", "不认识的键"),
    ],
)
def test_a_rung_that_is_not_whole_is_refused(body: str, problem: str) -> None:
    table = _lines(f"x: {body}")
    with pytest.raises(DataFileError, match=problem):
        rungs_module._rung("x", table["x"], table)


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("who: [debtor]\nrecipient: 甲", "title"),
        ("title: 甲\nwho: [everyone]\nrecipient: 乙", "debtor、contacted"),
        ("title: 甲\nwho: [debtor]\nrecipient: 乙\npeople: some", "masked 或 full"),
        ("title: 甲\nwho: [debtor]\nrecipient: 乙\nfacts: maybe", "none、blank"),
        ("title: 甲\nwho: [debtor]\nrecipient: 乙\nquote: long", "整数"),
        ("title: 甲\nwho: [debtor]\nrecipient: 乙\npolice: 是", "true 或 false"),
        ("title: 甲\nwho: [debtor]\nrecipient: 乙\nfields: [a]", "label"),
        ("title: 甲\nwho: [debtor]\nrecipient: 乙\nfields: {a: {labl: b}}", "只能有"),
        ("title: 甲\nwho: [debtor]\nrecipient: 乙\ncolour: red", "不认识的键"),
    ],
)
def test_a_template_with_a_wrong_head_names_file_and_key(tmp_path: Path, head: str, problem: str) -> None:
    (tmp_path / "a.md").write_text(f"---\n{head}\n---\n# 试\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=problem) as caught:
        documents(tmp_path)
    assert "a.md" in str(caught.value)


def test_a_template_without_a_head_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 试\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="---"):
        documents(tmp_path)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("# {{ nobody }}", "nobody"),
        ("# {% if %}", "第 6 行"),
        ("{{ ''.__class__ }}", "a.md"),
        ("{% include 'none.md' %}", "none.md"),
        ("{{ nothing }}", "不能直接写进文书"),
        ("{{ some }}", "dict"),
        ("{{ 1 + 'a' }}", "a.md"),
        ("正文\ue000", "不允许的字符"),
    ],
)
def test_a_template_that_cannot_be_rendered_says_where(tmp_path: Path, body: str, problem: str) -> None:
    (tmp_path / "a.md").write_text(_HEAD + body, encoding="utf-8")
    with pytest.raises(TemplateError, match=problem):
        render("a", {"nothing": None, "some": {}}, tmp_path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("| a | b |\n| c | d |", "各栏宽度"),
        ("| a | b |\n|1|2|\n| c |", "应有 2 栏"),
        ("@field 名称", "@field"),
        ("@nonsense x", "不认识的标记"),
        ("正文\n@page\n@page", "空白页"),
    ],
)
def test_markup_that_is_not_ours_is_refused(text: str, problem: str) -> None:
    with pytest.raises(TemplateError, match=problem):
        parse(text, [], "a.md")


def test_the_blocks_of_our_markup() -> None:
    text = (
        f"# 题\n##+ 甲\n正文**重**{mark(0)}\n1. 一\n1. 二\n段\n1. 又一\n- 无号\n##+ 乙\n### 小节\n> 提示\n"
        "@right 右\n@page landscape\n| 头 | 尾 |\n|1|2|\n| a | b |"
    )
    blocks = parse(text, [(Run(text="值\n第二行", kind="data"),)], "a.md")
    told = [(type(one), plain(one.runs)) for one in blocks if isinstance(one, Heading | Paragraph | Item | Notice)]
    assert told == [
        (Heading, "题"),
        (Heading, "一、甲"),
        (Paragraph, "正文重值"),
        (Paragraph, "第二行"),
        (Item, "一"),
        (Item, "二"),
        (Paragraph, "段"),
        (Item, "又一"),
        (Item, "无号"),
        (Heading, "二、乙"),
        (Heading, "小节"),
        (Notice, "提示"),
        (Paragraph, "右"),
    ]
    assert [one.number for one in blocks if isinstance(one, Item)] == ["1．", "2．", "1．", ""]
    assert PageBreak(landscape=True) in blocks
    assert isinstance(blocks[-1], Table)


def test_a_table_without_rows_is_left_out() -> None:
    assert parse("| 头 | 尾 |\n|1|2|", [], "a.md") == ()


def test_every_provision_the_templates_name_is_in_the_library() -> None:
    import re

    from cuijie.remedies.documents.catalogue import TEMPLATES

    for path in TEMPLATES.glob("*.md"):
        for id in re.findall(r"'(cn\.[a-z0-9.-]+/[^']+)'", path.read_text(encoding="utf-8")):
            assert library().provision(id).confidence != "unverified", (path.name, id)
