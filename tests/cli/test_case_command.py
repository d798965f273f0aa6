"""``cuijie case``, ``bundle``, ``verify``, ``stamp`` as a user runs them: words, exit codes, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.small_case import CHEAP, PASSPHRASE, fill, new_case
from tests.tsa_authority import Authority

from cuijie.casefile import Case
from cuijie.cli.main import cli
from cuijie.clock import SystemClock
from cuijie.errors import CuijieError
from cuijie.records import Collector, Entry


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)
    for room in ("case", "sharing"):  # the real cost is 0.4 s a time; test_sharing holds it
        monkeypatch.setattr(f"cuijie.casefile.{room}.KdfCost", lambda: CHEAP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with new_case(tmp_path / "我的案卷", SystemClock()) as case:
        fill(case)
    return tmp_path / "我的案卷"


class Ran:
    """What one command did."""

    def __init__(self, *words: object, input: str | None = None) -> None:
        try:
            done = CliRunner().invoke(cli, [str(word) for word in words], input=input, catch_exceptions=False)
        except CuijieError as error:  # cli.main says it and ends with this code; the runner stops before
            self.code, self.out, self.err = error.exit_code, "", str(error)
        else:
            self.code, self.out, self.err = done.exit_code, done.stdout, done.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.out)


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
    Ran("case", "tie", folder, "13800009991", "--to", "某催收", "--loan", "L2")
    assert _collectors(folder)["某催收"] == lenders["L2"]


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


def test_bundle_and_verify_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "证据包.zip"
    made = Ran("bundle", folder, "-o", target, "--json")
    assert made.code == 0, made.err
    assert [one["label"] for one in made.json["items"]] == ["证据1", "证据2"]
    told = Ran("verify", target, "--json")
    assert told.code == 0
    assert {one["state"] for one in told.json["items"]} == {"intact", "untimed"}
    assert Ran("verify", folder, "--json").json["holds"] is True
    data = bytearray(target.read_bytes())
    data[data.index(b"\x89PNG") + 100] ^= 1
    target.write_bytes(bytes(data))
    broken = Ran("verify", target, "--json")
    assert broken.code == 1
    assert {one["path"]: one["state"] for one in broken.json["items"]}["data/原件/证据02_截图.png"] == "altered"


def test_verifying_a_bundle_asks_for_no_passphrase(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ran("bundle", folder, "-o", tmp_path / "包.zip")
    monkeypatch.delenv("CUIJIE_PASSPHRASE")
    assert Ran("verify", tmp_path / "包.zip").code == 0
    assert Ran("verify", folder).code == 2


@pytest.mark.parametrize("name", ["keys.json", "case.db"])
def test_a_missing_part_of_a_case_is_a_finding_of_verify(folder: Path, name: str) -> None:
    (folder / name).unlink()
    told = Ran("verify", folder, "--json")
    assert told.code == 1
    assert [(one["path"], one["state"]) for one in told.json["items"]] == [(name, "missing")]


def test_a_damaged_case_is_a_finding_of_verify(folder: Path) -> None:
    (folder / "case.db").write_bytes((folder / "case.db").read_bytes()[:5000])
    told = Ran("verify", folder, "--json")
    assert told.code == 1
    assert told.json["items"][0] == {"path": "case.db", "state": "altered", "why": told.json["items"][0]["why"]}
    assert Ran("case", "info", folder).code == 2


@pytest.mark.parametrize("size", ["20M", "5mb", "800k", "1000000"])
def test_sizes_are_read_as_portals_write_them(folder: Path, tmp_path: Path, size: str) -> None:
    assert Ran("bundle", folder, "-o", tmp_path / "包.zip", "--max-size", size).code == 0


@pytest.mark.parametrize(
    "words", [("--max-size", "大"), ("--max-size", "0"), ("--max-size", "1k"), ("--item", "证据99")]
)
def test_what_a_bundle_cannot_do_is_said(folder: Path, tmp_path: Path, words: tuple[str, str]) -> None:
    assert Ran("bundle", folder, "-o", tmp_path / "包.zip", *words).code == 2
    assert not (tmp_path / "包.zip").exists()


def test_a_stamp_needs_an_authority_and_the_limits_of_our_clock_are_said(folder: Path) -> None:
    told = Ran("stamp", folder)
    assert told.code == 2
    assert "只是这台电脑自己的时钟" in told.err


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("did not run: openssl is not installed")
    return Authority.make(tmp_path / "pki")


def test_stamps_from_the_command_line(folder: Path, tmp_path: Path, authority: Authority) -> None:
    with authority.serving() as served:
        queued = Ran("stamp", folder, "--tsa", served.url, "--ca", authority.ca_file, "--later", "--json")
        assert (queued.code, [one["state"] for one in queued.json["stamps"]]) == (0, ["queued"])
        served.status = 503
        assert Ran("stamp", folder).code == 3
        served.status = 200
        done = Ran("stamp", folder, "--json")
        assert (done.code, [one["state"] for one in done.json["stamps"]]) == (0, ["granted"])
        assert Ran("stamp", folder, "--list").code == 0
        bundle = Ran("bundle", folder, "-o", tmp_path / "包.zip", "--stamp", "--json")
    assert [one["state"] for one in bundle.json["stamps"]] == ["granted", "granted"]
    assert {one["state"] for one in Ran("verify", tmp_path / "包.zip", "--json").json["items"]} == {"intact"}
    other = Authority.make(tmp_path / "别家")
    assert Ran("verify", tmp_path / "包.zip", "--tsa-ca", other.ca_file).code == 1
    assert Ran("verify", tmp_path / "包.zip", "--tsa-ca", other.ca_file, "--tsa-ca", authority.ca_file).code == 0
    assert Ran("verify", folder, "--tsa-ca", other.ca_file).code == 1
    assert Ran("verify", folder, "--tsa-ca", tmp_path / "没有.pem").code == 2


def test_an_answer_that_does_not_verify_is_exit_1(folder: Path, tmp_path: Path, authority: Authority) -> None:
    other = Authority.make(tmp_path / "别家")
    with other.serving() as served:
        assert Ran("stamp", folder, "--tsa", served.url, "--ca", authority.ca_file).code == 1


def test_the_catalogue_is_signed_with_the_users_own_certificate(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyhanko", reason="did not run: the extra 'sign' is not installed")
    import io
    import zipfile

    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from tests.tsa_authority import issue

    own = issue("林样样", usages=())
    (tmp_path / "own.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"own", own.key, own.certificate, None, BestAvailableEncryption(b"pin"))
    )
    monkeypatch.setenv("CUIJIE_CERTIFICATE_PASSPHRASE", "pin")
    done = Ran("bundle", folder, "-o", tmp_path / "包.zip", "--sign", tmp_path / "own.p12")
    assert done.code == 0, done.err
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        reader = PdfFileReader(io.BytesIO(archive.read("证据包/data/目录/证据目录.pdf")))
    (signature,) = reader.embedded_signatures
    roots = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    assert validate_pdf_signature(signature, roots).intact
    monkeypatch.setenv("CUIJIE_CERTIFICATE_PASSPHRASE", "wrong")
    assert Ran("bundle", folder, "-o", tmp_path / "二.zip", "--sign", tmp_path / "own.p12").code == 2


def test_a_lost_tail_is_mended_only_by_name(folder: Path) -> None:
    (folder / "anchor.json").unlink()
    assert Ran("case", "set", folder, "--lender", "x").code == 2
    assert Ran("verify", folder).code == 1
    assert Ran("case", "mend", folder).code == 0
    assert Ran("case", "set", folder, "--lender", "x").code == 0
    assert "没有发现缺失" in Ran("case", "mend", folder).out


def test_private_entries_in_a_full_bundle_are_pointed_out(folder: Path, tmp_path: Path) -> None:
    with Case.open(folder, PASSPHRASE) as case:
        place = f"{case.items()[0].item_id}#2"
        case.put(Entry(entry_id="e-private", kind="sms", owner="person-1", places=(place,), text="回家吃饭"))
    told = Ran("bundle", folder, "-o", tmp_path / "包.zip", "--json")
    assert told.json["private"] == [{"name": "短信备份.xml", "entries": 1}]
    assert "回家吃饭" not in Ran("bundle", folder, "-o", tmp_path / "二.zip", "--profile", "complaint").out
