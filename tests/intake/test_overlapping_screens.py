"""Screenshots of one conversation that overlap: a message that both show is one contact with two pieces of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cuijie.casefile import Case
from cuijie.intake.entries import make_entry
from cuijie.intake.merging.overlapping import Overlaps
from cuijie.intake.merging.shelf import EntryShelf
from cuijie.intake.times.written import UNKNOWN, parse_time
from cuijie.records import Entry

from .intake_samples import source_of

Bubble = tuple[str, str]
"""Who wrote it (them, me) and the words; a time line stands above the first whose side is written in capitals."""

LAST = ("them", "再不处理我们就联系你单位的领导了")
EARLIER: tuple[Bubble, ...] = (("THEM", "你什么时候还"), ("me", "下周发工资"), LAST)


def screen(item: str, bubbles: Sequence[Bubble], name: str = "小刘") -> list[Entry]:
    source, timed, made = replace(source_of(b"x"), item_id=item * 32), False, []
    for order, (side, words) in enumerate(bubbles, start=1):
        timed = timed or side.isupper()
        when = parse_time(f"2026-03-03 21:03:{order:02d}") if timed else replace(UNKNOWN, raw=f"#{order}")
        made.append(
            make_entry(
                source, f"{order}@0,0,9,9", "im", when=when, inbound=side.lower() == "them", name=name, text=words,
                text_kind="verbatim", is_inferred=True, extra=(("read_by", "ocr"),),
            )
        )  # fmt: skip
    return made


def joined(case: Case, first: list[Entry], second: list[Entry]) -> dict[str, str]:
    """The words of the second picture that are told to be messages of the first, with the words they are there."""
    shelf, overlaps = EntryShelf(case), Overlaps(case)
    for entry in first:
        shelf.add(entry)
    shelf.flush()
    twins = overlaps.twins(second, second[0].places[0].partition("#")[0])
    return {second[at].text or "": (case.get(Entry, known) or second[at]).text or "" for at, known in twins.items()}


def test_the_end_of_one_picture_is_the_beginning_of_the_other(case: Case) -> None:
    later = screen("2", [("me", "下周发工资"), LAST, ("them", "听见没有"), ("THEM", "最后一天")])
    assert joined(case, screen("1", EARLIER), later) == {"下周发工资": "下周发工资", LAST[1]: LAST[1]}


@pytest.mark.parametrize(
    ("bubbles", "found"),
    [
        ([LAST, ("them", "听见没有")], [LAST[1]]),  # one long message
        ([("them", "我们就联系你单位的领导了"), ("me", "好")], [LAST[1]]),  # cut by the upper edge
        ([("me", LAST[1]), ("me", "好")], []),  # the other side
        ([("them", "完全不同的另外一句话呀"), LAST], []),  # not the beginning
        ([("them", "在吗"), ("them", "在吗")], []),
    ],
)
def test_what_the_order_does_not_show_stays_apart(case: Case, bubbles: list[Bubble], found: list[str]) -> None:
    assert list(joined(case, screen("1", EARLIER), screen("2", bubbles)).values()) == found


def test_a_template_sent_over_and_over_and_another_persons_words_stay_apart(case: Case) -> None:
    often = [("THEM", LAST[1]), LAST, LAST]
    assert not joined(case, screen("1", often), screen("2", [LAST, LAST, ("me", "好")]))
    assert not joined(case, screen("3", EARLIER, name="老王"), screen("4", [LAST, ("me", "好")]))
