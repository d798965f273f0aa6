"""What every importer must bear: cut off anywhere, wrong encodings, damaged bytes, huge fields."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cuijie.intake import Found, IntakeError, SetAside, registry
from cuijie.intake.found import Card
from cuijie.intake.registry import Importer, findings, importers, recognise
from cuijie.intake.source import Head
from cuijie.records import Entry, Payment, Person

from . import intake_samples as samples
from .fuzz_importers import fuzz_one

SMALL = samples.small_files()
RECORDS = Entry | Payment | Person | Card


def _importer(kind: str) -> Importer:
    return next(one for one in importers() if kind == one.KIND)


def _read(importer: Importer, data: bytes, name: str) -> list[Found]:
    """What is read before the content stops fitting; an IntakeError is the only way to say so."""
    found: list[Found] = []
    try:
        found.extend(findings(importer, samples.source_of(data, name)))
    except IntakeError as error:
        if not error.message:
            pytest.fail("an error without words")
    return found


@pytest.mark.parametrize("kind", SMALL)
def test_each_layout_is_recognised_by_its_content_and_read(kind: str) -> None:
    name, data = SMALL[kind]
    importer = recognise(samples.source_of(data, "no-name-that-helps").head())
    assert importer is not None
    assert kind == importer.KIND
    assert any(isinstance(one, RECORDS) for one in _read(importer, data, name))


@pytest.mark.parametrize("kind", SMALL)
def test_a_file_cut_off_at_any_byte_gives_only_whole_records_or_a_reason(kind: str) -> None:
    name, data = SMALL[kind]
    importer = _importer(kind)
    whole = {one for one in _read(importer, data, name) if isinstance(one, Entry | Payment)}
    times = {one.occurred_at for one in whole}
    for end in range(0, len(data), 1 if len(data) < 3000 else 7):
        for one in _read(importer, data[:end], name):
            if isinstance(one, Entry) and kind in {"sms_backup", "coloros", "vmsg", "chat_json", "contact_json"}:
                assert one.occurred_at in times, f"cut at {end}"


@pytest.mark.parametrize("kind", [kind for kind in SMALL if kind not in {"android_backup", "sms_backup", "document"}])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings_are_read_as_the_same_records(kind: str, encoding: str) -> None:
    name, data = SMALL[kind]
    text = data.decode("gb18030" if kind in {"operator_list", "bill"} else "utf-8-sig")
    importer = _importer(kind)
    plain = [_facts(one) for one in _read(importer, data, name) if isinstance(one, RECORDS)]
    assert [_facts(one) for one in _read(importer, text.encode(encoding), name) if isinstance(one, RECORDS)] == plain


def _facts(one: Entry | Payment | Person | Card) -> object:
    if isinstance(one, Card):
        one = one.person
    if isinstance(one, Person):
        return one.numbers
    return (one.occurred_at, one.text if isinstance(one, Entry) else one.amount_fen)


@pytest.mark.parametrize("kind", SMALL)
def test_a_field_of_a_megabyte_is_no_trouble(kind: str) -> None:
    name, data = SMALL[kind]
    mark = samples.THREAT.encode() if samples.THREAT.encode() in data else None
    if mark is None:
        pytest.skip("this layout's sample has no free text as plain bytes")
    found = _read(_importer(kind), data.replace(mark, b"x" * 1_000_000), name)
    assert any(isinstance(one, RECORDS) for one in found)


@settings(max_examples=150)
@given(kind=st.sampled_from(sorted(SMALL)), seed=st.integers(0, 2**32))
def test_damaged_bytes_never_raise_anything_but_a_reason(kind: str, seed: int) -> None:
    name, data = SMALL[kind]
    chance = random.Random(seed)  # noqa: S311 — no secret
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(damaged))
        match chance.randint(0, 3):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                del damaged[at : at + chance.randint(1, 40)]
            case 2:
                damaged[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
            case _:
                damaged[at:at] = damaged[: chance.randint(0, 200)]
        if not damaged:
            damaged = bytearray(b"x")
    for one in _read(_importer(kind), bytes(damaged), name):
        assert not isinstance(one, SetAside) or (one.at and one.why)
    fuzz_one(bytes(damaged))


@settings(max_examples=200)
@given(data=st.binary(max_size=4000))
@example(data=b"%PDF")
def test_any_bytes_at_all_are_recognised_or_not_without_a_crash(data: bytes) -> None:
    fuzz_one(data)


def test_importers_keep_their_order_and_their_kinds_are_unique() -> None:
    kinds = [one.KIND for one in importers()]
    assert len(kinds) == len(set(kinds))


@pytest.fixture
def asked_anew() -> Iterator[None]:
    """The plug-ins are looked for again, in this test and after it."""
    forgotten = (registry.importers, registry._plugged)
    for known in forgotten:
        known.cache_clear()
    yield
    for known in forgotten:
        known.cache_clear()


@pytest.mark.usefixtures("asked_anew")
def test_a_plug_in_that_cannot_be_loaded_is_named_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "their_reader-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: their-reader\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[cuijie.importers]\ngone = their_reader_gone\nempty = their_empty\nends = their_end\nblind = their_blind\ngood = their_good\n"
    )
    (tmp_path / "their_end.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "their_blind.py").write_text(
        "KIND = TITLE = 'blind'\nread = list\ndef sniff(head):\n    raise ValueError('?')\n"
    )
    (tmp_path / "their_empty.py").touch()
    (tmp_path / "their_good.py").write_text("KIND = TITLE = 'theirs'\nsniff = bool\nread = list\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    gone, ends, empty = sorted(registry.unusable_plugins(), reverse=True)
    assert "their-reader: gone = their_reader_gone (ModuleNotFoundError" in gone
    assert "their-reader: empty = their_empty (AttributeError" in empty
    assert "their-reader: ends = their_end (SystemExit" in ends
    kinds = [one.KIND for one in importers()]
    assert set(kinds[:2]) == {"theirs", "blind"}
    assert "sms_backup" in kinds
    for _ in range(2):
        found = recognise(Head(name="a.vcf", data=b"BEGIN:VCARD\nVERSION:3.0\n", size=25))
        assert found is not None
        assert found.KIND != "blind"
    assert [one for one in registry.unusable_plugins() if one.startswith("blind")] == ["blind (ValueError: ?)"]
