"""``--case``: the file as evidence, the result as a record with version and date, a ledger entry, proposals for papers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cuijie
from cuijie.casefile import Case
from cuijie.cli.main import cli
from cuijie.clock import SHANGHAI, SystemClock
from cuijie.prevention.results import KeptContract, KeptCredit, kept_of
from cuijie.records import Collector, Entry, Loan, Person, Tie
from cuijie.records.money import LoanTerms
from cuijie.records.results import CheckResult, newest
from cuijie.remedies.from_case import material_of_case
from tests.small_case import CHEAP, PASSPHRASE, new_case, open_case

from .made import CONTRACT, long_report_pdf
from .test_phone import APPOPS, DUMPSYS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)
    for room in ("case", "sharing"):
        monkeypatch.setattr(f"cuijie.casefile.{room}.KdfCost", lambda: CHEAP)
    with new_case(tmp_path / "案卷", SystemClock()) as case:
        case.put(Loan(loan_id="loan-1", lender_name="远山消费金融有限公司"))
    return tmp_path / "案卷"


def run(*words: object, given: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [str(word) for word in words], input=given, catch_exceptions=False)
    return done.exit_code, done.stdout


def results(case: Case) -> dict[str, CheckResult]:
    return {one.kind: one for one in newest(case.all(CheckResult))}


def written(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def paper(folder: Path, tmp_path: Path, document: str) -> str:
    out = tmp_path / f"{document}.md"
    code, _ = run("draft", folder, document, "-o", out)
    assert code == 0
    return out.read_text(encoding="utf-8")


def test_a_contract_goes_into_the_case_with_its_file_and_its_confirmed_terms(folder: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "合同.txt", "\n".join(CONTRACT))
    terms = json.loads(run("contract", path, "--json")[1])["terms"]
    numbers = [n for n, one in enumerate(terms, start=1) if one["term"] in ("principal_fen", "periods")]
    code, out = run("contract", path, "--case", folder, *(word for n in numbers for word in ("--confirm", n)))
    assert (code, "已收进案卷" in out) == (1, True)
    with open_case(folder) as case:
        kept = results(case)["contract"]
        assert kept.version == cuijie.__version__
        assert case.item(kept.items[0]).about.name == "合同.txt"
        assert [one.kind for one in kept_of(kept, KeptContract).clauses][:1] == ["contact_list_access"]
        assert case.get(LoanTerms, "loan-1") is not None
        assert {"checked", "contract_read"} <= {one.act for one in case.ledger()}
    request = paper(folder, tmp_path, "pi_request_borrower")
    assert "甲方同意乙方读取其手机通讯录" in request


def test_the_same_file_again_says_nothing_new(folder: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "合同.txt", "\n".join(CONTRACT))
    for _ in range(2):
        run("contract", path, "--case", folder)
    with open_case(folder) as case:
        assert len(case.all(CheckResult)) == 1
        assert len(case.items()) == 1


def test_only_the_disputed_item_of_a_credit_report_reaches_the_letter(folder: Path, tmp_path: Path) -> None:
    path = long_report_pdf(tmp_path / "详版.pdf")
    flags = json.loads(run("credit", path, "--case", folder, "--json")[1])["flags"]
    assert "有异议的信息" in paper(folder, tmp_path, "credit_dispute")
    assert flags[0]["says"] not in paper(folder, tmp_path, "credit_dispute")
    code, _ = run("credit", path, "--case", folder, "--dispute", 1)
    assert code == 1
    letter = paper(folder, tmp_path, "credit_dispute")
    assert flags[0]["says"].strip("。") in letter
    assert "2026-11-01" in letter
    with open_case(folder) as case:
        kept = kept_of(results(case)["credit"], KeptCredit)
        assert kept.disputed == (0,)
        assert all(account.text == "" for account in kept.report.accounts)


def test_an_offer_on_standard_input_is_kept_as_it_was_written(folder: Path) -> None:
    code, _ = run("scam", "-", "--case", folder, given="先交2000定金，我们帮你谈停息挂账\n")
    assert code == 1
    with open_case(folder) as case:
        kept = results(case)["scam"]
        with case.open_item(kept.items[0]) as stream:
            assert stream.read().decode().startswith("先交2000定金")


def _called(case: Case) -> None:
    """The mother is called in the evening of the day after the contacts were read."""
    case.put(
        Collector(collector_id="c", name="催收", numbers=("17000001188",), lender_id="lender-1"),
        Person(person_id="debtor", role="debtor", relation_word="本人"),
        Person(person_id="mother", relation="family", relation_word="母亲", numbers=("13800001002",)),
        Entry(
            entry_id="e1", kind="call", owner="mother", places=("x#1",), number="17000001188", inbound=True,
            occurred_at=datetime(2026, 10, 16, 21, 5, tzinfo=SHANGHAI), time_precision="minute", connected=True,
            tie=Tie(collector_id="c", basis="user"),
        ),
    )  # fmt: skip


def test_reading_of_contacts_and_the_first_call_stand_on_one_line(folder: Path, tmp_path: Path) -> None:
    with open_case(folder) as case:
        _called(case)
    path = written(tmp_path, "权限.txt", DUMPSYS.format(sdk=30) + APPOPS)
    code, out = run("phone", "read", path, "--case", folder, "--json")
    assert code == 0
    line = json.loads(out)["line"]
    assert [one["kind"] for one in line["events"]] == ["read", "first_contact"]
    assert "之后第一次联系到亲友" in line["known"]
    request = paper(folder, tmp_path, "pi_request_borrower")
    assert "2026年10月15日09:30" in request
    assert "第一次联系到母亲" in request
    assert "证据1" in request
    assert "2026年10月15日09:30" in paper(folder, tmp_path, "cac_report")


def test_case_info_names_what_was_checked(folder: Path, tmp_path: Path) -> None:
    run("contract", written(tmp_path, "合同.txt", "\n".join(CONTRACT)), "--case", folder)
    about: Any = json.loads(run("case", "info", folder, "--json")[1])
    assert [(one["kind"], one["subject"]) for one in about["results"]] == [("contract", "合同.txt")]
    assert "合同《合同.txt》" in run("case", "info", folder)[1]


def test_a_paper_takes_what_the_user_wrote_before_what_a_check_proposes(folder: Path, tmp_path: Path) -> None:
    run("contract", written(tmp_path, "合同.txt", "\n".join(CONTRACT)), "--case", folder)
    run("draft", folder, "pi_request_borrower", "-o", tmp_path / "a.md", "--set", "contract_clauses=我自己写的一条")
    with open_case(folder) as case:
        assert material_of_case(case).results
    words = paper(folder, tmp_path, "pi_request_borrower")
    assert "我自己写的一条" in words
    assert "甲方同意乙方读取其手机通讯录" not in words
