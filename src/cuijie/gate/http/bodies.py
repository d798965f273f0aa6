"""Bodies and answers that are the service's own: strict where a slip would hide a fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from cuijie.gate.decision import Decision
from cuijie.gate.decision_log.replay import Replay
from cuijie.gate.http.refusals import Refusal
from cuijie.gate.http.schemas import ENTRY_PATTERN, ID_PATTERN, MOST_ENTRIES
from cuijie.gate.registers.rows import KEY_COLUMNS, RegisterRow, needed_keys
from cuijie.gate.stores.contract import RegisterEntry
from cuijie.records import COLUMN_BY_NAME
from cuijie.rulebook import RulebookError
from cuijie.rulebook.hours import parse_hours

__all__ = [
    "BatchAnswers",
    "Begun",
    "Counted",
    "Decided",
    "EndBody",
    "Entered",
    "EntriesBody",
    "EntryBody",
    "EntryView",
    "Health",
    "IdsBody",
    "LaterView",
    "Readiness",
    "ReplayBody",
    "ReplayView",
    "Replays",
    "RuleView",
    "RulebookView",
    "check_years",
    "ids_in",
    "replay_view",
    "row_of",
    "view_of",
]

_Id = Annotated[str, Meta(pattern=ID_PATTERN)]
_Instant = Annotated[datetime, Meta(tz=True)]
_FIRST_YEAR, _LAST_YEAR = 1980, 2200  # outside of these a time is a slip of the pen


class Begun(Struct, frozen=True, kw_only=True):
    """The contact is being made: its reservation holds until it is settled."""

    reservation: str
    state: Literal["begun"] = "begun"


class Decided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer of a batch: a decision, or why there is none."""

    decision: Decision | None = None
    code: str | None = None
    zh: str | None = None
    en: str | None = None


class BatchAnswers(Struct, frozen=True, kw_only=True):
    """The answers in the order of the asks."""

    answers: tuple[Decided, ...]


class Counted(Struct, frozen=True, kw_only=True):
    """How many contacts were counted; *left* are the ids of those that lack what counting needs."""

    counted: int
    left: tuple[str, ...]


class IdsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose registers, as people write the ids."""

    debtor_id: _Id | UnsetType = UNSET
    loan_id: _Id | UnsetType = UNSET
    recipient_id: _Id | UnsetType = UNSET
    lender_id: _Id | UnsetType = UNSET
    agency_id: _Id | UnsetType = UNSET
    from_number: _Id | UnsetType = UNSET


def ids_in(body: IdsBody) -> dict[str, str]:
    """The ids that *body* names."""
    return {name: said for name in KEY_COLUMNS if (said := getattr(body, name)) is not UNSET}


class EntryBody(IdsBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry to be made."""

    column: str
    value: bool | str
    since: _Instant | None = None
    until: _Instant | None = None


class EntriesBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries to be made, all or none."""

    entries: Annotated[list[EntryBody], Meta(min_length=1, max_length=MOST_ENTRIES)]


class EndBody(IdsBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry that holds no longer: *at* a time, or from now on."""

    id: Annotated[str, Meta(pattern=ENTRY_PATTERN)]
    at: _Instant | None = None


class EntryView(Struct, frozen=True, kw_only=True):
    """One entry as it stands; ids of persons are pseudonyms."""

    id: str
    column: str
    value: bool | int | str | None
    keys: Mapping[str, str]
    since: datetime | None
    until: datetime | None
    entered_at: datetime
    ends: str | None
    source: str


class Entered(Struct, frozen=True, kw_only=True):
    """Entries, oldest first."""

    entries: tuple[EntryView, ...]


class Health(Struct, frozen=True, kw_only=True):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Readiness(Struct, frozen=True, kw_only=True):
    """Whether to send asks here: *reasons* say why not."""

    status: Literal["ready", "not_ready"]
    reasons: tuple[Literal["closing", "store_unreachable", "rulebook_stale", "clock"], ...] = ()


class RuleView(Struct, frozen=True, kw_only=True):
    """One rule that the gate asks."""

    id: str
    version: int
    number: str | None
    title: str
    title_en: str
    about: Literal["contact", "window", "case"]


class RulebookView(Struct, frozen=True, kw_only=True):
    """The rulebook that decides; *digest* is that of every decision made by it."""

    digest: str
    stale_days: int | None
    rules: tuple[RuleView, ...]


class ReplayBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contact whose decisions are told again."""

    contact_id: Annotated[str, Meta(min_length=1, max_length=256)]


class LaterView(Struct, frozen=True, kw_only=True):
    """What followed a decision: begun, settled, expired …, in the log's own words."""

    at: datetime
    kind: str
    body: str


class ReplayView(Struct, frozen=True, kw_only=True):
    """One decision told again; *agrees* false would mean that log and rules do not fit, null that they are not here."""

    seq: int
    decision: Decision
    agrees: bool | None
    note: str
    facts: Mapping[str, bool | int | str | None]  # ids of persons are pseudonyms
    registers: tuple[EntryView, ...]
    later: tuple[LaterView, ...]


class Replays(Struct, frozen=True, kw_only=True):
    """Every decision on one contact, in order."""

    replays: tuple[ReplayView, ...]


def row_of(body: EntryBody, columns: tuple[str, ...], place: int) -> RegisterRow:
    """The row that *body* asks for.  Raises Refusal."""
    at = f"entries[{place}]"
    if body.column not in columns:
        raise Refusal(
            "wrong_field",
            at=f"{at}.column",
            zh=f"没有这种登记。可以登记：{'、'.join(columns)}。",
            en=f"There is no such register. There are: {', '.join(columns)}.",
        )
    if not _fits(body.column, body.value, f"{at}.value"):
        values = known.values if (known := COLUMN_BY_NAME.get(body.column)) else None
        zh, en = ("、".join(values), ", ".join(values)) if values else ("true、false", "true or false")
        zh, en = f"{body.column} 只能是 {zh}。", f"{body.column} must be {'one of ' if values else ''}{en}."
        raise Refusal("wrong_field", at=f"{at}.value", zh=zh, en=en)
    needed = needed_keys(body.column)
    if not any(getattr(body, name) is not UNSET for name in needed):
        zh = f"{body.column} 要写明是谁的，至少写 {'、'.join(needed)} 之一。"
        en = f"Whose {body.column} it is must be said: name at least one of {', '.join(needed)}."
        raise Refusal("wrong_field", at=at, zh=zh, en=en)
    check_years(body.since, body.until, at=at)
    if body.since is not None and body.until is not None and body.until <= body.since:
        raise Refusal("conflict", at=f"{at}.until", zh="until 不在 since 之后。", en="until is not after since.")
    return RegisterRow(
        column=body.column,
        value=body.value,
        keys=ids_in(body),
        since=body.since,
        until=body.until,
        ends=None,
        where=at,
    )


def check_years(*instants: datetime | None, at: str) -> None:
    """Raises Refusal for a time that can only be a slip of the pen."""
    for instant in instants:
        if instant is not None and not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
            raise Refusal("wrong_field", at=at, zh="年份不对。", en="The year cannot be right.")


def _fits(column: str, value: bool | str, at: str) -> bool:
    known = COLUMN_BY_NAME.get(column)
    if column == "agreed_hours":
        try:
            return isinstance(value, str) and parse_hours(value) is not None
        except RulebookError as error:
            en = "These hours cannot be read; write 20:00-23:00 or none."
            raise Refusal("conflict", at=at, zh=f"{error.message}请写 20:00-23:00，或 none。", en=en) from error
    if known is not None and known.values:
        return value in known.values
    return isinstance(value, bool)


def view_of(entry: RegisterEntry) -> EntryView:
    """*entry* for showing."""
    return EntryView(
        id=entry.id,
        column=entry.column,
        value=_plain(entry.value),
        keys=dict(entry.keys),
        since=entry.since,
        until=entry.until,
        entered_at=entry.entered_at,
        ends=entry.ends,
        source=entry.source,
    )


def replay_view(found: Replay) -> ReplayView:
    """*found* for showing."""
    return ReplayView(
        seq=found.seq,
        decision=found.decision,
        agrees=found.agrees,
        note=found.note,
        facts={name: _plain(value) for name, value in found.facts.items()},
        registers=tuple([view_of(entry) for entry in found.registers]),
        later=tuple([LaterView(at=at, kind=kind, body=body) for at, kind, body in found.later]),
    )


def _plain(value: object) -> bool | int | str | None:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
