"""Texts that go straight into their stored form: the same bytes as the careful way gives, whatever they say."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cuijie.casefile import Case, KdfCost
from cuijie.casefile.database.pack_table import filled
from cuijie.casefile.database.record_table import body_of
from cuijie.intake import add
from cuijie.intake.android import sms_backup
from cuijie.intake.android.sms_rows import Texts
from cuijie.intake.drafts import Drafts, Row
from cuijie.records import Collector, Entry

from . import intake_samples as samples
from .intake_samples import ms, sms_row, source_of, xml

AT = ms("2025-03-03 21:03:11")
WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    [samples.DEBT, "null", "a\nb", '"引号"\\', "😡【不在头上】", "<gap text>", "&amp;#10;", "【】", "\ufffd"]
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["106900000001001", "+86 138-0000-1002", "null", "-1", "<gap places>", "95555"]),
        WORDS,
        st.integers(1_000_000_000_000, 3_999_999_999_999),
        st.integers(0, 7),
        st.fixed_dictionaries({
            "date_sent": st.sampled_from(["0", "null", "1740000000000", "-1", "昨天"]),
            "contact_name": st.sampled_from(["(Unknown)", "妈妈 & 爸", "\ufffd"]),
            "sub_id": st.sampled_from(["-1", "1"]),
        }),
    ),
    min_size=2, max_size=30,
)  # fmt: skip


SIGNED = [
    "通知【甲】",
    "通知【甲】后面",
    "【甲【乙】",
    "【甲【乙】后面",
    "【甲】",
    "【甲】后面",
    "【 】后面",
    "【甲&乙】",
    "【丙" + "多" * 30 + "】后面",
]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
@example(rows=[("10690000", samples.DEBT, AT, 1, {}), ("10690000", samples.DEBT, AT + 640, 1, {})])
@example(rows=[("10690000", words, AT, 1, {}) for words in SIGNED])
def test_a_draft_is_to_the_byte_what_the_careful_way_stores(
    rows: list[tuple[str, str, int, int, dict[str, str]]],
) -> None:
    data = xml("smses", [sms_row(number, words, at, box=box, **more) for number, words, at, box, more in rows])
    drafts = Drafts(lambda entry: False, lambda sign: False)
    for texts in sms_backup.read(source_of(data)):
        if isinstance(texts, Texts):
            for number, row, draft in drafts.of(texts):
                entry = texts.entry(number, row)
                assert draft is None or (draft[0], filled(draft[0], draft[1:3])) == (entry.entry_id, body_of(entry))


def test_texts_written_alike_do_become_drafts() -> None:
    data = xml("smses", [sms_row("106900000001001", f"{samples.DEBT}{n}", AT + n) for n in range(50)])
    drafts = Drafts(lambda entry: False, lambda sign: False)
    made = [
        draft
        for texts in sms_backup.read(source_of(data))
        if isinstance(texts, Texts)
        for _, _, draft in drafts.of(texts)
    ]
    assert len([one for one in made if one is not None]) == 49  # the first text is read with care and teaches the form


def test_of_many_numbers_one_text_is_read_with_care_and_a_known_one_always() -> None:
    numbers = [f"1069000000{n:04d}" for n in range(40)]
    rows = [sms_row(number, f"{samples.DEBT}{n}", AT + n) for n in range(3) for number in numbers]
    drafts = Drafts(lambda entry: entry.number == numbers[7], lambda sign: False)
    drafted: dict[str, list[bool]] = {}
    careful: list[str | None] = []
    for texts in sms_backup.read(source_of(xml("smses", rows))):
        if isinstance(texts, Texts):

            def read(names: tuple[str, ...], row: Row, number: int, texts: Texts = texts) -> Entry:
                careful.append((entry := texts.careful(names, row, number)).number)
                return entry

            for number, row, draft in drafts.of(replace(texts, careful=read)):
                entry = texts.entry(number, row)
                drafted.setdefault(str(entry.number), []).append(draft is not None)
                assert draft is None or (draft[0], filled(draft[0], draft[1:3])) == (entry.entry_id, body_of(entry))
    assert len(careful) == 1
    assert [number for number in drafted if not any(drafted[number])] == [numbers[7]]
    assert all(all(made) for number, made in drafted.items() if number != numbers[7])


def test_known_senders_repeats_and_odd_rows_among_drafts_are_treated_with_care() -> None:
    rows = [
        sms_row("17000001188", "一", AT),
        sms_row("17000001188", "二", AT + 1000),
        sms_row("17000001188", "二", AT + 1000),  # repeats the one before
        sms_row("10690000", samples.DEBT, AT + 2000),  # signed by a collector that the case knows
        sms_row("10690000", samples.DEBT, AT + 2500),
        sms_row("17000001188", "三", 0),  # no time
        sms_row("17000001188", "四", AT + 3000),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sms.xml"
        path.write_bytes(xml("smses", rows))
        with Case.create(Path(folder) / "案卷", "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
            case.put(Collector(collector_id="c-1", signatures=("晴川消费",)))
            (report,) = add(case, [path]).files
            assert (report.read, report.kept, report.repeats, report.tied) == (7, 6, 1, 2)
            assert report.set_aside[0].at == "第 8 行（第 6 条，短信）"
            places = sorted(place.rpartition(":")[2] for entry in case.all(Entry) for place in entry.places)
            assert places == ["1", "2", "3", "4", "5", "7"]
            (again,) = add(case, [path]).files
            assert again.is_known


def test_an_insert_that_fails_beside_undoes_the_whole_act(tmp_path: Path) -> None:
    (entry,) = samples.entries(samples.read_all(sms_backup, xml("smses", [sms_row("1", "一", AT)])))
    with Case.create(tmp_path / "案卷", "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
        before = case.ledger_length()
        with pytest.raises(apsw.ConstraintError), case.batch("add"):
            case.put_new(Entry, [(entry.entry_id, body_of(entry))] * 2)
        assert (case.all(Entry), case.ledger_length()) == ((), before)
        case.put_new(Entry, [(entry.entry_id, body_of(entry))])
        assert case.all(Entry) == (entry,)


def overlapping_backups() -> list[bytes]:
    """Three backups of one phone and two of other makes: what overlaps is written alike, or a little otherwise."""
    words = [f"{samples.DEBT}{n}" if n % 3 else f"到了吗{n}" for n in range(60)]
    numbers = [f"1069000000{n % 5}" for n in range(60)]
    rows = [sms_row(numbers[n], words[n], AT + n * 1000) for n in range(60)]
    again = rows[20:] + rows[25:30]  # five of them twice in one file
    again[3] = sms_row(numbers[23], words[23], AT + 23_000, contact_name="妈妈")
    again[5] = sms_row(numbers[25], words[25] + "。", AT + 25_000)
    later = [sms_row(numbers[n], words[n], AT + n * 1000 + 700, sub_id="1") for n in range(10)]
    twins = [sms_row(numbers[30], words[30], AT + second * 1000) for second in (28, 29, 30, 31)]  # near it, and itself
    parts = (rows[:40], again, rows + later, [*later, sms_row("95555", "新的", AT)], twins)
    return [xml("smses", part) for part in parts]


def test_overlapping_backups_give_what_the_careful_way_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_in(name: str) -> tuple[list[tuple[int, ...]], tuple[Entry, ...]]:
        paths = []
        for number, data in enumerate(overlapping_backups()):
            paths.append(tmp_path / name / f"{number}.xml")
            paths[-1].parent.mkdir(exist_ok=True)
            paths[-1].write_bytes(data)
        with Case.create(tmp_path / f"{name}-案卷", "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
            reports = [*add(case, paths).files, *add(case, paths).files]  # the second time all is known
            assert [report.is_known for report in reports] == [False] * 5 + [True] * 5
            assert f"{case.records_total():x}" == next(
                one.detail["records"] for one in reversed(case.ledger()) if "records" in one.detail
            )
            return [(one.read, one.kept, one.merged, one.repeats) for one in reports], case.all(Entry)

    quick = taken_in("quick")
    monkeypatch.setattr(
        "cuijie.intake.take.Drafts.of",
        lambda self, texts: ((number, row, None) for number, row in enumerate(texts.rows, start=texts.first)),
    )
    assert taken_in("careful") == quick
