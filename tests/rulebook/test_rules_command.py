from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from cuijie.cli.rules import command
from cuijie.rulebook import load_rulebook
from cuijie.rulebook.arrow_form import contacts_table
from cuijie.rulebook.unruled import unruled
from tests.rulebook.builders import contact, toy_rule, write_rule


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_list_shows_every_rule_with_its_own_folder_s(tmp_path: Path) -> None:
    write_rule(tmp_path, toy_rule("connected"))
    listed = json.loads(run("list", "--rules", tmp_path, "--json").stdout)["rules"]
    ids = [rule["id"] for rule in listed]
    assert "xx.toy.loud" in ids
    assert "cn.time.quiet-hours" in ids
    assert "cn.time.quiet-hours" in run("list").stdout


def test_show_reads_like_a_page_with_law_dates_and_examples() -> None:
    page = run("show", "R06").stdout
    for said in (
        "夜间催收",
        "22:00",
        "国家标准",
        "自 2025-02-28",
        "约束：",
        "银行业协会",
        "谁可以主张",
        "例子",
        "什么能证明",
    ):
        assert said in page


def test_a_page_says_what_it_wants_in_words_and_whom_a_law_binds() -> None:
    page = run("show", "cn.contact-list.no-valid-consent").stdout
    norms = page.split("直接依据")[1].split("辅助依据")[0]
    assert "还须“借款人对读取通讯录的同意：和别的条款捆在一起”" in norms
    assert "contact_list_consent" not in norms
    assert "自 2021-11-01；约束：所有人（例外见下）" in norms
    assert "个人出借人不在其列" in norms
    assert "自 2026-01-01；约束：贷款人类型不是个人" in norms  # as it is judged, not as the library lists it
    night = run("show", "cn.time.quiet-hours").stdout
    assert "或（贷款人类型：消费金融公司／催收公司，且是否中国银行业协会会员：是）" in night
    assert "未核实是否也约束：贷款人类型：汽车金融或信托／" in night
    assert "不早于 22:00；或钟点（北京时间）早于 8:00" in night
    often = run("show", "cn.frequency.connected-calls").stdout
    assert "同一借款人、同一贷款人、同一自然日（北京时间）之内，下列联系合计超过 3 次" in often


def test_a_page_dates_all_it_cites_and_says_where_second_hand_law_is_known_from() -> None:
    page = run("show", "R01").stdout
    assert "（cn.civil-code.2020/1032，自 2021-01-01）" in page
    assert "（cn.criminal-law.1997/253-1，自 2015-11-01）" in page
    assert "自 2018-03（具体日期未核实）；约束：中国互联网金融协会会员" in page
    assert "引用前请核对官方文本；概括自外文译本，不是原文" in page
    assert "条号只见于单一二手资料" in page


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("R01", "被联系人本人同意过的"),
        ("R06", "担保人"),
        ("R14", "自然人出借人、无牌放贷只对借款人扬言一次"),
        ("cn.threat.contacts", "自然人出借人、无牌放贷说一次"),
    ],
)
def test_a_page_says_what_is_left_to_a_lawyer(rule: str, said: str) -> None:
    disputes = run("show", rule).stdout.split("分歧与口径")[1].split("缺了这些事实会问")[0]
    assert any(said in line and "请律师判断" in line for line in disputes.splitlines())


def test_show_of_a_number_borne_by_two_rules_shows_both() -> None:
    page = run("show", "R10").stdout
    assert "cn.threat.violence" in page
    assert "cn.threat.contacts" in page


@pytest.mark.parametrize("linked", [linked.rule.id for linked in load_rulebook().rules])
def test_every_rule_has_a_page_in_both_languages_that_prints_no_unverified_article(linked: str) -> None:
    from cuijie.rulebook.page import rule_page

    book = load_rulebook()
    rule = book.rule(linked)
    for english in (False, True):
        page = rule_page(book, rule, english=english)
        assert rule.rule.id in page
        assert "None" not in page
        for norm in rule.norms:
            assert norm.id in page


@pytest.mark.parametrize("number", sorted(unruled()))
def test_a_number_without_a_rule_says_why_and_where_to_look(number: str) -> None:
    book = load_rulebook()
    assert number not in {linked.rule.number for linked in book.rules}
    page = run("show", number.lower()).stdout
    told = json.loads(run("show", number, "--json").stdout)
    assert told["why"]["zh"] in page
    assert told["why"]["en"]
    for rule in told["see"]:
        assert book.rule(rule)
        assert rule in page
    assert number in run("list").stdout


def test_show_of_a_rule_that_is_not_there_says_where_to_look() -> None:
    result = run("show", "cn.no.such")
    assert result.exit_code != 0
    assert "rules list" in str(result.exception)


def test_test_passes_on_our_rules_and_counts_them() -> None:
    result = run("test", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["failed"]) == (0, 0)
    assert told["rules"] >= 30


def test_a_failing_scenario_of_the_user_s_own_ends_with_1_and_says_why(tmp_path: Path) -> None:
    path = write_rule(tmp_path, toy_rule("NOT connected"))
    result = run("test", "xx.toy.loud", "--rules", tmp_path)
    assert result.exit_code == 1
    for said in (str(path), "第 15 行", "安静", "expect 应为 clear，得到 breach", "connected"):
        assert said in result.stdout


def test_sql_prints_statements_that_run_as_they_stand() -> None:
    told = json.loads(run("sql", "cn.time.quiet-hours", "--json").stdout)
    night = contact(channel="call", lender_type="microloan", product="online_consumer", hours_agreed=None)
    with duckdb.connect(":memory:") as connection:
        connection.register("contacts", contacts_table([night]))
        connection.execute(told["facts"])
        assert connection.execute(told["rules"]["cn.time.quiet-hours"]).fetchall() == []
        connection.execute("UPDATE facts SET minute_of_day = 1320")
        ((id_, verdict, _, _, missing, _),) = connection.execute(told["rules"]["cn.time.quiet-hours"]).fetchall()
    assert (id_, verdict, missing) == ("c1", "unknown", "hours_agreed")


def test_sql_is_spelled_for_spark_too() -> None:
    printed = run("sql", "--dialect", "spark", "cn.frequency.connected-calls").stdout
    assert "unix_micros(" in printed
    assert "epoch_us(" not in printed


def test_a_rule_about_the_case_has_no_sql_and_says_so() -> None:
    result = run("sql", "cn.complaint.unanswered")
    assert result.exit_code != 0
    assert "没有 SQL" in str(result.exception)
