"""A picture titled with a contact's name shows the texts of that contact's number, whichever comes first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.intake import add
from cuijie.intake.entries import make_entry
from cuijie.intake.merging.events import SHOWN_WITHIN, EventIndex, place_entry
from cuijie.intake.merging.shelf import EntryShelf
from cuijie.intake.times.written import parse_time
from cuijie.records import Entry

from .adding import one, put
from .intake_samples import ms, sms_row, source_of, xml

WORDS = "再不还钱就给你通讯录里的人一个个打电话"
BACKUP = xml("smses", [sms_row("17000001188", WORDS, ms("2025-03-03 21:03:11"), contact_name="催收王")])


def _shown(name: str = "催收王", words: str = WORDS, *, group: str | None = None, at: str = "21:03") -> Entry:
    source = replace(source_of(b"x"), item_id="2" * 32)
    when = replace(parse_time(f"2025-03-03 {at}"), basis="inferred")
    return make_entry(
        source, "1@0", "im", when=when, inbound=True, name=name, text=words, group_name=group, is_inferred=True,
        extra=((SHOWN_WITHIN, "600"),),
    )  # fmt: skip


def _place(case: Case, entry: Entry) -> None:
    shelf = EntryShelf(case)
    place_entry(shelf, entry, EventIndex(case))
    shelf.flush()


@pytest.mark.parametrize("is_first", [True, False])
def test_a_text_and_its_picture_under_the_name_are_one_text_with_its_number(
    case: Case, tmp_path: Path, is_first: bool
) -> None:
    if is_first:
        _place(case, _shown())
    report = one(add(case, [put(tmp_path, "sms.xml", BACKUP)]))
    if not is_first:
        _place(case, _shown())
    assert report.merged == is_first
    (entry,) = case.all(Entry)
    assert (entry.kind, entry.number, entry.is_inferred, len(entry.places)) == ("sms", "17000001188", False, 2)
    again = put(tmp_path, "later.xml", xml("smses", [sms_row("17000001188", WORDS, ms("2025-03-03 21:03:11"))]))
    assert one(add(case, [again])).kept == 0


@pytest.mark.parametrize(
    "shown",
    [
        _shown("催收李"),
        _shown(words="明天一起吃饭吗，我请客，老地方见"),
        _shown(group="家人群"),
        _shown(at="20:30"),
        _shown(at="21:04"),
    ],
)
def test_another_name_other_words_a_group_or_another_time_stay_two(case: Case, tmp_path: Path, shown: Entry) -> None:
    _place(case, shown)
    assert one(add(case, [put(tmp_path, "sms.xml", BACKUP)])).kept == 1
    assert len(case.all(Entry)) == 2


def test_two_numbers_that_write_the_same_in_a_chat_app_stay_two(case: Case, tmp_path: Path) -> None:
    for number in ("170 0000 1188", "170 0000 1189"):
        text = f"2025/3/3 21:14 - +86 {number}: 还钱\n2025/3/3 21:15 - 我: 好\n"
        add(case, [put(tmp_path, f"{number[-4:]}.txt", text.encode())])
    assert sorted(entry.number or "" for entry in case.all(Entry) if entry.inbound) == ["17000001188", "17000001189"]
    assert len(case.all(Entry)) == 4
