"""A text in a backup and on a screenshot is one contact with two pieces of evidence, also late below its time line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cuijie.casefile import Case
from cuijie.intake.entries import make_entry
from cuijie.intake.merging.events import SHOWN_WITHIN, EventIndex, marks_of, place_entry
from cuijie.intake.merging.shelf import EntryShelf
from cuijie.intake.times.written import parse_time
from cuijie.records import Entry

from .intake_samples import source_of

THREAT = "再不还钱就给你通讯录里的人一个个打电话"


def _text(time: str, words: str = THREAT, number: str = "17000001188") -> Entry:
    source = replace(source_of(b"x"), item_id="1" * 32)
    return make_entry(source, "sms:1", "sms", when=parse_time(time), inbound=True, number_raw=number, text=words)


def _shown(line: str, within: int | None, order: int = 1) -> Entry:
    source = replace(source_of(b"x"), item_id="2" * 32)
    extra = ((SHOWN_WITHIN, str(within)),) if within else ()
    when = replace(parse_time(line), basis="inferred")
    return make_entry(
        source, f"{order}@0", "sms", when=when, inbound=True, number_raw="17000001188", text=THREAT, is_inferred=True, extra=extra
    )  # fmt: skip


def _placed(case: Case, *entries: Entry) -> list[Entry]:
    """What the case holds after *entries* came one after another, as an import that follows another puts them."""
    shelf, index = EntryShelf(case), EventIndex(case)
    for entry in entries:
        _, placed = place_entry(shelf, entry, index)
        shelf.flush()
        for mark in marks_of(placed):
            index.note(mark)
    return list(case.all(Entry))


@pytest.mark.parametrize("picture_first", [True, False])
@pytest.mark.parametrize("time", ["21:03:11", "21:05:40", "21:48:00"])
def test_whichever_comes_first_they_are_one(case: Case, time: str, picture_first: bool) -> None:
    pair = (_shown("2025-03-03 21:03", 3000), _text(f"2025-03-03 {time}"))
    (entry,) = _placed(case, *(pair if picture_first else reversed(pair)))
    assert len(entry.places) == 2
    assert not entry.is_inferred
    assert entry.time_raw == f"2025-03-03 {time}"


@pytest.mark.parametrize(
    ("time", "within", "number"),
    [
        ("21:02:30", 3000, "17000001188"),  # before the time line
        ("21:54:00", 3000, "17000001188"),  # after what the screen shows
        ("21:05:40", None, "17000001188"),  # a time of the bubble's own
        ("21:05:40", 3000, "17000001189"),
    ],
)
def test_what_cannot_stand_below_the_line_stays_two(case: Case, time: str, within: int | None, number: str) -> None:
    assert len(_placed(case, _text(f"2025-03-03 {time}", number=number), _shown("2025-03-03 21:03", within))) == 2


def test_the_same_words_twice_in_both_stay_two_each_with_two_places(case: Case) -> None:
    texts = [_text("2025-03-03 21:03:11"), _text("2025-03-03 21:30:11")]
    texts[1] = replace(texts[1], places=(texts[1].places[0].replace("sms:1", "sms:2"),))
    shown = [_shown("2025-03-03 21:03", 3000, order) for order in (1, 2)]
    shown[1] = replace(shown[1], entry_id=shown[1].entry_id + "x")
    assert [len(entry.places) for entry in _placed(case, *texts, *shown)] == [2, 2]
