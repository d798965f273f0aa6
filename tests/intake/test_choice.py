"""What the user did not ask for is counted and left out; an address book does not come in whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cuijie.casefile import Case, KdfCost
from cuijie.cli.main import cli
from cuijie.intake import IntakeError, add, make_choice
from cuijie.records import Answer, Entry, Loan, Person

from .adding import put
from .intake_samples import mms_row, ms, sms_row, xml

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nTEL:{}\r\nEND:VCARD\r\n"
BOOK = (CARD.format("沈兰", "138 0000 1002") + CARD.format("牙医", "13900000009")).encode()
ROWS = [
    sms_row("17000001188", "一月", ms("2025-01-31 23:59:59")),
    sms_row("17000001188", "二月", ms("2025-02-01 00:00:00")),
    sms_row("13800001002", "家里", ms("2025-02-02 00:00:00")),
    mms_row("13800001003", "照片", ms("2025-03-01 00:00:00"), picture=b"\xff\xd8\xffpic"),
]


def test_of_an_address_book_only_those_whom_the_case_met_come_in_and_the_others_are_counted(
    case: Case, tmp_path: Path
) -> None:
    book, texts = put(tmp_path, "c.vcf", BOOK), put(tmp_path, "s.xml", xml("smses", ROWS))
    cards, _ = add(case, [book, texts]).files  # the book first: it is held against the texts all the same
    assert (cards.read, cards.kept, cards.left_out) == (2, 1, 1)
    assert "1 位联系人" in cards.understood
    assert [person.name for person in case.all(Person)] == ["沈兰"]


def test_a_person_the_user_names_comes_in_and_a_name_that_is_not_there_is_said(case: Case, tmp_path: Path) -> None:
    (cards,) = add(case, [put(tmp_path, "c.vcf", BOOK)], choice=make_choice(people=["牙医", "没这人"])).files
    assert [person.name for person in case.all(Person)] == ["牙医"]
    assert any("没这人" in note for note in cards.notes)


def test_days_are_counted_in_shanghai_and_attachments_of_what_is_left_out_stay_out(case: Case, tmp_path: Path) -> None:
    choice = make_choice(since=date(2025, 2, 1), until=date(2025, 2, 28), numbers=["+86 170 0000 1188"])
    (file,) = add(case, [put(tmp_path, "s.xml", xml("smses", ROWS))], choice=choice).files
    assert (file.read, file.kept, file.left_out) == (4, 1, 3)
    assert [entry.text for entry in case.all(Entry)] == ["二月"]
    assert len(case.items()) == 1


def test_only_matching_keeps_no_original_but_its_hash_and_says_so(case: Case, tmp_path: Path) -> None:
    data = xml("smses", ROWS)
    choice = make_choice(since=date(2025, 2, 2), only_matching=True)
    (file,) = add(case, [put(tmp_path, "s.xml", data)], choice=choice).files
    assert file.kept == 2
    assert any("原件没有收进" in note for note in file.notes)
    assert all("一月".encode() not in _bytes(case, item.item_id) for item in case.items())
    assert b"sha256" in _bytes(case, file.item_id or "")
    (again,) = add(case, [tmp_path / "s.xml"], choice=choice).files
    assert again.is_known


def _bytes(case: Case, item_id: str) -> bytes:
    with case.open_item(item_id) as stream:
        return stream.read()


def test_an_unread_format_cannot_be_taken_in_part(case: Case, tmp_path: Path) -> None:
    choice = make_choice(numbers=["17000001188"], only_matching=True)
    (file,) = add(case, [put(tmp_path, "x.bin", b"\x00\x01\x02whatever")], choice=choice).files
    assert file.error is not None
    assert case.items() == ()


def test_a_choice_that_cannot_be_meant_is_refused() -> None:
    for wrong in ({"numbers": ["138****0001"]}, {"since": date(2025, 2, 2), "until": date(2025, 2, 1)}):
        with pytest.raises(IntakeError):
            make_choice(**wrong)
    with pytest.raises(IntakeError):
        make_choice(only_matching=True)


def test_an_event_and_a_statement_are_told_on_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "案卷"
    with Case.create(folder, "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)):
        pass
    words = put(tmp_path, "陈述.txt", "三月六日来了两个人，说他欠钱。".encode("gb18030"))
    told = [
        "add",
        str(folder),
        "--by-hand",
        "--kind",
        "上门",
        "--when",
        "2025-03-06 19:30",
        "--of",
        "母亲",
        "--place",
        "家",
    ]
    runner = CliRunner(env={"CUIJIE_PASSPHRASE": "密码"})
    for more, said in ((["--about-debt"], "已收下 1 条"), (["--statement", str(words)], "的陈述：已作为证据收好")):
        for answer in (said, "已有，没有新内容"):  # told once more it is not taken in again
            result = runner.invoke(cli, [*told, *more])
            assert result.exit_code == 0, result.output
            assert answer in result.output
    with Case.open(folder, "密码") as case:
        assert {entry.visit_place for entry in case.all(Entry)} == {"home"}
        assert "手工记录（2025-03-06 19时30分 上门）.json" in {item.about.name for item in case.items()}
        assert any("三月六日" in _bytes(case, item.item_id).decode("utf-8", "replace") for item in case.items())


LOG = (
    "occurred_at,channel,from_number,recipient,recipient_refused,lender_id,lender_type,约定联系时段,debt_settled\n"
    "2025-03-04 21:30,call,17000001188,母亲,是,晴川消费金融有限公司,consumer_finance,20:00-22:00,否\n"
    "2025-03-05 21:30,call,17000001188,母亲,是,晴川消费金融有限公司,consumer_finance,20:00-22:00,是\n"
)


def test_what_a_log_states_of_a_person_a_lender_or_a_loan_is_answered_where_its_rows_agree(
    case: Case, tmp_path: Path
) -> None:
    (file,) = add(case, [put(tmp_path, "记录.csv", LOG.encode())]).files
    (loan,), (mother,) = case.all(Loan), case.all(Person)
    assert loan.lender_name == "晴川消费金融有限公司"
    assert {answer.question: answer.value for answer in case.all(Answer)} == {
        f"recipient_refused@{mother.person_id}": True,
        "lender_type@lender": "consumer_finance",
        f"hours_agreed@{loan.loan_id}": "20:00-22:00",
    }
    assert any("debt_settled" in note for note in file.notes)
    assert add(case, [tmp_path / "记录.csv"]).files[0].is_known


def test_a_log_never_overrules_what_the_user_answered(case: Case, tmp_path: Path) -> None:
    case.put(Loan(loan_id="loan-7", lender_id="qc", lender_name="晴川消费金融有限公司"))
    earlier = Answer(question="lender_type@qc", value="microloan", answered_at=case.clock.now())
    case.put(earlier)
    (file,) = add(case, [put(tmp_path, "记录.csv", LOG.encode())]).files
    assert case.get(Answer, earlier.question) == earlier
    assert any("lender_type" in note for note in file.notes)
    assert [loan.loan_id for loan in case.all(Loan)] == ["loan-7"]


def test_a_text_that_looks_like_the_next_adb_row_stays_a_text(case: Case, tmp_path: Path) -> None:
    row = "Row: {0} _id={0}, thread_id=2, address=17000001188, date=174100000000{0}, type=1, body={1}, service_center=NULL"
    hostile = "欠款=1,234.50, 请还\nRow: 1 _id=9, body=假的"
    (file,) = add(
        case, [put(tmp_path, "sms.txt", "\n".join([row.format(0, hostile), row.format(1, "好")]).encode())]
    ).files
    assert (file.read, file.kept) == (2, 2)
    assert {entry.text for entry in case.all(Entry)} == {hostile, "好"}
