"""Takes what an importer finds into the case, and counts every record: read = kept + merged + set aside."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cuijie.casefile import Case, ItemFacts
from cuijie.casefile.database.item_table import item_id_of
from cuijie.casefile.database.pack_table import filled
from cuijie.casefile.parts import Part
from cuijie.intake.android.sms_rows import Texts
from cuijie.intake.choice import Choice, Seen
from cuijie.intake.contact_lists.stated_facts import StatedFacts
from cuijie.intake.drafts import Draft, Drafts, Row, with_place
from cuijie.intake.found import Attachment, Card, Declared, IntakeError, Note, PasswordNeeded, SetAside
from cuijie.intake.merging.bills import place_payment
from cuijie.intake.merging.events import EventIndex, Mark, join_known, marks_of, place_entry
from cuijie.intake.merging.overlapping import Overlaps, is_on_screen
from cuijie.intake.merging.shelf import EntryShelf
from cuijie.intake.merging.undated import shown_in_pictures, text_of
from cuijie.intake.people import People
from cuijie.intake.registry import Importer, findings
from cuijie.intake.source import Source
from cuijie.intake.tally import Tally
from cuijie.intake.tying import Ties
from cuijie.records import Entry, Payment, Person

__all__ = ["Ledger", "take_records"]

_TOGETHER: Final = 250  # attachments taken in at once
_INDEXED: Final = 10_000  # new entries remembered for the files that follow; beyond it the index is built anew


class Ledger:
    """What taking in needs to know of the case: events by time, people, collectors."""

    def __init__(self, case: Case, choice: Choice | None = None) -> None:
        self.case = case
        self.choice = choice or Choice()
        self.people = People(case)
        self.ties = Ties(case)
        self.shelf = EntryShelf(case)
        self.overlaps = Overlaps(case)
        self._index: EventIndex | None = None
        self._pending: list[Mark] = []
        self.is_behind = False  # the index lacks too much and is built anew for the next file

    def index(self) -> EventIndex:
        """The index with everything of the files before this one."""
        if self._index is None or self.is_behind:
            self._index, self.is_behind = EventIndex(self.case), False
        else:
            for mark in self._pending:
                self._index.note(mark)
        self._pending = []
        return self._index

    def remember(self, *marks: Mark) -> None:
        """Notes where new entries lie, for the files that follow."""
        if self.is_behind:
            return
        self._pending.extend(marks)
        if len(self._pending) > _INDEXED:
            self._pending, self.is_behind = [], True


def take_records(ledger: Ledger, importer: Importer, source: Source, tally: Tally) -> None:
    """Everything *importer* finds in *source* goes into the case of *ledger* or into *tally*'s reasons.

    A source that breaks in the middle gives what came before the break; one that gives nothing raises IntakeError.
    """
    taker = _Taker(ledger, source, tally)
    try:
        for found in findings(importer, source, together=True):
            taker.take(found)
    except PasswordNeeded:
        raise
    except IntakeError as error:
        if not tally.read:
            raise
        tally.notes.append(
            f"读到第 {tally.read} 条之后读不下去了：{error.message}前面的已按上面的结果处理。{error.remedy}"
        )
    taker.place_screen()
    taker.place_shown()
    ledger.shelf.flush()  # not after an error of the case itself: its act is being undone
    taker.finish()


class _Taker:
    def __init__(self, ledger: Ledger, source: Source, tally: Tally) -> None:
        self._ledger, self._source, self._tally = ledger, source, tally
        self._case = ledger.case
        self._index = ledger.index()
        self._choice, self._limits = ledger.choice, ledger.choice.limits
        self._attached: dict[str, str] = {}
        self._parts: list[tuple[Part, ItemFacts, str]] = []  # attachments in the source, not yet in the case
        self._waiting: dict[str, Attachment] = {}  # until it is known whether their entry is wanted
        self._cards: list[Person] = []
        self._screen: list[Entry] = []  # the messages of a picture, from above
        self._perhaps_shown: list[Entry] = []  # texts that a picture may show without their time
        self._stated = StatedFacts(self._case)
        self._drafts = Drafts(self._needs_care, ledger.ties.is_sign_known, self._index.times)

    def take(self, found: object) -> None:
        match found:
            case Entry() | Payment() if self._limits and not self._choice.wants(found):
                self._leave_out(found)
            case Entry() if is_on_screen(found):
                self._screen.append(found)
            case Entry() if self._index.undated(self._owned(found)):
                self._perhaps_shown.append(self._owned(found))
            case Entry():
                self._entry(found)
            case Texts():
                self._texts(found)
            case SetAside():
                self._tally.set_aside.append(found)
            case Note():
                (self._tally.asked if found.is_asked else self._tally.notes).append(found.text)
            case Declared():
                self._tally.declared = (self._tally.declared or 0) + found.count
            case Attachment() if self._limits:
                self._waiting[found.key] = found
            case Attachment():
                self._attachment(found)
            case Card():
                self._cards.append(found.person)
            case Person():
                named = self._ledger.people.place(found)
                self._tally.named += named == "kept"
                self._tally.changed = self._tally.changed or named != "again"
            case Payment():
                paid = place_payment(self._case, found)
                self._tally.count(paid)
                self._tally.payments += paid in ("kept", "repeat")
            case _:
                raise TypeError(type(found).__name__)

    def finish(self) -> None:
        """What only the end of the source settles: attachments of no entry, and who of an address book is known."""
        for attachment in self._waiting.values():
            self._attachment(attachment)
        self._lay_parts()
        self._tally.notes.extend(self._stated.settle(self._case.clock.now()))
        if not self._cards:
            return
        seen = Seen.of(self._case)
        for person in self._cards:
            if seen.has(person, self._choice):
                self._person(person)
            else:
                self._tally.left_out += 1
                self._tally.cards_left += 1
        for word in sorted(self._choice.people - Seen.words_of(self._cards)):
            self._tally.notes.append(f"通讯录里没有找到“{word}”；姓名要和通讯录里写的一样。")
        if self._tally.cards_left:
            self._tally.notes.append(
                "通讯录里只收下号码在案卷里出现过的人。要收别的人，用 --person 写上姓名或号码；"
                "以后收进了新的通话或短信，再收一次这份通讯录就会认出新的人。"
            )

    def place_screen(self) -> None:
        """The messages of a picture, seen together: what another picture of that conversation shows too is one with it."""
        if not self._screen:
            return
        twins = self._ledger.overlaps.twins(self._screen, self._source.item_id)
        placed = [self._entry(entry, twins.get(order)) for order, entry in enumerate(self._screen)]
        self._ledger.overlaps.note(placed)

    def place_shown(self) -> None:
        """Texts that pictures may show without their time, seen together: none is joined where others fit as well."""
        if self._perhaps_shown:
            pairs = shown_in_pictures(self._perhaps_shown, self._ledger.shelf, self._index)
            for order, entry in enumerate(self._perhaps_shown):
                self._entry(entry, pairs.get(order))

    def _owned(self, entry: Entry) -> Entry:
        """*entry* with the id of its owner as the case knows them."""
        owner = self._ledger.people.id_of(entry.owner)
        return entry if owner == entry.owner else replace(entry, owner=owner)

    def _person(self, person: Person) -> None:
        outcome = self._ledger.people.place(person)
        self._tally.count(outcome)
        self._tally.persons += outcome == "kept"

    def _leave_out(self, record: Entry | Payment) -> None:
        self._tally.left_out += 1
        if isinstance(record, Entry):
            for key in record.attachments:
                self._waiting.pop(key, None)

    def _entry(self, entry: Entry, twin: str | None = None) -> Entry:
        for key in entry.attachments:
            if key in self._waiting:
                self._attachment(self._waiting.pop(key))
        entry = self._owned(entry)
        if entry.attachments:
            entry = replace(entry, attachments=tuple(self._attached.get(key, key) for key in entry.attachments))
        tie = self._ledger.ties.tie(entry)
        if tie is not None:
            entry = replace(entry, tie=tie)
        twin = twin or text_of(entry, self._ledger.shelf, self._index)
        known = None if twin is None else self._ledger.shelf.get(twin)
        if known is not None:
            outcome, placed = join_known(self._ledger.shelf, known, entry)
        else:
            outcome, placed = place_entry(self._ledger.shelf, entry, self._index)
        if outcome == "merged" and placed.tie is None and (tie := self._ledger.ties.tie(placed)) is not None:
            placed = replace(placed, tie=tie)
            self._ledger.shelf.replace(placed)
        self._tally.count(outcome)
        self._tally.tied += placed.tie is not None and outcome in ("kept", "repeat")
        if outcome in ("kept", "repeat") or known is not None or self._index.is_in_picture(placed):
            # a known one may have got its number or its time only now
            self._ledger.remember(*marks_of(placed))
        if outcome in ("kept", "repeat"):
            self._index.note_picture(placed)
            if placed.is_user_converted:
                self._stated.note(placed)
        return placed

    def _texts(self, texts: Texts) -> None:
        """Plain texts: those that are surely new and nobody's go straight in, the others as any entry."""
        if self._limits:
            for entry in texts.each():
                self.take(entry)
            return
        drafts = list(self._drafts.of(texts))
        if self._are_all_new([draft for _, _, draft in drafts]):
            return
        add_if_new = self._ledger.shelf.add_if_new
        is_behind = self._ledger.is_behind
        kept, new = 0, []
        perhaps: list[tuple[int, Row, Draft]] = []
        for number, row, draft in drafts:
            if draft is None:
                self.take(texts.entry(number, row))
                continue
            entry_id, form, values, key, at, is_near = draft
            if is_near or not add_if_new(entry_id, form, values):
                perhaps.append((number, row, draft))
                continue
            kept += 1
            if not is_behind:
                new.append((key, at, entry_id))
        self._ledger.remember(*new)
        self._tally.kept += kept
        self._tally.changed = self._tally.changed or kept > 0
        if perhaps:
            self._met_again(texts, perhaps)

    def _are_all_new(self, drafts: Sequence[Draft | None]) -> bool:
        """Puts all of *drafts* in at once, if none needs care or may be known; else False, and none is put in."""
        clear = [draft for draft in drafts if draft is not None and not draft[5]]
        if len(clear) < len(drafts):
            return False
        if not self._ledger.shelf.add_all_if_new([draft[0] for draft in clear], [draft[1:3] for draft in clear]):
            return False
        if not self._ledger.is_behind:
            self._ledger.remember(*((key, at, entry_id) for entry_id, _, _, key, at, _ in clear))
        self._tally.kept += len(clear)
        self._tally.changed = True
        return True

    def _met_again(self, texts: Texts, drafts: Sequence[tuple[int, Row, Draft]]) -> None:
        """Texts that the case may hold: one that says the same adds its place, the others go the careful way."""
        shelf = self._ledger.shelf
        known = shelf.stored({draft[0] for _, _, draft in drafts})
        joined: dict[str, bytes] = {}
        for number, row, (entry_id, form, values, key, at, is_near) in drafts:
            held, body = known.get(entry_id), filled(entry_id, (form, values))
            placed = None if held is None else with_place(held, body, self._source.item_id)
            if held is None and not is_near:
                known[entry_id] = body
                shelf.add_stored(entry_id, body)
                self._ledger.remember((key, at, entry_id))
                self._tally.count("kept")
            elif placed is None:
                shelf.replace_stored(joined)
                joined = {}
                met = self._entry(texts.entry(number, row)).entry_id
                known.update(shelf.stored((met,)))
            elif placed is held:
                self._tally.count("again")
            else:
                known[entry_id] = joined[entry_id] = placed
                self._tally.count("merged")
        shelf.replace_stored(joined)

    def _needs_care(self, entry: Entry) -> bool:
        """True if texts like *entry* may be a known collector's, another person's, or shown in a picture."""
        return (
            self._ledger.ties.tie(entry) is not None
            or self._ledger.people.id_of(entry.owner) != entry.owner
            or self._index.is_in_picture(entry)
            or bool(self._index.undated(entry))
        )

    def _attachment(self, found: Attachment) -> None:
        parent = found.at.partition("#")[0] if "#" in found.at else self._source.item_id
        facts = ItemFacts(
            name=found.name[:200],
            kind=found.kind,
            media_type=found.media_type,
            owner=self._source.owner,
            tool=found.tool,
            extra=(("at", found.at),),
        )
        if isinstance(found.data, Part):
            self._parts.append((found.data, facts, found.key))
            self._attached[found.key] = item_id_of(found.key, self._source.item_id, facts)
            if len(self._parts) == _TOGETHER:
                self._lay_parts()
            return
        item = self._case.derive(parent, io.BytesIO(found.data), facts, sha256=found.key)
        self._attached[found.key] = item.item_id
        if found.is_file:
            self._tally.enclosed.append(item)
        self._tally.changed = self._tally.changed or item.is_new

    def _lay_parts(self) -> None:
        if not self._parts:
            return
        items = self._case.derive_parts(self._source.item_id, self._parts)
        self._parts = []
        self._tally.changed = self._tally.changed or any(item.is_new for item in items)
