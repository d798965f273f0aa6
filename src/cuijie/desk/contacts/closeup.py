"""What the page of one contact shows: the words with their marks, what a machine read, the picture or recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cuijie.casefile.errors import CaseError
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts.correcting import SAID, befores_of, entry_of
from cuijie.desk.contacts.media import kind_of
from cuijie.desk.contacts.timeline import Row, name_of, row_of
from cuijie.desk.findings import rule_titles
from cuijie.desk.forms import Choice, Field
from cuijie.desk.questions import said_words
from cuijie.desk.relations import english_relation
from cuijie.desk.render import spoken_day, spoken_time
from cuijie.records import Entry, Person
from cuijie.records.revisions import EntryNote
from cuijie.remedies.material import DEBTOR

__all__ = ["Closeup", "SaidTick", "Shown", "closeup"]

_CORRECTIONS: tuple[Field, ...] = (
    Field(
        name="text",
        kind="text",
        label=Words("内容", "Words"),
        hint=Words("照原样写，错字也不改。", "As it stands, mistakes included."),
    ),
    Field(
        name="text_kind",
        kind="choice",
        label=Words("这些字是怎么来的", "Where the words come from"),
        choices=(
            Choice(value="verbatim", label=Words("原文照录", "the message itself")),
            Choice(value="transcript", label=Words("听录音逐字写下", "written down from a recording")),
            Choice(value="summary", label=Words("凭记忆写的大意", "what I remember")),
        ),
    ),
    Field(name="occurred_at", kind="moment", label=Words("时间（北京时间）", "Time (Beijing)"), is_past=True),
    Field(
        name="inbound",
        kind="yes_no",
        label=Words("是对方打来、发来的吗", "Did it come from them?"),
        choices=(
            Choice(value="yes", label=Words("是对方", "from them")),
            Choice(value="no", label=Words("是自己这边", "from our side")),
        ),
    ),
    Field(name="number_raw", kind="line", label=Words("对方号码", "Their number")),
    Field(
        name="connected",
        kind="yes_no",
        label=Words("电话接通了吗", "Was the call answered?"),
        choices=(
            Choice(value="yes", label=Words("接通了", "answered")),
            Choice(value="no", label=Words("没接", "not answered")),
        ),
    ),
)
"""What a person may put right of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTick:
    """One thing that may have been said: ticked if read or confirmed."""

    column: str
    label: Words
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture or recording that stands beside the words."""

    item_id: str
    kind: str  # image, audio
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeup:
    """Everything the page shows of one contact."""

    entry: Entry
    row: Row
    titles: dict[str, Words]
    ticks: tuple[SaidTick, ...]
    is_confirmed: bool
    shown: tuple[Shown, ...]
    note: str
    befores: tuple[tuple[str, Markup | str], ...]
    fields: tuple[Field, ...]
    sources: tuple[str, ...]


def closeup(place: OpenCase, entry_id: str) -> Closeup:
    """The page of one contact.  Raises ShelfError."""
    case, view = place.opened, place.view()
    entry = entry_of(case, entry_id)
    note = case.get(EntryNote, entry_id)
    contact = next((one for one in view.contacts if one.contact_id == entry_id), None)
    answered = {one.question for one in view.state.answers}
    return Closeup(
        entry=entry,
        row=row_of(view, entry),
        titles=rule_titles(),
        ticks=tuple(
            SaidTick(
                column=name,
                label=said_words(name),
                is_ticked=contact is not None and getattr(contact, name) is True,
            )
            for name in SAID
        ),
        is_confirmed=all(f"{name}@{entry_id}" in answered for name in SAID),
        shown=tuple(_shown(place, entry)),
        note=note.text if note else "",
        befores=tuple(
            (f"{spoken_day(one.changed_at)} {spoken_time(one.changed_at)}", one.entry.text or "（没有文字）")
            for one in befores_of(case, entry_id)
        ),
        fields=(
            *(one for one in _CORRECTIONS if one.name != "connected" or entry.kind == "call"),
            _owner_field(view.state.persons, entry.owner),
        ),
        sources=tuple(_source(place, one) for one in entry.places),
    )


def _owner_field(persons: Sequence[Person], owner: str) -> Field:
    """Who was contacted: the borrower, or one of the people of the case."""
    known = {person.person_id: person for person in persons}
    names = {one: name_of(one, known) for one in dict.fromkeys((DEBTOR, *known, owner))}
    return Field(
        name="owner",
        kind="choice",
        label=Words("被联系的是谁", "Who was contacted"),
        hint=Words(
            "打给谁、发到谁的手机，就是谁。没有列出来的，先到“更多”里的“被联系的人”加上。",
            "Whose telephone it came to. Add whoever is missing under “More”, then come back.",
        ),
        choices=tuple(Choice(value=one, label=Words(name, english_relation(name))) for one, name in names.items()),
    )


def _shown(place: OpenCase, entry: Entry) -> list[Shown]:
    items = dict.fromkeys([*entry.attachments, *entry.item_ids])
    found = []
    for item_id in items:
        try:
            about = place.opened.item(item_id).about
            with place.opened.open_item(item_id) as stream:
                media_type = kind_of(stream.read(16))
        except CaseError:
            continue  # the evidence page says what is missing or damaged
        if media_type is not None:
            found.append(Shown(item_id=item_id, kind=media_type.partition("/")[0], name=about.name))
    return found


def _source(place: OpenCase, written: str) -> str:
    item_id, _, locator = written.partition("#")
    try:
        name = place.opened.item(item_id).about.name
    except CaseError:
        name = "（原件已经不在）"
    return f"{name}　{locator}" if locator else name
