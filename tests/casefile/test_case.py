"""A case does what it promises: keeps bytes, keeps records, one writer, one act wholly or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuijie.casefile import Case, ItemFacts
from cuijie.casefile.errors import (
    CaseDamaged,
    CaseExists,
    CaseLocked,
    ItemMissing,
    KeyRefused,
    LedgerBroken,
    NotACase,
    NotWritable,
)
from cuijie.casefile.lock import holder_of
from cuijie.records import Answer, Entry, Loan, Person
from tests.small_case import CHEAP, PASSPHRASE, SteppingClock, fill, keep, new_case, open_case


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "张三的案卷 甲"


def test_nothing_on_disk_is_plain(folder: Path) -> None:
    with new_case(folder) as case:
        keep(case, "独一无二的金丝雀 17000001188".encode() * 500, "金丝雀.txt")
        case.put(Person(person_id="p", name="金丝雀姓名", numbers=("13800001002",)))
        case.log("drafted", {"canary": "金丝雀详情"})
        during = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    after = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for data in during + after:
        assert "金丝雀".encode() not in data
        assert b"13800001002" not in data
    assert not (folder / "case.db").read_bytes().startswith(b"SQLite format 3")


def test_originals_come_back_byte_for_byte_and_seekable(folder: Path) -> None:
    content = os.urandom(300_000)
    with new_case(folder) as case:
        item = keep(case, content)
    with open_case(folder, writable=False) as case, case.open_item(item.item_id) as stream:
        assert stream.read() == content
        stream.seek(-10, io.SEEK_END)
        assert stream.read() == content[-10:]


def test_the_same_content_is_one_item_with_both_its_names(folder: Path) -> None:
    with new_case(folder) as case:
        first = keep(case, b"content", "一.xml", owner="debtor")
        again = keep(case, b"content", "二.xml", owner="person-1")
        assert (first.is_new, again.is_new) == (True, False)
        assert first.item_id == again.item_id
        assert [facts.name for facts in case.sightings(first.item_id)] == ["二.xml"]
        assert len(case.items()) == 1


def test_item_ids_depend_on_content_alone(tmp_path: Path) -> None:
    with new_case(tmp_path / "a") as one, new_case(tmp_path / "b") as other:
        keep(other, b"x")
        assert keep(one, b"content").item_id == keep(other, b"content", "other").item_id
        assert {path.name for path in (tmp_path / "a" / "vault").rglob("*.age")}.isdisjoint(
            {path.name for path in (tmp_path / "b" / "vault").rglob("*.age")}
        )


def test_derived_items_name_their_parent_and_tool_and_stay_apart(folder: Path) -> None:
    facts = ItemFacts(name="文字.txt", kind="ocr_text", tool="某识别", tool_version="1.0")
    with new_case(folder) as case:
        one, two = keep(case, b"picture 1"), keep(case, b"picture 2")
        texts = [case.derive(parent.item_id, io.BytesIO(b""), facts) for parent in (one, two)]
        assert [text.parent_id for text in texts] == [one.item_id, two.item_id]
        assert texts[0].item_id != texts[1].item_id
        assert case.derive(one.item_id, io.BytesIO(b""), facts).is_new is False
        with pytest.raises(ItemMissing):
            case.derive("0" * 32, io.BytesIO(b""), facts)


def test_a_zero_length_file_is_kept(folder: Path) -> None:
    with new_case(folder) as case:
        item = keep(case, b"")
        assert item.size_bytes == 0
        assert case.open_item(item.item_id).read() == b""


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "CON", "a" * 255, "😀‮gnp.exe", "点.", "e\u0301.txt", "\udcff坏.txt", "换\n行", "", "C:\\x"],
)
def test_hostile_names_are_kept_as_words_and_touch_no_path(folder: Path, name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    with new_case(folder) as case:
        item = keep(case, b"x", name)
        assert case.item(item.item_id).about.name == name
    stray = [path for path in folder.parent.rglob("*") if path.is_file() and folder not in path.parents]
    assert stray == []


def test_records_come_back_as_they_were(folder: Path) -> None:
    loan = Loan(loan_id="loan-1", lender_name="示例", contract_on=date(2026, 1, 2), principal_fen=500_000)
    answer = Answer(question="q@1", value=None, answered_at=datetime(2026, 1, 1, tzinfo=UTC))
    with new_case(folder) as case:
        case.put(loan, answer, Person(person_id="p2"), Person(person_id="p1"))
    with open_case(folder, writable=False) as case:
        assert case.get(Loan, "loan-1") == loan
        assert case.get(Loan, "loan-2") is None
        assert case.all(Answer) == (answer,)
        assert [person.person_id for person in case.each(Person)] == ["p1", "p2"]


def test_a_record_of_any_dataclass_can_be_stored(folder: Path) -> None:
    @dataclass(frozen=True)
    class Step:
        step_id: str
        due_on: date | None = None

    with new_case(folder) as case:
        case.put(Step("s1", date(2026, 2, 3)))
        assert case.get(Step, "s1") == Step("s1", date(2026, 2, 3))
        assert case.drop(Step, "s1") is True
        assert case.drop(Step, "s1") is False


def test_what_is_no_record_is_refused(folder: Path) -> None:
    with new_case(folder) as case, pytest.raises(TypeError):
        case.put("text")


def test_the_state_lists_entries_by_time_with_undated_ones_last(folder: Path) -> None:
    def entry(entry_id: str, at: datetime | None) -> Entry:
        return Entry(entry_id=entry_id, kind="sms", owner="debtor", places=("i#1",), occurred_at=at)

    with new_case(folder) as case:
        early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
        case.put(entry("a", None), entry("b", late), entry("c", early))
        assert [one.entry_id for one in case.state().entries] == ["c", "b", "a"]


def test_putting_an_equal_record_again_is_no_act(folder: Path) -> None:
    with new_case(folder) as case:
        case.put(Person(person_id="p"))
        before = case.ledger_length()
        case.put(Person(person_id="p"))
        assert case.ledger_length() == before


def test_a_batch_is_one_act(folder: Path) -> None:
    with new_case(folder) as case:
        with case.batch("add", {"files": 1}) as act:
            case.put(Person(person_id="a"), Person(person_id="b"))
            act.detail["kept"] = 2
        last = case.ledger()[-1]
        assert (last.act, last.detail["files"], last.detail["kept"]) == ("add", 1, 2)
        assert case.ledger_length() == 2


def _fail_within(case: Case, person_id: str) -> None:
    with case.batch("add"):
        case.put(Person(person_id=person_id))
        keep(case, f"content {person_id}".encode())
        raise RuntimeError


def test_a_failed_batch_leaves_the_case_as_it_was(folder: Path) -> None:
    with new_case(folder) as case:
        before = (case.state(), case.ledger_bodies(), case.items(), case.records_total())
        with pytest.raises(RuntimeError):
            _fail_within(case, "a")
        assert (case.state(), case.ledger_bodies(), case.items(), case.records_total()) == before
        assert [path for path in (folder / "vault").rglob("*") if path.is_file()] == []
        assert list((folder / "incoming").iterdir()) == []


def test_an_inner_batch_that_fails_takes_back_only_itself(folder: Path) -> None:
    with new_case(folder) as case:
        with case.batch("outer"):
            kept = keep(case, b"outer")
            case.put(Person(person_id="a"))
            with pytest.raises(RuntimeError):
                _fail_within(case, "b")
            with case.batch("second"):
                case.put(Person(person_id="c"))
        assert [item.item_id for item in case.items()] == [kept.item_id]
        assert [person.person_id for person in case.each(Person)] == ["a", "c"]
        assert case.stray_files() == []
        assert f"{case.records_total():x}" == case.ledger()[-1].detail["records"]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=3), st.booleans()), max_size=12))
def test_the_sum_in_the_ledger_is_that_of_the_rows(tmp_path: Path, acts: list[tuple[str, str, bool]]) -> None:
    folder = tmp_path / "sum"
    shutil.rmtree(folder, ignore_errors=True)
    with new_case(folder) as case:
        for person_id, name, is_drop in acts:
            if is_drop:
                case.drop(Person, person_id)
            else:
                case.put(Person(person_id=person_id, name=name))
        written = [entry.detail["records"] for entry in case.ledger() if "records" in entry.detail]
        assert (written or ["0"])[-1] == f"{case.records_total():x}"


def test_only_one_writer_and_the_second_is_told_who(folder: Path) -> None:
    with new_case(folder):
        with pytest.raises(CaseLocked, match=f"进程号 {os.getpid()}"):
            open_case(folder)
        holder = holder_of(folder)
        assert holder is not None
        assert holder.pid == os.getpid()
        with open_case(folder, writable=False) as reader:
            assert reader.ledger_length() == 1
    assert holder_of(folder) is None
    open_case(folder).close()


def test_a_reader_writes_nothing(folder: Path) -> None:
    new_case(folder).close()
    with open_case(folder, writable=False) as case:
        for act in (lambda: case.log("x"), lambda: case.put(Person(person_id="p")), lambda: keep(case, b"")):
            with pytest.raises(NotWritable):
                act()


def test_a_wrong_passphrase_is_said_plainly(folder: Path) -> None:
    new_case(folder).close()
    with pytest.raises(KeyRefused, match="密码不对"):
        Case.open(folder, "不对")


@pytest.mark.parametrize("make", ["file", "full", "case"])
def test_a_case_is_never_made_over_something(folder: Path, make: str) -> None:
    if make == "file":
        folder.write_bytes(b"x")
    elif make == "full":
        folder.mkdir()
        (folder / "x").write_bytes(b"x")
    else:
        new_case(folder).close()
    with pytest.raises(CaseExists):
        new_case(folder)


def test_a_case_can_be_made_in_an_empty_folder(folder: Path) -> None:
    folder.mkdir()
    new_case(folder).close()
    assert (folder / "keys.json").exists()


def test_what_is_no_case_is_said_plainly(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotACase):
            open_case(path)


def test_an_empty_passphrase_is_refused(folder: Path) -> None:
    with pytest.raises(Exception, match="密码不能是空的"):
        Case.create(folder, "", cost=CHEAP)
    assert not folder.exists()


def test_a_case_copied_by_hand_opens(folder: Path, tmp_path: Path) -> None:
    with new_case(folder) as case:
        item = fill(case)
    shutil.copytree(folder, tmp_path / "copy")
    with open_case(tmp_path / "copy") as case:
        assert case.open_item(item.item_id).read() == b"<smses/>" * 100


def test_a_database_put_back_to_an_older_state_is_noticed(folder: Path) -> None:
    with new_case(folder) as case:
        case.log("drafted")
    shutil.copy(folder / "case.db", folder.parent / "old.db")
    with open_case(folder) as case:
        case.log("drafted")
        case.log("drafted")
    shutil.copy(folder.parent / "old.db", folder / "case.db")
    with pytest.raises(LedgerBroken, match="少了最后 2 条"):
        open_case(folder)
    with open_case(folder, writable=False) as case:
        assert "少了最后 2 条" in case.troubles[0]
    with Case.open(folder, PASSPHRASE, clock=SteppingClock(), accept_loss=True) as case:
        assert case.ledger()[-1].act == "loss_accepted"
    open_case(folder).close()


@pytest.mark.parametrize("spoil", ["missing", "altered", "rubbish"])
def test_a_spoiled_anchor_is_noticed(folder: Path, spoil: str) -> None:
    with new_case(folder) as case:
        case.log("drafted")
    anchor = folder / "anchor.json"
    if spoil == "missing":
        anchor.unlink()
    else:
        anchor.write_bytes(anchor.read_bytes().replace(b'"count":2', b'"count":1') if spoil == "altered" else b"\xff")
    with pytest.raises(LedgerBroken, match=r"anchor\.json"):
        open_case(folder)


def test_a_lost_or_damaged_original_is_healed_by_giving_it_again(folder: Path) -> None:
    with new_case(folder) as case:
        item = keep(case, b"content" * 100)
        path = case.blob_path(item.item_id)
        for spoil in (lambda: path.unlink(), lambda: path.write_bytes(b"age-encryption.org/v1\n")):
            spoil()
            with pytest.raises(CaseDamaged):
                case.open_item(item.item_id)
            assert keep(case, b"content" * 100).is_new is False
            assert case.open_item(item.item_id).read() == b"content" * 100
        assert [entry.act for entry in case.ledger()][-2:] == ["restored", "restored"]


def test_discarding_takes_the_derived_things_along(folder: Path) -> None:
    with new_case(folder) as case:
        item, other = keep(case, b"one"), keep(case, b"two")
        text = case.derive(item.item_id, io.BytesIO(b"text"), ItemFacts(name="t", kind="ocr_text"))
        assert set(case.discard(item.item_id, "误收")) == {item.item_id, text.item_id}
        assert [one.item_id for one in case.items()] == [other.item_id]
        assert case.stray_files() == []
        with pytest.raises(ItemMissing):
            case.open_item(item.item_id)


def test_opening_works_at_every_fault_of_the_stream(folder: Path) -> None:
    class Failing(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("device gone")

    with new_case(folder) as case:
        with pytest.raises(OSError, match="device gone"):
            case.keep(Failing(), ItemFacts(name="x"))
        assert case.items() == ()
        assert list((folder / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("短信备份.txt".encode("gbk").decode("utf-8", "surrogateescape"), "短信备份.txt"),
        ("\udcff\udcff坏.txt", "\\xff\\xff坏.txt"),
        ("\ud83d半个.txt", "?半个.txt"),
        ("普通😀.txt", "普通😀.txt"),
    ],
)
def test_a_name_in_gbk_or_with_stray_bytes_is_kept_readable(folder: Path, name: str, kept: str) -> None:
    with new_case(folder) as case:
        item = case.keep(io.BytesIO(b"x"), ItemFacts(name=name, source_path=f"/home/{name}"))
        assert item.about.name == kept
        assert item.about.source_path == f"/home/{kept}"


def test_a_fingerprint_that_is_not_that_of_the_bytes_undoes_the_act(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        parent = keep(case, b"parent")
        facts = ItemFacts(name="a.jpg", kind="attachment", tool="cuijie")
        with pytest.raises(ValueError, match="not the bytes"):
            case.derive(parent.item_id, io.BytesIO(b"other"), facts, sha256=hashlib.sha256(b"one").hexdigest())
        assert [item.item_id for item in case.items()] == [parent.item_id]
        made = case.derive(parent.item_id, io.BytesIO(b"one"), facts, sha256=hashlib.sha256(b"one").hexdigest())
        assert made == replace(case.item(made.item_id), is_new=True)
