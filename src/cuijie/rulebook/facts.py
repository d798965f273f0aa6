"""What no single record carries, worked out once before any rule is asked.

Ready columns in Asia/Shanghai, the loan's facts on its contacts, registers as of the moment, what earlier
contacts of the day show, and what follows from what is known (an unanswered call says nothing).  Nothing
here guesses: a record's own value always stands, and what cannot be told stays None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from operator import attrgetter

from cuijie.clock import SHANGHAI
from cuijie.records import COLUMNS, LABELS, ContactRecord, Loan
from cuijie.rulebook.as_of import fill_from_registers
from cuijie.rulebook.columns import READY, Value
from cuijie.rulebook.hours import Hours, agreed_at, parse_hours
from cuijie.rulebook.moments import has_time_of_day, instant_of
from cuijie.rulebook.registers import Registers

__all__ = ["FROM_LOAN", "SOLE_DEBTOR", "SOLE_LENDER", "Row", "fact_names", "facts_of", "reached_before"]

Row = list[Value]
SOLE_DEBTOR, SOLE_LENDER = "debtor", "lender"

_RECORD = tuple(column.name for column in COLUMNS if column.type != "timestamp")
_NAMES = (*_RECORD, *(column.name for column in READY))
_AT = {name: place for place, name in enumerate(_NAMES)}
_values = attrgetter(*_RECORD)
_SAYS = tuple(_AT[f"says_{label}"] for label in LABELS)
_CALLS = ("call", "robot_call")
_VISIT_ONLY = tuple(_AT[name] for name in ("entered", "visit_coercive"))
FROM_LOAN = ("lender_type", "product", "contact_list_consent")  # of the loan on each of its contacts


def fact_names(law_facts: Sequence[str]) -> tuple[str, ...]:
    """The names of a row's places: the record's columns, the ready ones, then the law facts."""
    return (*_NAMES, *law_facts)


def facts_of(
    contacts: Sequence[ContactRecord],
    *,
    loans: Sequence[Loan] = (),
    registers: Registers | None = None,
    law_facts: Sequence[str] = (),
) -> list[Row]:
    """One row of facts for each contact, in their order; a single loan is the loan of every contact that names none.

    Raises RulebookError for an instant without a zone and for agreed hours that cannot be read.
    """
    empty: Row = [None] * (len(READY) + len(law_facts))
    rows: list[Row] = [[*_values(contact), *empty] for contact in contacts]
    by_id = {loan.loan_id: loan for loan in loans}
    sole = loans[0] if len(loans) == 1 else None
    hours = {loan.loan_id: parse_hours(loan.agreed_hours) for loan in loans}
    for contact, row in zip(contacts, rows, strict=True):
        _put_time(row, contact)
        if sole is not None and row[_AT["loan_id"]] in {None, sole.loan_id}:
            _put_sole(row, sole)
        loan = by_id.get(str(row[_AT["loan_id"]]))
        if loan is not None:
            _put_loan(row, loan, hours[loan.loan_id])
        _put_implied(row)
    if registers is not None:
        places = {name: place for place, name in enumerate(fact_names(law_facts))}
        fill_from_registers(contacts, rows, places, registers)
    for row in rows:
        _put_institution(row)
    for _, row, _ in reached_before(contacts, rows):
        _put(row, "debtor_reachable", True)
    return rows


def _put_time(row: Row, contact: ContactRecord) -> None:
    at = instant_of(contact)
    if at is None:
        return
    local = at.astimezone(SHANGHAI)
    row[_AT["day"]] = local.date()
    row[_AT["month"]] = f"{local.year:04d}-{local.month:02d}"
    if has_time_of_day(contact.time_precision, local):
        row[_AT["hour"]] = local.hour
        row[_AT["minute_of_day"]] = local.hour * 60 + local.minute


def _put(row: Row, name: str, value: Value) -> None:
    if row[_AT[name]] is None:
        row[_AT[name]] = value


def _put_sole(row: Row, loan: Loan) -> None:
    _put(row, "loan_id", loan.loan_id)
    _put(row, "debtor_id", SOLE_DEBTOR)
    _put(row, "lender_id", loan.lender_id or SOLE_LENDER)


def _put_loan(row: Row, loan: Loan, hours: Hours | None) -> None:
    _put(row, "lender_id", loan.lender_id)
    for name in FROM_LOAN:
        _put(row, name, getattr(loan, name))
    _put(row, "debt_settled", _settled(loan, row[_AT["day"]]))
    if row[_AT["hours_agreed"]] is None and hours is not None:
        minute = row[_AT["minute_of_day"]]
        row[_AT["hours_agreed"]] = agreed_at(hours, minute if isinstance(minute, int) else None)


def _settled(loan: Loan, day: Value) -> bool | None:
    """Whether the debt was settled on *day*; the day of settlement itself is open, an undated word holds throughout."""
    if loan.settled_on is None or loan.debt_settled is False:
        return loan.debt_settled
    if not isinstance(day, date) or day == loan.settled_on:
        return None
    return day > loan.settled_on


def _put_implied(row: Row) -> None:
    channel = row[_AT["channel"]]
    duration = row[_AT["duration_s"]]
    if channel in _CALLS and isinstance(duration, int) and duration > 0:
        _put(row, "connected", True)
    if channel in _CALLS and row[_AT["connected"]] is False:
        _put(row, "asks_payment", False)
        for place in _SAYS:
            if row[place] is None:
                row[place] = False
    if channel is not None and channel != "visit":
        for place in _VISIT_ONLY:
            if row[place] is None:
                row[place] = False
    if channel == "public_post":
        _put(row, "recipient_role", "other")
    if row[_AT["agency_id"]] is not None:
        _put(row, "actor", "agency")


def _put_institution(row: Row) -> None:
    actor = row[_AT["actor"]]
    if actor in ("lender", "assignee"):
        _put(row, "institution_id", row[_AT["lender_id"]])
    elif actor in ("agency", "platform"):
        _put(row, "institution_id", row[_AT["agency_id"]])


def reached_before(
    contacts: Sequence[ContactRecord], rows: Sequence[Row]
) -> Iterator[tuple[ContactRecord, Row, ContactRecord]]:
    """Each contact, with its row, before which the debtor had answered or written back to this lender that day, and by which one."""
    first: dict[tuple[Value, Value, Value], tuple[datetime, ContactRecord]] = {}
    timed = [
        ((row[_AT["debtor_id"]], row[_AT["lender_id"]], row[_AT["day"]]), contact.occurred_at, contact, row)
        for contact, row in zip(contacts, rows, strict=True)
        if contact.occurred_at is not None
        and row[_AT["minute_of_day"]] is not None
        and row[_AT["debtor_id"]] is not None
        and row[_AT["lender_id"]] is not None
    ]
    for key, at, contact, row in timed:
        if row[_AT["recipient_role"]] != "debtor":
            continue
        reached = row[_AT["channel"]] in _CALLS and row[_AT["connected"]] is True
        if (reached or row[_AT["direction"]] == "inbound") and (key not in first or at < first[key][0]):
            first[key] = at, contact
    for key, at, contact, row in timed:
        if key in first and first[key][0] < at:
            yield contact, row, first[key][1]
