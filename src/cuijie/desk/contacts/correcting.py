"""One contact seen closely: its words confirmed, what a machine read put right, a note, private, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from cuijie.casefile import Case
from cuijie.clock import Clock
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.changes import what_changed
from cuijie.desk.errors import ShelfError
from cuijie.desk.forms import instant_of
from cuijie.records import LABELS, Answer, Collector, Entry
from cuijie.records.contact import TimePrecision
from cuijie.records.numbers import normalise
from cuijie.records.revisions import EntryBefore, EntryNote
from cuijie.records.ties import retied

__all__ = [
    "SAID",
    "befores_of",
    "confirm_words",
    "correct_entry",
    "entry_of",
    "set_private",
    "undo_correction",
    "write_note",
]

SAID: tuple[str, ...] = (*(f"says_{label}" for label in LABELS), "asks_payment", "caller_identified")
"""The columns a person confirms of the words of one contact."""


def entry_of(case: Case, entry_id: str) -> Entry:
    """The entry of that id.  Raises ShelfError."""
    entry = case.get(Entry, entry_id)
    if entry is None:
        raise ShelfError("没有这条记录。", remedy="请回到时间线再看一次。")
    return entry


def befores_of(case: Case, entry_id: str) -> list[EntryBefore]:
    """What *entry_id* was before each correction, the newest first."""
    found = [one for one in case.each(EntryBefore) if one.entry.entry_id == entry_id]
    return sorted(found, key=lambda one: one.before_id, reverse=True)


def confirm_words(place: OpenCase, entry_id: str, said: Iterable[str], clock: Clock) -> Words:
    """A person says what was said in this contact: what is ticked was said, the rest was not."""
    case, before, now = place.opened, place.view().assessment, clock.now()
    entry = entry_of(case, entry_id)
    if entry.tie is None:
        raise ShelfError("这条记录还没有归到催收方。", remedy="请先确认它是不是催收。")
    ticked = set(said)
    answers = [Answer(question=f"{name}@{entry_id}", value=name in ticked, answered_at=now) for name in SAID]
    place.undo = tuple(case.get(Answer, answer.question) or answer.question for answer in answers)
    with case.batch("answered", {"questions": [answer.question for answer in answers]}):
        case.put(*answers)
    return what_changed(place, before, zh="你确认过了。", en="Confirmed.")


def correct_entry(place: OpenCase, entry_id: str, changes: Mapping[str, object], clock: Clock) -> Words:
    """Puts right what was read of an entry; it as it was is kept, and what was confirmed of old words goes.

    Corrected by a person, nothing of it is a guess any more.
    """
    case, before = place.opened, place.view().assessment
    old = entry_of(case, entry_id)
    at = changes.get("occurred_at")
    if isinstance(at, date):
        changes = {**changes, "occurred_at": instant_of(at)}
    _check_moment(changes.get("occurred_at"), clock)
    new = replace(old, **changes, is_inferred=False)  # type: ignore[arg-type]
    if new.number_raw != old.number_raw:
        new = replace(new, number=normalise(new.number_raw), number_shown=bool(normalise(new.number_raw)))
    if "occurred_at" in changes:  # what a person writes is the minute or the day, in Beijing time
        precision: TimePrecision | None = "minute" if isinstance(at, datetime) else "day" if at else None
        new = replace(new, time_precision=precision, zone_basis="stated")
    elif old.zone_basis == "inferred" and old.is_inferred:  # seen, and left as it was worked out
        new = replace(new, zone_basis="stated")
    if new.text != old.text and old.text is None and new.text_kind is None:
        new = replace(new, text_kind="summary")
    changed = tuple(name for name in Entry.__slots__ if getattr(old, name) != getattr(new, name))
    if not changed:
        return Words("没有改动。", "Nothing was changed.")
    number = len(befores_of(case, entry_id)) + 1
    with case.batch("corrected", {"entry": entry_id, "fields": list(changed), "before": number}):
        case.put(
            EntryBefore(before_id=f"{entry_id}#{number:03d}", entry=old, changed_at=clock.now(), fields=changed), new
        )
        if new.text != old.text:
            _forget_words(case, entry_id)
        if "occurred_at" in changes:  # an answer given before would stand over it
            case.drop(Answer, f"occurred_at@{entry_id}")
        case.put(*(one for one in retied((new,), case.all(Collector)) if new.number != old.number))
    return what_changed(place, before, zh="改好了，原来的样子也留着。", en="Corrected; the old one is kept.")


def _check_moment(value: object, clock: Clock) -> None:
    if isinstance(value, datetime) and value > clock.now():
        raise ShelfError("这个时间在将来。", remedy="请核对年份和日期。")


def _forget_words(case: Case, entry_id: str) -> None:
    for name in SAID:
        case.drop(Answer, f"{name}@{entry_id}")


def undo_correction(place: OpenCase, entry_id: str) -> Words:
    """The entry as it was before its last correction.  Raises ShelfError if it was never corrected."""
    case, before = place.opened, place.view().assessment
    kept = befores_of(case, entry_id)
    if not kept:
        raise ShelfError("这条记录没有改过。", remedy="没有可以撤回的改动。")
    current = entry_of(case, entry_id)
    restored = replace(kept[0].entry, tie=current.tie, is_dismissed=current.is_dismissed, places=current.places)
    with case.batch("corrected", {"entry": entry_id, "undone": kept[0].before_id}):
        case.put(restored)
        case.drop(EntryBefore, kept[0].before_id)
        _forget_words(case, entry_id)
    return what_changed(place, before, zh="已经改回原来的样子。", en="As it was before.")


def write_note(case: Case, entry_id: str, text: str, clock: Clock) -> None:
    """Writes the note beside an entry; an empty one takes it away."""
    entry_of(case, entry_id)
    with case.batch("noted", {"entry": entry_id}):
        if text.strip():
            case.put(EntryNote(entry_id=entry_id, text=text.strip(), written_at=clock.now()))
        else:
            case.drop(EntryNote, entry_id)


def set_private(place: OpenCase, entry_id: str, *, private: bool) -> Words:
    """Marks one entry private, or brings it back to wait for a tick; one that a number explains is tied again."""
    case, before = place.opened, place.view().assessment
    entry = entry_of(case, entry_id)
    with case.batch("dismissed", {"entry": entry_id, "undone": not private}):
        changed = replace(entry, is_dismissed=private, tie=None)
        case.put(changed)
        if not private:
            case.put(*retied((changed,), case.all(Collector)))
    if private:
        return what_changed(place, before, zh="已标为私人，不再参与判断。", en="Private now.")
    return what_changed(place, before, zh="放回来了。", en="Brought back.")
