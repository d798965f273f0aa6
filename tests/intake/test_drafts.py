"""Texts that go straight into their stored form: the same bytes as the careful way gives, whatever they say."""

from __future__ import annotations

import tempfile
from pathlib import Path

import apsw
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cuijie.casefile import Case, KdfCost
from cuijie.casefile.record_table import body_of
from cuijie.intake import add, sms_backup
from cuijie.intake.drafts import Drafts
from cuijie.intake.sms_rows import Texts
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


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
@example(rows=[("10690000", samples.DEBT, AT, 1, {}), ("10690000", samples.DEBT, AT + 640, 1, {})])
def test_a_draft_is_to_the_byte_what_the_careful_way_stores(
    rows: list[tuple[str, str, int, int, dict[str, str]]],
) -> None:
    data = xml("smses", [sms_row(number, words, at, box=box, **more) for number, words, at, box, more in rows])
    drafts = Drafts(lambda entry: False, lambda sign: False)
    for texts in sms_backup.read(source_of(data)):
        if isinstance(texts, Texts):
            for number, row in enumerate(texts.rows, start=texts.first):
                draft, entry = drafts.make(texts, number, row), texts.entry(number, row)
                assert draft is None or draft[:2] == (entry.entry_id, body_of(entry))


def test_texts_written_alike_do_become_drafts() -> None:
    data = xml("smses", [sms_row("106900000001001", f"{samples.DEBT}{n}", AT + n) for n in range(50)])
    drafts = Drafts(lambda entry: False, lambda sign: False)
    made = [
        drafts.make(texts, number, row)
        for texts in sms_backup.read(source_of(data))
        if isinstance(texts, Texts)
        for number, row in enumerate(texts.rows, start=texts.first)
    ]
    assert len([one for one in made if one is not None]) == 49  # the first text is read with care and teaches the form


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
