"""Who called or wrote and is not yet known to collect: asked by number or name, the likeliest first, a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cuijie.casefile.filling import free_id
from cuijie.datafiles import Words
from cuijie.desk.acts import goes_with, is_unnamed_in_picture, tie_counterpart
from cuijie.desk.cases import OpenCase
from cuijie.desk.changes import what_changed
from cuijie.desk.contacts.timeline import name_of, own_people
from cuijie.desk.errors import ShelfError
from cuijie.desk.standing import CaseView, once_per_judging, once_per_view
from cuijie.intake.grouping import suggest
from cuijie.records import Collector, Entry, Loan

__all__ = [
    "AT_ONCE",
    "Counterpart",
    "alike",
    "bring_back",
    "counterparts",
    "is_collection",
    "is_private",
    "likely_count",
    "put_off",
    "set_aside",
]

AT_ONCE = 3  # asked together; more at a time tires
_SAMPLES = 2
_TELLING = 20
_NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """One number (or one name in one chat) with all that came from it."""

    entry_id: str  # of any of its entries: what is said of it holds for all
    number: str | None
    name: str
    owners: tuple[str, ...]  # whose phone it reached, in the user's words
    contacts: int
    texts: int
    first: datetime | None
    last: datetime | None
    samples: tuple[str, ...]
    why: tuple[str, ...]  # why it looks like a collector's; empty where nothing says so
    suggested: str | None  # the collector it looks like
    in_picture: bool = False  # read from a picture that names nobody
    group: str | None = None  # the chat of several in which it was written
    is_from_owner: bool = False  # nothing came from it: the owner called or wrote

    @property
    def is_likely(self) -> bool:
        """True where something speaks for collection."""
        return bool(self.why)


@once_per_view
def counterparts(view: CaseView) -> list[Counterpart]:
    """Everyone not tied to a collector, not said to be private, none of the case's people: the likeliest first."""
    is_known = own_people(view)
    entries = [one for one in view.state.entries if one.channel and not is_known(one)]
    waiting = _without_own_words([one for one in entries if one.tie is None and not one.is_dismissed])
    hints: dict[str, tuple[tuple[str, ...], str | None]] = {}
    for suggestion in suggest(_few_of_each(entries), view.state.collectors, _lenders(view)):
        others = len(suggestion.numbers) - 1
        together = (f"和另外 {others} 个号码像是同一家",) if others > 0 else ()
        for entry_id in suggestion.entries:
            hints[entry_id] = (together + suggestion.why, suggestion.collector_id)
    found = [_counterpart(view, entries, hints) for entries in _groups(waiting)]
    return sorted(found, key=lambda one: (not one.is_likely, -one.contacts))


@once_per_judging
def likely_count(view: CaseView) -> int:
    """How many of them look like collection, as last assessed; 0 until there is a first assessment."""
    return 0 if view.is_first else sum(one.is_likely for one in counterparts(view))


def _lenders(view: CaseView) -> list[str]:
    return [name for loan in view.state.loans for name in (loan.lender_name, loan.platform_name) if name]


def alike(asked: Sequence[Counterpart]) -> list[tuple[str, list[Counterpart]]]:
    """The collectors whom so many of *asked* look like that they can be asked about together, with those."""
    groups: dict[str, list[Counterpart]] = {}
    for one in asked:
        if one.suggested is not None and one.number is not None:
            groups.setdefault(one.suggested, []).append(one)
    return [(collector, members) for collector, members in groups.items() if len(members) > AT_ONCE]


@once_per_view
def set_aside(view: CaseView) -> list[Counterpart]:
    """Everyone whom the user called private."""
    private = _without_own_words([one for one in view.state.entries if one.is_dismissed and one.channel])
    return [_counterpart(view, entries, {}) for entries in _groups(private)]


def _without_own_words(entries: list[Entry]) -> list[Entry]:
    """Without what an owner wrote into a chat where the other side is asked about: it goes with that (``goes_with``)."""
    asked = {(one.owner, one.group_name, item) for one in entries if one.inbound is not False for item in one.item_ids}
    return [
        one
        for one in entries
        if one.number is not None
        or one.inbound is not False
        or not any((one.owner, one.group_name, item) in asked for item in one.item_ids)
    ]


def _key(entry: Entry) -> tuple[str | None, ...]:
    """Entries of one key are one counterpart (``acts.same_counterpart``); a call without number and name stands alone."""
    if entry.number is not None:
        return (entry.number,)
    if entry.counterpart_name is not None:
        return (entry.owner, entry.group_name, entry.counterpart_name)
    if is_unnamed_in_picture(entry) and entry.places:
        return (None, entry.owner, entry.item_ids[0])
    return (None, entry.entry_id)


def _few_of_each(entries: Iterable[Entry]) -> list[Entry]:
    """The first few of every counterpart: enough to tell what it looks like, and quick where there are thousands."""
    return [
        entry for group in _groups(entries) for entry in sorted(group, key=lambda one: one.tie is not None)[:_TELLING]
    ]


def _groups(entries: Iterable[Entry]) -> Iterable[list[Entry]]:
    groups: dict[tuple[str | None, ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_key(entry), []).append(entry)
    return groups.values()


def _counterpart(
    view: CaseView, entries: list[Entry], hints: dict[str, tuple[tuple[str, ...], str | None]]
) -> Counterpart:
    persons = {person.person_id: person for person in view.state.persons}
    dated = [one.occurred_at for one in entries if one.occurred_at is not None]
    texts = [one.text for one in entries if one.text and one.inbound is not False]
    why, suggested = next((hints[one.entry_id] for one in entries if one.entry_id in hints), ((), None))
    return Counterpart(
        entry_id=entries[0].entry_id,
        number=entries[0].number,
        name=next((name for one in entries if (name := one.counterpart_name or one.signature)), ""),
        owners=tuple(dict.fromkeys(name_of(one.owner, persons) for one in entries)),
        contacts=len(entries),
        texts=len(texts),
        first=min(dated, default=None),
        last=max(dated, default=None),
        samples=tuple(dict.fromkeys(texts))[:_SAMPLES],
        why=why,
        suggested=suggested,
        in_picture=is_unnamed_in_picture(entries[0]),
        group=entries[0].group_name,
        is_from_owner=all(one.inbound is False for one in entries),
    )


def _entry(place: OpenCase, entry_id: str) -> Entry:
    entry = place.opened.get(Entry, entry_id)
    if entry is None:
        raise ShelfError("没有这条记录。", remedy="请回到时间线再看一次。")
    return entry


def is_collection(place: OpenCase, entry_ids: Sequence[str], collector_id: str) -> Words:
    """All of the first's counterpart is that collector's, and the numbers of the others.  Raises ShelfError.

    ``new`` is one not on the list yet, ``new@lender-2`` one that collects for that lender.
    """
    case, before = place.opened, place.view().assessment
    entries = [_entry(place, one) for one in entry_ids]
    with case.batch("marked", {"entries": [one.entry_id for one in entries]}):
        collector = _collector(place, entries[0], collector_id)
        if others := [one.number for one in entries[1:] if one.number]:
            collector = replace(collector, numbers=tuple(dict.fromkeys((*collector.numbers, *others))))
            case.put(collector)
        tie_counterpart(case, entries[0], collector)
    return what_changed(place, before)


def _collector(place: OpenCase, entry: Entry, collector_id: str) -> Collector:
    case = place.opened
    made, _, lender = collector_id.partition("@")
    if made == _NEW:
        lenders = [loan.lender_id for loan in case.all(Loan)]
        collector = Collector(
            collector_id=free_id("collector", {one.collector_id for one in case.all(Collector)}),
            name=entry.counterpart_name or entry.signature,
            lender_id=lenders[0] if len(lenders) == 1 else next((one for one in lenders if one == lender), None),
        )
        case.put(collector)
        return collector
    known = case.get(Collector, collector_id)
    if known is None:
        raise ShelfError("没有这个催收方。", remedy="请先在案卷里登记催收方。")
    return known


def is_private(place: OpenCase, entry_id: str) -> None:
    """All of that counterpart is private: kept as it is, never judged, not asked about again.

    Raises ShelfError, also for one that was called a collector meanwhile, on another page.
    """
    entry = _entry(place, entry_id)
    if entry.tie is not None:
        raise ShelfError(
            "刚才在别的页面上已经说过是催收，这次没有改。", remedy="要改，请在“更多”的“是谁在催”里去掉这个号码。"
        )
    _set_private(place, entry, private=True)


def bring_back(place: OpenCase, entry_id: str) -> None:
    """What was called private is asked about again.  Raises ShelfError."""
    _set_private(place, _entry(place, entry_id), private=False)


def _set_private(place: OpenCase, entry: Entry, *, private: bool) -> None:
    case = place.opened
    with case.batch("dismissed", {"entry": entry.entry_id, "undone": not private}):
        for other in case.all(Entry):
            if goes_with(entry, other) and other.tie is None and other.is_dismissed is not private:
                case.put(replace(other, is_dismissed=private))


def put_off(place: OpenCase, entry_id: str) -> None:
    """That counterpart is asked about later; with no id, everyone put off is asked about now."""
    if entry_id:
        place.later.add(entry_id)
    else:
        place.later.clear()
