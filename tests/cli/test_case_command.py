"""``cuijie case`` as a user runs it: words, exit codes, JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cuijie.casefile import Case
from cuijie.records import Collector, Entry
from tests.small_case import PASSPHRASE

from .conftest import Ran

pytestmark = pytest.mark.usefixtures("passphrase")


def test_a_case_is_made_with_what_the_user_knows(tmp_path: Path) -> None:
    made = Ran(
        "case", "new", tmp_path / "新案卷", "--lender", "示例消费金融有限公司", "--lender-type", "消金", "--product", "网贷",
        "--contract-on", "2025年1月2日", "--overdue-since", "2026/3/5", "--agreed-hours", "20：00到23：00", "--principal", "5,000元",
        "--settled", "否",
    )  # fmt: skip
    assert made.code == 0, made.err
    (loan,) = Ran("case", "info", tmp_path / "新案卷", "--json").json["loans"]
    assert loan["lender_type"] == "consumer_finance"
    assert loan["contract_on"] == "2025-01-02"
    assert loan["overdue_since"] == "2026-03-05"
    assert loan["agreed_hours"] == "20:00-23:00"
    assert loan["principal_fen"] == 500_000
    assert loan["debt_settled"] is False
    assert loan["contract_list_consent" if "contract_list_consent" in loan else "contact_list_consent"] is None


def test_questions_left_empty_stay_unknown(tmp_path: Path) -> None:
    answers = ["示例公司", "小贷", "", "", "", "", "2026-03-05", "", "", "没有约定", "", "", "", ""]
    made = Ran("case", "new", tmp_path / "问答", "--ask", input="\n".join(answers) + "\n")
    assert made.code == 0, made.err
    (loan,) = Ran("case", "info", tmp_path / "问答", "--json").json["loans"]
    assert (loan["lender_type"], loan["agreed_hours"], loan["product"]) == ("microloan", "none", None)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--overdue-since", "去年"), ("--overdue-since", "2026-13-01"), ("--principal", "五千"), ("--principal", "-1"),
        ("--principal", "1.234"), ("--agreed-hours", "晚上"), ("--agreed-hours", "25:00-26:00"), ("--lender-type", "外星人"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_changes_nothing(folder: Path, option: str, value: str) -> None:
    before = Ran("case", "info", folder, "--json").json
    assert Ran("case", "set", folder, option, value).code == 2
    assert Ran("case", "info", folder, "--json").json == before


def test_facts_are_set_and_forgotten(folder: Path) -> None:
    assert Ran("case", "set", folder, "--claimed", "6200.50", "--json").json["claimed_fen"] == 620_050
    assert Ran("case", "set", folder, "--forget", "claimed_fen", "--json").json["claimed_fen"] is None
    assert Ran("case", "set", folder, "--forget", "loan_id").code == 2
    assert Ran("case", "set", folder).code == 2


def test_a_person_is_entered_by_a_word_and_changed_later(folder: Path) -> None:
    first = Ran("case", "person", folder, "同事", "--number", "+86 138-0000-1005", "--json").json
    assert (first["relation"], first["numbers"], first["name"]) == ("colleague", ["13800001005"], None)
    again = Ran("case", "person", folder, "同事", "--name", "钱样", "--refused-on", "2026-04-01", "--json").json
    assert again["person_id"] == first["person_id"]
    assert again["numbers"] == ["13800001005"]
    assert again["refused_at"].startswith("2026-04-01T00:00:00")
    assert Ran("case", "person", folder, "钱样", "--remove").code == 0
    assert Ran("case", "person", folder, "钱样", "--remove").code == 2


@pytest.mark.parametrize(("word", "relation"), [("妻子", "配偶"), ("单位前台", "同事"), ("紧急联系人", "朋友")])
def test_a_person_is_still_found_by_the_word_they_were_entered_with(folder: Path, word: str, relation: str) -> None:
    from cuijie.intake.people import owner_of

    entered = Ran("case", "person", folder, word, "--name", "周样", "--relation", relation, "--json").json
    with Case.open(folder, PASSPHRASE, writable=False) as case:
        assert owner_of(case, word) == (entered["person_id"], None)
        assert owner_of(case, "周样") == (entered["person_id"], None)
    if word == "紧急联系人":
        assert entered["role"] == "agreed_contact"


def test_a_person_whom_a_diary_calls_otherwise_is_the_same(folder: Path) -> None:
    first = Ran("case", "person", folder, "妈", "--json").json
    again = Ran("case", "person", folder, "母亲", "--name", "王样", "--json").json
    assert again["person_id"] == first["person_id"]


def test_a_role_word_means_the_only_one_who_has_that_role(folder: Path) -> None:
    from cuijie.intake.people import owner_of

    entered = Ran("case", "person", folder, "周样", "--role", "紧急联系人", "--json").json
    with Case.open(folder, PASSPHRASE, writable=False) as case:
        assert owner_of(case, "紧急联系人") == (entered["person_id"], None)
        assert owner_of(case, "第三人")[1] is not None
    Ran("case", "person", folder, "吴样", "--role", "紧急联系人")
    with Case.open(folder, PASSPHRASE, writable=False) as case:
        made = owner_of(case, "紧急联系人")[1]
    assert made is not None
    assert (made.role, made.name, made.relation_word) == ("agreed_contact", None, "紧急联系人")


def test_what_is_entered_is_shown_as_it_was_said(folder: Path) -> None:
    Ran("case", "set", folder, "--loan", "loan-2", "--lender", "abc Bank 消费金融", "--agreed-hours", "none")
    shown = Ran("case", "info", folder).out
    assert "abc Bank 消费金融" in shown
    assert "约定的联系时段：没有约定" in shown
    aunt = Ran(
        "case", "person", folder, "周样", "--relation", "母亲", "--refused-on", "2026-04-01 19:10", "--json"
    ).json
    assert (aunt["relation"], aunt["relation_word"]) == ("family", "母亲")
    assert aunt["refused_at"].startswith("2026-04-01T19:10:00")
    assert Ran("case", "person", folder, "周样", "--refused-on", "2026-04-01 晚上").code == 2


def _candidate(folder: Path, entry_id: str, **facts: Any) -> None:
    with Case.open(folder, PASSPHRASE) as case:
        case.put(Entry(entry_id=entry_id, kind="sms", owner="debtor", places=("i#1",), text="请还款", **facts))


def test_a_signature_ties_the_entries_that_carry_it(folder: Path) -> None:
    _candidate(folder, "e-2", signature="【样例金融】", number="10690000001")
    _candidate(folder, "e-3", number="13800009999")
    listed = Ran("case", "candidates", folder, "--json").json["candidates"]
    assert {one["sender"] for one in listed} == {"【样例金融】", "13800009999"}
    told = Ran("case", "collector", folder, "样例金融", "--signature", "样例金融", "--actor", "贷款人", "--json").json
    assert told["retied"] == 1
    assert told["collector"]["lender_id"] == "lender-1"
    assert [one["sender"] for one in Ran("case", "candidates", folder, "--json").json["candidates"]] == ["13800009999"]
    assert Ran("case", "collector", folder, "样例金融", "--remove", "--json").json["retied"] == 1


def test_a_loan_that_the_case_has_not_is_refused_with_those_it_has(folder: Path) -> None:
    refused = Ran("case", "collector", folder, "样例金融", "--loan", "9")
    assert (refused.code, "loan-1（" in refused.err) == (2, True)


def test_the_users_tick_and_dismissal_are_kept_against_later_knowledge(folder: Path) -> None:
    _candidate(folder, "e-2", number="13800009998")
    _candidate(folder, "e-3", number="13800009999")
    assert Ran("case", "tie", folder, "138 0000 9998", "--to", "某催收").code == 0
    assert Ran("case", "dismiss", folder, "13800009999", "--json").json["entries"] == 1
    assert Ran("case", "collector", folder, "示例催收", "--number", "13800009999", "--json").json["retied"] == 0
    counts = Ran("case", "info", folder, "--json").json["entries"]
    assert counts == {"all": 3, "tied": 2, "dismissed": 1, "candidates": 0}
    Ran("case", "dismiss", folder, "13800009999", "--undo")
    assert Ran("case", "info", folder, "--json").json["entries"]["tied"] == 3
    assert Ran("case", "tie", folder, "没有这个", "--to", "某催收").code == 2


def _collectors(folder: Path) -> dict[str | None, str | None]:
    with Case.open(folder, PASSPHRASE) as case:
        return {one.name: one.lender_id for one in case.each(Collector)}


def test_in_a_case_of_two_loans_who_is_tied_is_tied_for_one_of_them(folder: Path) -> None:
    for number, entry in enumerate(("e-2", "e-3", "e-4")):
        _candidate(folder, entry, number=f"1380000999{number}")
    Ran("case", "set", folder, "--loan", "L2", "--lender", "海蓝网络小额贷款有限公司", "--platform", "易米花")
    lenders = {one["loan_id"]: one["lender_id"] for one in Ran("case", "info", folder, "--json").json["loans"]}
    Ran("case", "tie", folder, "13800009990", "--to", "易米花")  # a loan's own platform says which it is
    told = Ran("case", "tie", folder, "13800009991", "--to", "某催收")
    assert "--loan L2|loan-1" in told.out
    Ran("case", "tie", folder, "13800009992", "--to", "某机构", "--loan", "loan-1")
    found = _collectors(folder)
    assert (found["易米花"], found["某催收"], found["某机构"]) == (lenders["L2"], None, lenders["loan-1"])
    refused = Ran("answer", folder, "lender_id@loan", "海蓝")
    assert (refused.code, "case collector" in refused.err) == (2, True)
    assert "case collector" not in Ran("answer", folder, "lender_id@loan", "不知道").err, "not to know is an answer"
    Ran("case", "tie", folder, "13800009991", "--to", "某催收", "--loan", "易米花")
    assert _collectors(folder)["某催收"] == lenders["L2"], "the platform's name does as well as the id"
    Ran("case", "set", folder, "--loan", "L3", "--lender", "海蓝网络小额贷款有限公司")
    unclear = Ran("case", "tie", folder, "13800009991", "--to", "某催收", "--loan", "海蓝网络小额贷款有限公司")
    assert (unclear.code, "有 2 笔" in unclear.err, "L3（海蓝" in unclear.err) == (2, True, True)


def test_a_guarantor_of_one_loan_is_entered_as_that_and_no_more(folder: Path) -> None:
    Ran("case", "set", folder, "--loan", "L2", "--lender", "海蓝网络小额贷款有限公司")
    by_name = Ran(
        "case", "person", folder, "王姐", "--role", "保证人", "--loan", "海蓝网络小额贷款有限公司", "--json"
    ).json
    assert by_name["loan_roles"] == [["L2", "co_debtor"]]
    person = Ran("case", "person", folder, "梁国强", "--role", "保证人", "--loan", "loan-1", "--json").json
    assert (person["role"], person["loan_roles"]) == (None, [["loan-1", "co_debtor"]])
    told = Ran("case", "person", folder, "梁国强", "--role", "其他人", "--loan", "L2")
    assert "其他人" in told.out
    person = Ran("case", "person", folder, "梁国强", "--name", "梁国强", "--json").json
    assert person["loan_roles"] == [["L2", "other"], ["loan-1", "co_debtor"]]
    unknown = Ran("case", "person", folder, "梁国强", "--role", "保证人", "--loan", "L9")
    assert (unknown.code, "海蓝" in unknown.err) == (2, True)
    bare = Ran("case", "person", folder, "梁国强", "--loan", "L2")
    assert (bare.code, "--role" in bare.err) == (2, True)


def test_sharing_passphrase_and_recovery_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    public = Ran("case", "key", "-o", tmp_path / "律师.txt", "--json").json["public"]
    assert Ran("case", "key", "-o", tmp_path / "律师.txt").code == 2
    assert Ran("case", "share", "add", folder, "--key", public, "--label", "王律师").code == 0
    assert Ran("case", "info", folder, "--passphrase-file", tmp_path / "律师.txt").code == 0
    listed = Ran("case", "share", "list", folder, "--json").json["recipients"]
    assert [one["label"] for one in listed] == ["本人", "王律师"]
    assert Ran("case", "share", "remove", folder, "王律师").code == 0  # by name as well as by number
    assert Ran("case", "info", folder, "--passphrase-file", tmp_path / "律师.txt").code == 2
    assert Ran("case", "recovery-key", folder, "-o", tmp_path / "恢复.html").code == 0
    secret = Ran("case", "recovery-key", folder, "--json").json["key"]
    (tmp_path / "恢复.txt").write_text(secret, encoding="utf-8")
    (tmp_path / "新.txt").write_text("全新的密码\n", encoding="utf-8")
    assert (
        Ran(
            "case", "recover", folder, "--key-file", tmp_path / "恢复.txt", "--new-passphrase-file", tmp_path / "新.txt"
        ).code
        == 0
    )
    assert Ran("case", "info", folder).code == 2
    assert Ran("case", "info", folder, "--passphrase-file", tmp_path / "新.txt").code == 0


def test_a_case_in_use_is_not_locked_and_says_by_whom(folder: Path) -> None:
    assert Ran("case", "lock", folder, "--json").json == {"locked": True, "held_by": None}
    with Case.open(folder, PASSPHRASE):
        told = Ran("case", "lock", folder)
        assert told.code == 1
        assert "进程号" in told.out
        assert Ran("case", "set", folder, "--lender", "x").code == 3
        assert Ran("case", "info", folder).code == 0


def test_an_item_comes_out_as_it_went_in_and_is_not_written_over_anything(folder: Path, tmp_path: Path) -> None:
    (item, _) = Ran("case", "items", folder, "--json").json["items"]
    assert Ran("case", "extract", folder, item["item_id"], "-o", tmp_path / "出.xml").code == 0
    assert (tmp_path / "出.xml").read_bytes() == b"<smses/>" * 100
    assert Ran("case", "extract", folder, item["item_id"], "-o", tmp_path / "出.xml").code == 2
    assert Ran("case", "extract", folder, "nothing", "-o", tmp_path / "无.xml").code == 2
    assert not (tmp_path / "无.xml").exists()
    assert Ran("case", "discard", folder, item["item_id"], "--reason", "误收").code == 0
    assert [one["act"] for one in Ran("case", "ledger", folder, "--json").json["entries"]][-2:] == [
        "taken_out",
        "discarded",
    ]


@pytest.mark.parametrize(
    "words", [("case", "info"), ("case", "items"), ("bundle", "-o", "x.zip"), ("stamp",), ("case", "lock")]
)
def test_a_folder_that_is_no_case_is_said_to_be_none(tmp_path: Path, words: tuple[str, ...]) -> None:
    first, *rest = words
    told = Ran(first, *rest[:1], tmp_path, *rest[1:]) if first == "case" else Ran(first, tmp_path, *rest)
    assert told.code == 2
    assert "不是案卷" in told.err


def test_a_lost_tail_is_mended_only_by_name(folder: Path) -> None:
    (folder / "anchor.json").unlink()
    assert Ran("case", "set", folder, "--lender", "x").code == 2
    assert Ran("verify", folder).code == 1
    assert Ran("case", "mend", folder).code == 0
    assert Ran("case", "set", folder, "--lender", "x").code == 0
    assert "没有发现缺失" in Ran("case", "mend", folder).out
