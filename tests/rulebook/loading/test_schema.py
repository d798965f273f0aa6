from __future__ import annotations

from pathlib import Path

import pytest

from cuijie.datafiles import DataFileError
from cuijie.rulebook import RulebookError, load_rulebook
from tests.rulebook.builders import contact, toy_book, toy_rule, write_rule

_GOOD = toy_rule("connected")


def broken(folder: Path, old: str, new: str) -> DataFileError:
    text = _GOOD.replace(old, new)
    assert text != _GOOD
    path = write_rule(folder, text)
    with pytest.raises(DataFileError) as caught:
        load_rulebook([folder], ours=False)
    assert caught.value.source == str(path)
    return caught.value


def test_a_toy_rule_of_another_jurisdiction_needs_no_code(tmp_path: Path) -> None:
    book = toy_book(tmp_path, "connected AND channel = 'call'")
    (judged,) = book.judge([contact(connected=True, channel="call")]).contacts
    assert (judged.rule, judged.verdict, judged.basis) == ("xx.toy.loud", "breach", ("xx.house/1",))
    assert not book.judge([contact(connected=True, channel="sms")]).contacts


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "problem"),
    [
        ("version: 1", "version: one", 2, "version", "正整数"),
        ("id: xx.toy.loud", "id: 太吵", 1, "id", "法域"),
        ("about: contact", "about: person", 4, "about", "contact、window、case"),
        ("when: 'connected'", "when: 'conected'", 5, "when", "connected"),
        ("when: 'connected'", "when: ''", 5, "when", "不能是空的"),
        ("severity: ordinary", "severity: bad", 11, "severity", "advisory"),
        ("protects: [debtor]", "protects: [me]", 9, "protects", "debtor、recipient"),
        ("protects: [debtor]", "protect: [debtor]", 9, "protect", "不认识这个键"),
        ("certainty: established", "", 1, "certainty", "写成 certainty: established|likely|to_judge"),
        ("  policy:", "\tpolicy:", 7, "", "制表符"),
        ("  policy:", "  criminal:", 8, "id", "写在 further 里"),
        ("binds: everyone", "binds: [guild]", 8, "binds", "bindings/xx.yaml"),
        ("  policy:", "  rules:", 7, "rules", "criminal"),
        ("xx.house/1,", "house rule,", 8, "id", "条文 id"),
        ("  policy:\n", "  civil: [xx.house/1]\n  policy:\n", 9, "id", "写了两次"),
        ("binds: everyone", "binds: [aliens]", 8, "binds", "aliens"),
        (", label: {zh: 住户规则第一条, en: House rule 1}", "", 8, "id", "label、from、binds"),
        ("from: 2024-01-01", "from: 2024-13-01", 8, "from", "日期"),
        ("from: 2024-01-01", "from: 2024-01-01, until: 2023-01-01", 8, "until", "还没有开始"),
        ("evidence: {zh: [记录], en: [The record]}", "evidence: 记录", 12, "evidence", "zh"),
        ("expect: clear", "expect: fine", 18, "expect", "breach"),
        ("expect: clear", "expect: unknown", 15, "asks", "恰好问哪些列"),
        ("channel: letter", "channel: pigeon", 17, "channel", "robot_call"),
        ("channel: letter", "chanel: letter", 17, "chanel", "不认识这个键"),
        ("connected: false", "connected: nope", 17, "connected", "true 或 false"),
        ("on: 2026-03-01", "on: yesterday", 16, "on", "日期"),
    ],
)
def test_a_mistake_names_file_line_key_and_what_was_expected(
    tmp_path: Path, old: str, new: str, line: int, key: str, problem: str
) -> None:
    error = broken(tmp_path, old, new)
    assert (error.line, error.key) == (line, key)
    assert problem in error.problem


def test_a_window_rule_says_by_what_it_counts(tmp_path: Path) -> None:
    when = "contacts() filter (where connected) > 3"
    for extra, problem in [
        ("", "per"),
        ("window: {per: [debtor_id]}\n", "day"),
        ("window: {per: [debtor_id, day], within: 7 days}\n", "per 里就不能"),
        ("window: {per: [text, day]}\n", "不能按 text"),
        ("window: {per: [debtor_id], within: a week}\n", "7 days"),
        ("window: {per: [debtor_id, day], marks: some}\n", "all、over"),
    ]:
        write_rule(tmp_path, toy_rule(when, "window", extra))
        with pytest.raises(DataFileError, match=problem):
            load_rulebook([tmp_path], ours=False)


def test_a_folder_that_holds_no_rules_is_told_apart_from_one_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="没有规则文件"):
        load_rulebook([tmp_path])
    with pytest.raises(RulebookError, match="不存在"):
        load_rulebook([tmp_path / "none"])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"id: [", b"- a\n- b\n", b"a: 1\na: 2\n"])
def test_a_file_that_is_no_rule_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    with pytest.raises(DataFileError, match=r"bad\.yaml"):
        load_rulebook([tmp_path], ours=False)


def test_a_rule_id_is_written_once(tmp_path: Path) -> None:
    write_rule(tmp_path, _GOOD, "one.yaml")
    write_rule(tmp_path, _GOOD, "two.yaml")
    with pytest.raises(DataFileError, match=r"已在 .*one\.yaml"):
        load_rulebook([tmp_path], ours=False)


def test_a_provision_the_law_library_does_not_hold_is_named_with_its_line(tmp_path: Path) -> None:
    text = _GOOD.replace("protects:", "support: {civil: [cn.civil-code.2020/99999]}\nprotects:")
    write_rule(tmp_path, text)
    with pytest.raises(DataFileError, match=r"第 9 行.*cn.civil-code.2020/99999"):
        load_rulebook([tmp_path], ours=False)


def test_bindings_of_a_jurisdiction_travel_with_the_folder(tmp_path: Path) -> None:
    bindings = tmp_path / "bindings" / "xx.yaml"
    bindings.parent.mkdir()
    bindings.write_text(
        "facts:\n  member_guild: {title: 是否行会会员, ask: {zh: 是行会会员吗？, en: A guild member?}}\n"
        "tokens:\n  guild: member_guild\n",
        encoding="utf-8",
    )
    write_rule(tmp_path, _GOOD.replace("binds: everyone", "binds: [guild]"))
    book = load_rulebook([tmp_path], ours=False)
    (judged,) = book.judge([contact(connected=True)]).contacts
    assert (judged.verdict, judged.asks) == ("unknown", ("member_guild",))
    assert book.ask("member_guild").zh == "是行会会员吗？"


_OF_OUR_LAW = _GOOD[: _GOOD.index("  policy:")] + "  LAW\n" + _GOOD[_GOOD.index("protects:") :]


@pytest.mark.parametrize(
    ("law", "problem"),
    [
        ("policy: [cn.civil-code.2020/1033.1.1]", "在法律库里是 civil，这里写成了 policy"),
        ("civil: [cn.gbt45251.2025/5.3.hours]", "在法律库里是 standard"),
        ("standard: [cn.gbt45251.2025/5.3.interval]", "没有核实，不能作 norm"),
        ("regulator: [cn.app-pi-draft.2026/contacts]", "草案"),
    ],
)
def test_a_rule_cannot_call_a_law_what_it_is_not(tmp_path: Path, law: str, problem: str) -> None:
    write_rule(tmp_path, _OF_OUR_LAW.replace("LAW", law))
    with pytest.raises(DataFileError, match=problem):
        load_rulebook([tmp_path], ours=False)


def test_what_is_cited_beside_a_norm_stands_in_its_own_tier_too(tmp_path: Path) -> None:
    write_rule(tmp_path, _GOOD.replace("protects:", "support: {criminal: [cn.civil-code.2020/1032]}\nprotects:"))
    with pytest.raises(DataFileError, match="这里写成了 criminal"):
        load_rulebook([tmp_path], ours=False)


def test_a_rule_under_a_prefix_of_one_s_own_may_rest_on_the_law_of_a_country(tmp_path: Path) -> None:
    write_rule(tmp_path, _OF_OUR_LAW.replace("LAW", "self_discipline: [cn.cba-collection.2026/quiet-hours]"))
    book = load_rulebook([tmp_path], ours=False)
    by_lender = {
        lender: [
            (judged.verdict, judged.asks)
            for judged in book.judge([contact(connected=True, product="credit_card", lender_type=lender)]).contacts
        ]
        for lender in ("commercial_bank", "consumer_finance", "microloan")
    }
    assert by_lender == {
        "commercial_bank": [("breach", ())],
        "consumer_finance": [("unknown", ("member_cba",))],
        "microloan": [],
    }
