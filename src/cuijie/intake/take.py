"""Takes what an importer finds into the case, and counts every record: read = kept + merged + set aside."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cuijie.canonical import CanonicalValue
from cuijie.casefile import Case, Item, ItemFacts
from cuijie.casefile.pack_table import filled
from cuijie.casefile.parts import Part
from cuijie.intake.android.sms_rows import Texts
from cuijie.intake.choice import Choice, Seen
from cuijie.intake.contact_lists.stated_facts import StatedFacts
from cuijie.intake.drafts import Draft, Drafts, Row, with_place
from cuijie.intake.found import Attachment, Card, Declared, IntakeError, Note, PasswordNeeded, SetAside
from cuijie.intake.merging import EventIndex, Mark, Outcome, marks_of, place_entry, place_payment
from cuijie.intake.people import People
from cuijie.intake.registry import Importer, findings
from cuijie.intake.report import FileReport
from cuijie.intake.shelf import EntryShelf
from cuijie.intake.source import Source
from cuijie.intake.tying import Ties
from cuijie.records import Entry, Payment, Person

__all__ = ["Ledger", "Tally", "take_records"]

_INDEXED: Final = 10_000  # new entries remembered for the files that follow; beyond it the index is built anew


@dataclass(slots=True)
class Tally:
    """The count of one file while it is taken in."""

    path: str
    kind: str
    items: list[Item] = field(default_factory=list)
    enclosed: list[Item] = field(default_factory=list)  # files of their own that came with this one
    kept: int = 0
    merged: int = 0
    again: int = 0  # of merged: the very same record of the very same file
    repeats: int = 0
    persons: int = 0
    named: int = 0  # people that records name beside the event: no records of their own
    tied: int = 0
    payments: int = 0
    left_out: int = 0
    cards_left: int = 0  # of left_out: people of an address book
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # remarks that the user must answer
    declared: int | None = None
    changed: bool = False
    is_known: bool = False

    def count(self, outcome: Outcome) -> None:
        """Counts one record by what became of it."""
        if outcome in ("kept", "repeat"):
            self.kept += 1
            self.repeats += outcome == "repeat"
        else:
            self.merged += 1
            self.again += outcome == "again"
        self.changed = self.changed or outcome != "again"

    @property
    def read(self) -> int:
        """Every record met."""
        return self.kept + self.merged + self.left_out + len(self.set_aside)

    def check(self, title: str, *, is_evidence: bool = False) -> None:
        """Raises IntakeError if a file of records gave none that can be used."""
        if is_evidence or self.kept + self.merged + self.left_out:
            return
        if self.set_aside:
            first = self.set_aside[0]
            is_own_work = self.kind in ("contact_table", "contact_json", "notes_text", "blocks_text")
            error = IntakeError(
                f"看得出这是{title}，但其中 {len(self.set_aside)} 条一条也没能读出。例如{first.at}：{first.why.rstrip('。')}。",
                remedy="请按上面说的改好，另存后再收。" if is_own_work else "请重新导出一次再收。",
            )
            error.set_aside = tuple(self.set_aside)
            raise error
        raise IntakeError(
            f"看得出这是{title}，但里面一条记录也没有。" + "".join(self.notes[:2]),
            remedy="请检查导出时选的时间和内容，再导出一次。",
        )

    def detail(self) -> dict[str, CanonicalValue]:
        """The counts as the case's ledger keeps them: ids and numbers only."""
        return {
            "kind": self.kind,
            "items": [item.item_id for item in self.items[:100]],
            "kept_records": self.kept,
            "merged_records": self.merged,
            "left_out": self.left_out,
            "set_aside": len(self.set_aside),
        }

    def report(self, title: str, *, skipped_files: int = 0) -> FileReport:
        """The finished report with its one Chinese line."""
        notes = list(self.notes)
        if self.declared is not None and self.declared != self.read:
            notes.insert(0, f"文件自己说有 {self.declared} 条，实际找到 {self.read} 条；以实际找到的为准。")
        if skipped_files:
            notes.append(f"文件夹里另有 {skipped_files} 个文件用不上，没有收进。")
        return FileReport(
            path=self.path,
            kind=self.kind,
            understood=self._line(title),
            item_id=self.items[0].item_id if self.items else None,
            read=self.read,
            kept=self.kept,
            merged=self.merged,
            set_aside=tuple(self.set_aside),
            left_out=self.left_out,
            declared=self.declared,
            repeats=self.repeats,
            persons=self.persons,
            tied=self.tied,
            notes=tuple(dict.fromkeys(notes)),
            asked=tuple(self.asked),
            is_known=self.is_known,
        )

    def _line(self, title: str) -> str:
        if self.kind == "unread":
            known = "以前收过，没有变化。" if self.is_known else "已作为证据原样收好，内容没有读。"
            return f"{title}：{known}"
        if not self.read:
            return f"{title}：" + ("以前收过，没有变化。" if self.is_known else "已作为证据原样收好。")
        parts = [f"读到 {self.read} 条"]
        if self.is_known:
            left = "".join(f"（{part}）" for part in self._left())
            return f"{title}：{parts[0]}{left}，这些以前都收过，没有变化。"
        if self.kept:
            parts.append(
                f"收下 {self.kept} 条" + (f"（其中 {self.repeats} 条与前面完全相同，分开保留）" if self.repeats else "")
            )
        if self.again:
            parts.append(f"{self.again} 条以前收过")
        if joined := self.merged - self.again:
            parts.append(f"{joined} 条与已有的记录是同一件事，合并并保留两处证据")
        if self.set_aside:
            parts.append(f"{len(self.set_aside)} 条没能收下")
        parts.extend(self._left())
        if self.named:
            parts.append(f"另记下 {self.named} 位被联系的人")
        waiting = self.kept - self.persons - self.payments - self.tied
        if self.tied:
            parts.append(f"{self.tied} 条已归到催收方")
        if waiting > 0:
            parts.append(f"{waiting} 条等你确认是不是催收")
        return f"{title}：" + "，".join(parts) + "。" + "".join(self.asked)

    def _left(self) -> list[str]:
        others = self.left_out - self.cards_left
        told = [f"{self.cards_left} 位联系人的号码没有在案卷里出现过，没有收进"] if self.cards_left else []
        return [f"{others} 条不在你选的范围内，没有收进", *told] if others else told


class Ledger:
    """What taking in needs to know of the case: events by time, people, collectors."""

    def __init__(self, case: Case, choice: Choice | None = None) -> None:
        self.case = case
        self.choice = choice or Choice()
        self.people = People(case)
        self.ties = Ties(case)
        self.shelf = EntryShelf(case)
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
        tally.notes.append(f"读到第 {tally.read} 条之后读不下去了：{error.message}前面的已按上面的结果处理。")
    ledger.shelf.flush()  # not after an error of the case itself: its act is being undone
    taker.finish()


class _Taker:
    def __init__(self, ledger: Ledger, source: Source, tally: Tally) -> None:
        self._ledger, self._source, self._tally = ledger, source, tally
        self._case = ledger.case
        self._index = ledger.index()
        self._choice, self._limits = ledger.choice, ledger.choice.limits
        self._attached: dict[str, str] = {}
        self._waiting: dict[str, Attachment] = {}  # until it is known whether their entry is wanted
        self._cards: list[Person] = []
        self._stated = StatedFacts(self._case)
        self._drafts = Drafts(self._needs_care, ledger.ties.is_sign_known, self._index.times)

    def take(self, found: object) -> None:
        match found:
            case Entry() | Payment() if self._limits and not self._choice.wants(found):
                self._leave_out(found)
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

    def _person(self, person: Person) -> None:
        outcome = self._ledger.people.place(person)
        self._tally.count(outcome)
        self._tally.persons += outcome == "kept"

    def _leave_out(self, record: Entry | Payment) -> None:
        self._tally.left_out += 1
        if isinstance(record, Entry):
            for key in record.attachments:
                self._waiting.pop(key, None)

    def _entry(self, entry: Entry) -> Entry:
        for key in entry.attachments:
            if key in self._waiting:
                self._attachment(self._waiting.pop(key))
        owner = self._ledger.people.id_of(entry.owner)
        if owner != entry.owner:
            entry = replace(entry, owner=owner)
        if entry.attachments:
            entry = replace(entry, attachments=tuple(self._attached.get(key, key) for key in entry.attachments))
        tie = self._ledger.ties.tie(entry)
        if tie is not None:
            entry = replace(entry, tie=tie)
        outcome, placed = place_entry(self._ledger.shelf, entry, self._index)
        if outcome == "merged" and placed.tie is None and (tie := self._ledger.ties.tie(placed)) is not None:
            placed = replace(placed, tie=tie)
            self._ledger.shelf.replace(placed)
        self._tally.count(outcome)
        self._tally.tied += placed.tie is not None and outcome in ("kept", "repeat")
        if outcome in ("kept", "repeat") or self._index.is_in_picture(placed):  # it may have got its number only now
            self._ledger.remember(*marks_of(placed))
        if outcome in ("kept", "repeat"):
            self._index.note_title(placed)
            if placed.is_user_converted:
                self._stated.note(placed)
        return placed

    def _texts(self, texts: Texts) -> None:
        """Plain texts: those that are surely new and nobody's go straight in, the others as any entry."""
        if self._limits:
            for entry in texts.each():
                self.take(entry)
            return
        add_if_new = self._ledger.shelf.add_if_new
        is_behind = self._ledger.is_behind
        kept, new = 0, []
        perhaps: list[tuple[int, Row, Draft]] = []
        for number, row, draft in self._drafts.of(texts):
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
        self._met_again(texts, perhaps)

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
            item = self._case.derive_part(parent, found.data, facts, sha256=found.key)
        else:
            item = self._case.derive(parent, io.BytesIO(found.data), facts, sha256=found.key)
        self._attached[found.key] = item.item_id
        if found.is_file:
            self._tally.enclosed.append(item)
        self._tally.changed = self._tally.changed or item.is_new
