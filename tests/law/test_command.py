"""``cuijie law`` as a person and as a program use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cuijie.cli.law.command import command
from cuijie.errors import CuijieError


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _json(*arguments: str) -> Any:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_page_says_all_a_reader_needs() -> None:
    shown = _run("show", "cn.psapl/50", "--on", "2026-03-01").stdout
    for part in (
        "《中华人民共和国治安管理处罚法》（2025年修订）第五十条",
        "cn.psapl.2025/50",
        "2026年1月1日",
        "治安管理处罚（法律）",
        "已与公布的文本核对",
        "国家法律法规数据库",
        "（2012年修正）第四十二条",
    ):
        assert part in shown


def test_a_page_of_an_old_number_says_where_it_went() -> None:
    shown = _run("show", "治安管理处罚法第四十二条", "--on", "2026-03-01").stdout
    assert "你查的是旧条号" in shown
    assert "2026年1月1日起" in shown
    assert "第五十条" in shown.splitlines()[0]


def test_the_same_words_show_the_old_text_on_an_old_day() -> None:
    page = _json("show", "治安管理处罚法第四十二条", "--on", "2025-05-01")
    assert page["id"] == "cn.psapl.2012/42"
    assert page["in_force_on"] is True
    assert page["repealed"] == "2026-01-01"
    assert page["successors"] == ["cn.psapl.2025/50"]


def test_a_repealed_text_asked_for_by_id_is_shown_as_repealed() -> None:
    shown = _run("show", "cn.psapl.2012/42", "--on", "2026-03-01").stdout
    assert "已经失效" in shown
    assert "cn.psapl.2025/50" in shown


def test_words_without_quotes_are_one_question() -> None:
    assert _json("show", "民法典", "第1033条", "第一项")["id"] == "cn.civil-code.2020/1033.1.1"


def test_plain_words_that_name_no_law_are_searched_for() -> None:
    assert "cn.gbt45251.2025/5.3.hours" in _run("show", "半夜打电话").stdout
    assert _json("show", "半夜打电话")["provisions"]


@pytest.mark.parametrize("asked", ["火星法", "第三条", "qqqq", "火星管理条例"])
def test_words_that_look_like_a_law_are_not_searched_for(asked: str) -> None:
    with pytest.raises(CuijieError, match="没有认出"):
        _run("show", asked)


def test_an_authority_that_ended_is_shown_with_who_took_over() -> None:
    shown = _run("show", "银保监会").stdout
    assert "国家金融监督管理总局" in shown
    assert "2023年" in shown
    assert _json("show", "中国银保监会")["successors"] == ["国家金融监督管理总局"]


def test_a_draft_is_shown_as_a_draft() -> None:
    assert "草案，没有生效" in _run("show", "反网络暴力法").stdout


def test_a_number_that_is_not_verified_is_shown_nowhere() -> None:
    shown = _run("show", "cn.sms-rules.2015/18").stdout
    assert "条号没有核实" in shown
    assert "第十八条" not in shown.replace("通常引第十八条", "")


def test_a_whole_law_lists_what_is_held_of_it() -> None:
    page = _json("show", "消法")
    assert page["id"] == "cn.consumer-law.2013"
    assert "cn.consumer-law.2013/29" in [held["id"] for held in page["provisions"]]


def test_an_article_of_which_no_summary_is_held_is_shown_by_its_subject() -> None:
    page = _json("show", "民法典第二百条")
    assert page["paraphrase_zh"] is None
    assert page["citation"] == "《中华人民共和国民法典》第二百条"
    assert page["subject"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("个人信息保护法第八十八条", "没有第八十八条"),
        ("民法典1033条9项", "没有第（九）项"),
        ("火星法第一条", "没有认出"),
        ("cn.moon.2020", "法律库里没有"),
    ],
)
def test_what_the_law_does_not_have_is_an_error_in_words(asked: str, words: str) -> None:
    with pytest.raises(CuijieError, match=words) as caught:
        _run("show", asked)
    assert caught.value.exit_code == 2
    assert caught.value.remedy


@pytest.mark.parametrize("day", ["2026-03-01", "2026/3/1", "20260301", "2026年3月1日", "2026.3.1"])
def test_days_are_read_as_people_write_them(day: str) -> None:
    assert _json("cite", "cn.pipl.2021/13", "--on", day)["on"] == "2026-03-01"


@pytest.mark.parametrize("day", ["2026-02-30", "昨天", "2026-13-01", "26-3-1", ""])
def test_what_is_no_day_is_wrong_use(day: str) -> None:
    result = _run("show", "民法典1032", "--on", day)
    assert result.exit_code == 2
    assert "2026-03-01" in result.output


def test_a_citation_is_one_line() -> None:
    assert _run("cite", "民法典1033条1项", "--on", "2026-03-01").stdout == (
        "《中华人民共和国民法典》第一千零三十三条第（一）项\n"
    )


def test_a_citation_of_a_day_before_the_law_fails() -> None:
    with pytest.raises(CuijieError, match="2021年3月1日"):
        _run("cite", "刑法293之一", "--on", "2021-02-28")


def test_a_citation_without_a_verified_number_says_so_beside_it() -> None:
    result = _run("cite", "cn.consumer-finance-measures.2024/collection", "--on", "2026-03-01")
    assert result.stdout == "《消费金融公司管理办法》\n"
    assert "条号没有核实" in result.stderr
    assert _json("cite", "cn.consumer-finance-measures.2024/collection", "--on", "2026-03-01")["numbered"] is False


def test_an_article_that_is_not_held_is_not_cited() -> None:
    with pytest.raises(CuijieError, match="没有收录"):
        _run("cite", "民法典第二百条")


def test_only_the_title_when_asked() -> None:
    assert _run("cite", "民法典1032", "--title-only").stdout == "《中华人民共和国民法典》\n"


def test_search_gives_the_best_first_and_no_more_than_asked() -> None:
    found = _json("search", "半夜", "打电话", "--limit", "3")["provisions"]
    assert len(found) == 3
    assert {"id", "citation", "tier", "paraphrase_zh", "confidence"} <= found[0].keys()


def test_search_marks_what_is_not_verified() -> None:
    shown = _run("search", "信用卡 滞纳金").stdout
    assert "（没有核实）" in shown
    assert "（二手资料）" in _run("search", "半夜").stdout


def test_search_can_keep_to_one_tier() -> None:
    found = _json("search", "威胁", "--tier", "public_security")["provisions"]
    assert found
    assert {row["tier"] for row in found} == {"public_security"}


def test_search_that_finds_nothing_says_so() -> None:
    assert "没有找到" in _run("search", "qqqq").stdout
    assert _json("search", "qqqq")["provisions"] == []


def test_the_list_tells_what_is_in_force_and_what_is_a_draft() -> None:
    shown = _run("list", "--on", "2026-03-01").stdout
    rows = {row.split("[")[1].split("]")[0]: row for row in shown.splitlines()}
    assert "现行" in rows["cn.psapl.2025"]
    assert "不适用" in rows["cn.psapl.2012"]
    assert "草案" in rows["cn.app-pi-draft.2026"]
    listed = _json("list", "--tier", "criminal")["instruments"]
    assert {row["tier"] for row in listed} == {"criminal"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "cn.psapl/42"),
        ("show", "cn.consumer-law.2013"),
        ("show", "cn.app-pi-draft.2026/contacts"),
        ("show", "cn.creditcard-notice.2022/collection", "--on", "2022-07-05"),
        ("show", "刑法293之一", "--on", "2020-01-01"),
        ("show", "cn.microloan-measures.2024/37"),
        ("show", "民法典第二百条"),
        ("show", "合同法60"),
        ("show", "民法典1033条3项"),
        ("search", "night"),
        ("search", "qqqq"),
        ("list",),
        ("show", "工商局"),
    ],
)
def test_every_page_can_be_had_in_english(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    chinese = _run(*arguments).stdout
    monkeypatch.setattr("cuijie.cli.language.LANGUAGE", "en")
    english = _run(*arguments).stdout
    assert english
    assert english != chinese


_ACT = "渡船管理法\n2031年5月6日 通过\n第一条 甲。\n"


def test_import_reports_each_file_and_fails_when_nothing_came_in(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(_ACT, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    result = _run("import", str(tmp_path))
    assert result.exit_code == 2
    assert "没有认出  a.md" in result.stdout
    assert "读不出  b.txt" in result.stdout
    assert "2 个文件，0 个可用" in result.stdout


def test_import_then_show_prints_the_article_itself(shared: Path) -> None:
    text = shared / "law" / "texts" / "cn.pipl.2021.md"
    (row,) = _json("import", str(text))["files"]
    assert (row["state"], row["instrument"], row["articles"]) == ("imported", "cn.pipl.2021", 74)
    page = _json("show", "个保法13条1款2项")
    assert page["text_source"] == "cn.pipl.2021.md"
    assert page["lead"].endswith("：")
    assert page["text"].startswith("为订立")
    assert "（二）为订立" in _run("show", "个保法13条1款2项").stdout


def test_help_lists_the_commands_in_chinese() -> None:
    shown = _run("--help").stdout
    assert all(name in shown for name in ("show", "search", "cite", "import"))
    assert "法律库" in shown
