"""What a lender keeps elsewhere, joined as of each contact: the same facts as registers given to the Python engine."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cuijie.audit import AuditError
from cuijie.audit.logs.headers import may_be_institution
from cuijie.audit.report.page import write_html
from cuijie.clock import SHANGHAI
from cuijie.datafiles import DataFileError
from cuijie.records import ContactRecord, Loan
from cuijie.rulebook import Entry, Registers, load_rulebook
from cuijie.rulebook.columns import CONTACT_COLUMNS
from tests.audit.small_logs import audited, read, write_log
from tests.rulebook.builders import at, contact
from tests.rulebook.strategies import many_contacts


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / (f"{name}.csv" if name != "registers" else "registers.yaml")
        path.write_text(text, encoding="utf-8")
    return folder


def call(contact_id: str, day: int, hour: int, **facts: object) -> ContactRecord:
    usual = {
        "channel": "call",
        "connected": True,
        "lender_type": "consumer_finance",
        "product": "online_consumer",
        "recipient_id": "17000001188",
        "loan_id": "l1",
    }
    return contact(contact_id, occurred_at=at(day, hour), **(usual | facts))


def rules_of(out: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in read(out, "findings"):
        found.setdefault(row["rule"], set()).update(row["contacts"])
    return found


def test_a_refusal_holds_from_the_day_after_and_an_agreed_contact_from_its_day(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 4, 10), call("c2", 5, 10), call("c3", 6, 10)])
    registers = write(
        tmp_path / "registers",
        refusals="被联系人,登记日期\n17000001188,2026-03-05\n",
        agreed_contacts="debtor_id,recipient_id,since\nd1,17000001188,2026-03-04\n",
        registers="complete: {recipient_role: other, recipient_refused: false}\n",
    )
    audited(log, tmp_path / "out", registers=registers)
    found = rules_of(tmp_path / "out")
    assert found["cn.third-party.after-refusal"] == {"c3"}
    assert "cn.third-party.not-agreed" not in found


def test_a_text_is_read_for_the_person_whom_only_the_registers_tell(tmp_path: Path) -> None:
    words = "【安信小贷】您好，您的朋友张三在我司借款8000元已逾期30天，请您知悉。"
    numbers = {"friend": "17000001188", "debtor": "13800001002", "nobody": None}
    log = write_log(
        tmp_path / "log.parquet",
        [
            call(name, 4, 10, channel="sms", connected=None, recipient_id=number, text=words, text_kind="verbatim")
            for name, number in numbers.items()
        ],
    )
    registers = write(
        tmp_path / "registers",
        agreed_contacts="debtor_id,recipient_id\nd1,17000001188\n",
        debtors="debtor_id,recipient_id\nd1,13800001002\n",
    )
    audited(log, tmp_path / "out", registers=registers)
    assert rules_of(tmp_path / "out")["cn.third-party.debt-disclosed"] == {"friend"}
    registers = write(
        tmp_path / "registers",
        agreed_contacts="debtor_id,recipient_id\nd1,13800001002\n",
        debtors="debtor_id,recipient_id\nd2,13800001002\n",
    )
    audited(log, tmp_path / "out", registers=registers)  # what was read is still there, for each
    assert rules_of(tmp_path / "out")["cn.third-party.debt-disclosed"] == {"debtor"}


def test_what_a_complete_register_does_not_say_is_no(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 4, 10), call("c2", 4, 11, recipient_id=None)])
    registers = write(
        tmp_path / "registers",
        agreed_contacts="debtor_id,recipient_id,since\nd1,13800001002,2026-03-04\n",
        registers="complete: {recipient_role: other}\n",
    )
    audited(log, tmp_path / "out", registers=registers)
    assert rules_of(tmp_path / "out")["cn.third-party.not-agreed"] == {"c1"}  # of c2 nobody knows who it was


def test_a_masked_number_may_be_any_in_a_register_complete_or_not(tmp_path: Path) -> None:
    masked = "170****1188"
    log = write_log(tmp_path / "log.parquet", [call("c1", 4, 10, recipient_id=masked), call("c2", 4, 11)])
    registers = write(
        tmp_path / "registers",
        agreed_contacts=f"debtor_id,recipient_id\nd1,13800001002\nd2,{masked}\n",
        registers="complete: {recipient_role: other}\n",
    )
    audited(log, tmp_path / "out", registers=registers)
    assert rules_of(tmp_path / "out")["cn.third-party.not-agreed"] == {"c2"}


def test_whom_a_register_masks_may_be_any_number_of_that_debtor(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 4, 10), call("c2", 4, 11, debtor_id="d2"), call("c3", 4, 12)])
    registers = write(
        tmp_path / "registers",
        agreed_contacts="debtor_id,recipient_id\nd1,170****1188\n",
        registers="complete: {recipient_role: other}\n",
    )
    audited(log, tmp_path / "out", registers=registers)
    assert rules_of(tmp_path / "out")["cn.third-party.not-agreed"] == {"c2"}


def test_a_masked_number_of_no_debtor_is_nobodys_refusal(tmp_path: Path) -> None:
    masked = "170****1188"
    log = write_log(tmp_path / "log.parquet", [call("c1", 6, 10, recipient_id=masked), call("c2", 6, 11)])
    registers = write(
        tmp_path / "registers",
        refusals=f"recipient_id,since\n{masked},2026-03-04\n",
        registers="complete: {recipient_role: other, recipient_refused: false}\n",
    )
    audited(log, tmp_path / "out", registers=registers, open_rows=True)
    assert "cn.third-party.after-refusal" not in rules_of(tmp_path / "out")
    opened = {
        row["contact_id"] for row in read(tmp_path / "out", "open") if row["rule"] == "cn.third-party.after-refusal"
    }
    assert opened == {"c1", "c2"}  # either may be who refused
    (file,) = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["registers"]
    assert (file["rows"], file["without_key"]) == (1, 1)


def test_the_report_says_where_the_log_s_own_word_stands_before_a_register(tmp_path: Path) -> None:
    said = [replace(call("c1", 6, 10), recipient_refused=False), call("c2", 6, 11)]
    refusals = "recipient_id,since\n17000001188,2026-03-05 12:00:00\n"
    registers = write(tmp_path / "registers", refusals=refusals, registers="complete: {recipient_role: other}\n")
    audited(write_log(tmp_path / "log.parquet", said), tmp_path / "out", registers=registers)
    assert rules_of(tmp_path / "out")["cn.third-party.after-refusal"] == {"c2"}
    page = write_html(tmp_path / "out", unmasked=True).read_text("utf-8")
    assert "有 1 行日志自己写了：以日志为准，登记只补空着的 1 行" in page


def test_the_keeper_may_say_what_the_columns_of_a_register_are(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 4, 10), call("c2", 6, 10), call("c3", 4, 22)])
    registers = write(
        tmp_path / "registers",
        refusals="电话一,备案时点,录入人\n17000001188,2026-03-05 12:00:00,张\n",
        loans="deal,hours_said\nl1,无\n",
        registers="columns:\n  refusals: {recipient_id: 电话一, since: 备案时点}\n"
        "  loans: {loan_id: deal, agreed_hours: hours_said}\ncomplete: {recipient_role: other}\n",
    )
    audited(log, tmp_path / "out", registers=registers)
    found = rules_of(tmp_path / "out")
    assert found["cn.third-party.after-refusal"] == {"c2"}
    assert found["cn.time.quiet-hours"] == {"c3"}
    told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["registers"]
    assert [file["unused"] for file in told] == [[], ["录入人"]]
    assert "refusals.csv: 录入人" in write_html(tmp_path / "out", unmasked=True).read_text("utf-8")


_INSTITUTIONS = ["机构", "受理单位", "放款行", "orgCode", "*机构：受理方", '"归属": 机构 #', "登记\n机构"]


@pytest.mark.parametrize("header", _INSTITUTIONS)
def test_a_register_does_not_hold_for_every_lender_because_nobody_knows_its_column(tmp_path: Path, header: str) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 6, 10, recipient_role="other")])
    quoted = header.replace('"', '""')
    registers = write(tmp_path / "registers", refusals=f'recipient_id,since,"{quoted}"\n17000001188,2026-03-04,别家\n')
    with pytest.raises(AuditError, match="一列可能是 lender_id 或 agency_id") as refused:
        audited(log, tmp_path / "out", registers=registers)
    line = refused.value.remedy.partition("里写 ")[2].partition("；")[0]
    for said, accused in ((line, set()), ("columns: {refusals: {lender_id: null}}", {"c1"})):
        write(registers, registers=f"{said}\n")
        audited(log, tmp_path / "out", registers=registers)
        assert rules_of(tmp_path / "out").get("cn.third-party.after-refusal", set()) == accused


@pytest.mark.parametrize(
    "header", ["工作单位", "联系人单位", "开户银行", "银行卡号", "登记人", "受理渠道", "银行流水号", "identity"]
)
def test_a_register_whose_column_names_no_institution_is_read(header: str) -> None:
    assert not may_be_institution(header)


def test_loans_and_lenders_say_who_is_bound_and_what_is_settled(tmp_path: Path) -> None:
    bare = {"lender_type": None, "product": None, "recipient_role": "debtor", "asks_payment": True}
    log = write_log(
        tmp_path / "log.parquet", [call("c1", 4, 22, **bare), call("c2", 6, 10, **bare), call("c3", 4, 9, **bare)]
    )
    registers = write(
        tmp_path / "registers",
        loans="loan_id,product,agreed_hours,settled_on\nl1,online_consumer,08:00-21:00,2026-03-05\n",
        lenders="lender_id,lender_type,member_nifa\nb1,consumer_finance,是\n",
    )
    audited(log, tmp_path / "out", registers=registers)
    found = rules_of(tmp_path / "out")
    assert found["cn.time.quiet-hours"] == {"c1"}
    assert found["cn.debt.settled"] == {"c2"}


def test_spans_and_gaps_agree_with_the_python_engine(tmp_path: Path) -> None:
    contacts = [replace(c, text=None) for c in many_contacts(7, 600)]
    start, end = datetime(2024, 5, 14, 12, tzinfo=SHANGHAI), datetime(2025, 12, 31, 22, tzinfo=SHANGHAI)
    registers = Registers(
        entries=(
            Entry(column="recipient_refused", value=True, since=start, recipient_id="13800001002"),
            Entry(column="recipient_refused", value=True, since=start, until=end, debtor_id="d1", lender_id="b1"),
            Entry(column="consent_withdrawn", value=True, since=end, loan_id="l2"),
            Entry(column="consent_withdrawn", value=False, until=end, loan_id="l2"),
        ),
        complete={"recipient_refused": False},
    )
    folder = write(
        tmp_path / "registers",
        entries=(
            "column,value,debtor_id,lender_id,loan_id,recipient_id,since,until\n"
            "recipient_refused,true,,,,13800001002,2024-05-14 12:00:00,\n"
            "recipient_refused,true,d1,b1,,,2024-05-14T12:00:00+08:00,2025-12-31 22:00:00\n"
            "consent_withdrawn,true,,,l2,,2025-12-31 22:00:00,\n"
            "consent_withdrawn,false,,,l2,,,2025-12-31 22:00:00\n"
        ),
        loans="loan_id,lender_id,lender_type,product,agreed_hours\nl1,b1,microloan,credit_card,none\nl2,,,,\n",
        registers="complete: {recipient_refused: false}\n",
    )
    loans = (
        Loan(loan_id="l1", lender_id="b1", lender_type="microloan", product="credit_card", agreed_hours="none"),
        Loan(loan_id="l2"),
    )
    audited(write_log(tmp_path / "log.parquet", contacts), tmp_path / "out", registers=folder, open_rows=True)
    judged = load_rulebook().judge(contacts, loans=loans, registers=registers).contacts
    expected = {(j.rule, j.contact): j.basis for j in judged if j.verdict == "breach"}
    assert {
        (r["rule"], r["contact_id"]): tuple(r["basis"])
        for r in read(tmp_path / "out", "findings")
        if r["kind"] == "contact"
    } == expected
    assert {(r["rule"], r["contact_id"]): tuple(r["missing"]) for r in read(tmp_path / "out", "open")} == {
        (j.rule, j.contact): j.missing for j in judged if j.verdict == "unknown"
    }


def test_facts_of_law_may_be_given_for_one_lender(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 4, 23, hours_agreed=False)])
    given = {"member_cba": True}
    audited(log, tmp_path / "one", law_facts={"b1": given}, only=("cn.time.quiet-hours",))
    audited(log, tmp_path / "other", law_facts={"b2": given}, only=("cn.time.quiet-hours",))
    assert "cn.cba-collection.2026/quiet-hours" in read(tmp_path / "one", "findings")[0]["basis"]
    assert "cn.cba-collection.2026/quiet-hours" not in read(tmp_path / "other", "findings")[0]["basis"]


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"strange": "debtor_id,since\nd1,2026-03-01\n"}, "strange"),
        ({"refusals": "日期\n2026-03-01\n"}, "recipient_id"),
        ({"agreed_contacts": "debtor_id\nd1\n"}, "recipient_id"),
        ({"refusals": "recipient_id,since\n17000001188,前天\n"}, "第 1 行"),
        ({"loans": "loan_id,product\nl1,credit_card\nl1,other\n"}, "两次"),
        ({"loans": "loan_id,agreed_hours\nl1,晚上\n"}, "晚上"),
        ({"entries": "column,value,debtor_id\nrecipient_role,nobody,d1\n"}, "nobody"),
        ({"refusals": "recipient_id,stopAt\n17000001188,1772582400000\n"}, "stopAt"),
        ({"refusals": "tel\n1\n", "registers": "columns: {refusals: {recipient_id: phone_2}}\n"}, "phone_2"),
        ({"refusals": "recipient_id\n1\n", "registers": "columns: {refusal: {recipient_id: tel}}\n"}, "没有这个文件"),
        ({"refusals": "tel\n1\n", "registers": "columns: {refusals: {recipient: tel}}\n"}, "recipient"),
        (
            {"refusals": "recipient_id\n17000001188\n", "registers": "complete: {recipient_role: nobody}\n"},
            "recipient_role",
        ),
    ],
)
def test_a_wrong_register_says_what_is_wrong(tmp_path: Path, files: dict[str, str], word: str) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 4, 10)])
    with pytest.raises((AuditError, DataFileError), match=word):
        audited(log, tmp_path / "out", registers=write(tmp_path / "registers", **files))


def test_every_column_of_the_registers_that_nobody_knows_is_asked_at_once_with_what_to_write(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", [call("c1", 6, 10, recipient_role="other")])
    registers = write(
        tmp_path / "registers",
        refusals="tel_no,stopAt,归属机构\n17000001188,2026-03-04 09:00:00,b1\n",
        settlements="deal,clearAt\nl1,2026-03-05 09:00:00\n",
        loans="deal,product\nl1,online_consumer\n",
    )
    with pytest.raises(AuditError) as refused:
        audited(log, tmp_path / "out", registers=registers)
    for word in ("loan_id（借款编号）", "recipient_id", "stopAt", "归属机构", "clearAt"):
        assert word in refused.value.message
    line = refused.value.remedy.partition("里写 ")[2].partition("；")[0]
    for example, meant in (("联系人电话", "tel_no"), ("借款编号", "deal")):
        assert f'"{example}"' in line
        line = line.replace(f'"{example}"', f'"{meant}"')
    write(registers, registers=f"{line}\n")
    audited(log, tmp_path / "out", registers=registers)
    assert rules_of(tmp_path / "out")["cn.third-party.after-refusal"] == {"c1"}


def test_what_registers_tell_is_not_among_what_the_log_lacks_wholly(tmp_path: Path) -> None:
    log = write_log(
        tmp_path / "log.parquet",
        [call("c1", 5, 23, lender_type=None), call("c2", 5, 23, lender_type=None, loan_id=None)],
    )
    registers = write(tmp_path / "registers", loans="loan_id,lender_type\nl1,consumer_finance\n")
    for given, is_told in ((None, True), (registers, False)):
        audited(log, tmp_path / "out", registers=given)
        absent = write_html(tmp_path / "out").read_text("utf-8").partition("却完全没有的：")[2].partition("</p>")[0]
        assert absent
        assert (CONTACT_COLUMNS["lender_type"].title_zh in absent) is is_told


def test_registers_may_be_headed_as_the_log_is_and_a_row_that_names_nobody_holds_for_nobody(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(
        "columns: {contact_id: seq, occurred_at: at, loan_id: deal, recipient_id: dialled, channel: {constant: call},"
        " direction: {constant: outbound}}\n",
        encoding="utf-8",
    )
    log = tmp_path / "log.csv"
    log.write_text(
        "seq,at,deal,dialled\n1,2026-03-05 09:00:00,L1,17000001188\n2,2026-03-05 09:01:00,L1,13800001002\n",
        encoding="utf-8",
    )
    registers = write(
        tmp_path / "registers",
        loans="deal,lender_id,lender_type,product\nL1,b1,microloan,online_consumer\n",
        agreed_contacts="deal,dialled\nL1,17000001188\nL1,13800001002\n",
        refusals="dialled,deal\n17000001188,L1\n,L1\n",
    )
    audited(log, tmp_path / "out", mapping=tmp_path / "mapping.yaml", registers=registers)
    assert rules_of(tmp_path / "out")["cn.third-party.after-refusal"] == {"1"}
    told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["registers"]
    assert [(Path(file["path"]).name, file["rows"], file["without_key"]) for file in told] == [
        ("agreed_contacts.csv", 2, 0),
        ("loans.csv", 1, 0),
        ("refusals.csv", 2, 1),
    ]
