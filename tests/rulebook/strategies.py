"""Random contact records, loans and registers, with nothing known more often than not."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.records import COLUMNS, Column, ContactRecord, Loan
from cuijie.rulebook import Entry, Registers

START = datetime(2026, 3, 1, 22, 0, tzinfo=SHANGHAI)
_IDS = {
    "debtor_id": ("d1", "d2"),
    "loan_id": ("l1", "l2"),
    "lender_id": ("b1", "b2"),
    "agency_id": ("a1",),
    "recipient_id": ("13800001002", "17000001188"),
}
_DAYS = (
    date(2018, 3, 15),  # a norm's date known to the month
    date(2022, 7, 15),
    date(2024, 5, 14),
    date(2024, 5, 15),
    date(2025, 2, 27),
    date(2025, 2, 28),
    date(2025, 12, 31),
    date(2026, 1, 30),
    date(2028, 2, 29),
)
_TIMES = ((0, 0, 0), (7, 59, 59), (8, 0, 0), (12, 0, 0), (21, 59, 59), (22, 0, 0), (23, 59, 59))


def instants() -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda day, time, utc: datetime(day.year, day.month, day.day, *time, tzinfo=SHANGHAI).astimezone(
            UTC if utc else SHANGHAI
        ),
        st.sampled_from(_DAYS),
        st.sampled_from(_TIMES),
        st.booleans(),
    )


def _values(column: Column) -> st.SearchStrategy[object]:
    name, kind, closed = column.name, column.type, column.values
    if name == "count":
        return st.one_of(st.just(1), st.just(1), st.none(), st.integers(0, 5))
    if kind == "bool":
        return st.sampled_from([None, True, False])
    if kind == "int":
        return st.sampled_from([None, 0, 1, 60])
    if kind == "timestamp":
        return st.one_of(instants(), instants(), st.none())
    return st.sampled_from([None, *(closed or _IDS.get(name, ("x",)))])


def contacts(most: int = 8) -> st.SearchStrategy[tuple[ContactRecord, ...]]:
    """Contacts in which about a third of all facts are unknown."""
    one = st.fixed_dictionaries({c.name: _values(c) for c in COLUMNS if c.name != "contact_id"})
    return st.lists(one, min_size=1, max_size=most).map(
        lambda found: tuple(ContactRecord(contact_id=f"c{n}", **facts) for n, facts in enumerate(found))
    )


def many_contacts(seed: int, number: int) -> tuple[ContactRecord, ...]:
    """Thousands of contacts from one seed: less searching, more records."""
    chance = random.Random(seed)  # noqa: S311 -- test data

    def value(column: Column) -> object:
        if column.name == "count":
            return chance.choice([1, 1, 1, None, 0, 3])
        if column.type == "timestamp":
            day, time = chance.choice(_DAYS), chance.choice(_TIMES)
            zone = chance.choice([UTC, SHANGHAI])
            at = datetime(day.year, day.month, day.day, *time, tzinfo=SHANGHAI).astimezone(zone)
            return chance.choice([at, at, at, None])
        if column.type == "bool":
            return chance.choice([None, True, False])
        if column.type == "int":
            return chance.choice([None, 0, 1, 60])
        return chance.choice([None, *(column.values or _IDS.get(column.name, ("x",)))])

    return tuple(
        ContactRecord(
            contact_id=f"c{n}",
            **{c.name: value(c) for c in COLUMNS if c.name != "contact_id"},  # type: ignore[arg-type]
        )
        for n in range(number)
    )


def busy_contacts(most: int = 9) -> st.SearchStrategy[tuple[ContactRecord, ...]]:
    """Calls of one or two days to one or two debtors: what window rules count."""
    known = {
        "channel": "call",
        "direction": "outbound",
        "lender_type": "microloan",
        "product": "online_consumer",
        "recipient_role": "debtor",
    }
    varied = {
        "connected": st.sampled_from([True, True, None, False]),
        "count": st.sampled_from([1, 1, 1, 1, None, 2, 5]),
        "debtor_id": st.sampled_from(["d1", "d1", "d1", None]),
        "lender_id": st.sampled_from(["b1", "b1", "b2", None]),
        "recipient_id": st.sampled_from(["13800001002", "13800001002", None]),
        "actor": st.sampled_from(["lender", "agency", None]),
        "agency_id": st.sampled_from(["a1", None]),
        "time_precision": st.sampled_from(["second", "second", "day", None]),
        "occurred_at": st.one_of(
            st.builds(
                lambda hours: datetime(2026, 3, 1, 9, tzinfo=SHANGHAI) + timedelta(hours=hours), st.integers(0, 30)
            ),
            st.none(),
        ),
        "says_harass_volume": st.sampled_from([True, False, None]),
        "says_insult": st.sampled_from([True, False, None]),
    }
    return st.lists(st.fixed_dictionaries(varied), min_size=1, max_size=most).map(
        lambda found: tuple(ContactRecord(contact_id=f"c{n}", **(known | facts)) for n, facts in enumerate(found))
    )


def busy_days(seed: int, number: int) -> tuple[ContactRecord, ...]:
    """Calls of four days that fill every window, with gaps; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 -- test data
    start = datetime(2026, 3, 1, 9, tzinfo=SHANGHAI)
    return tuple(
        ContactRecord(
            contact_id=f"c{n}",
            debtor_id=chance.choice(["d1", "d1", "d1", "d2", None]),
            loan_id=chance.choice(["l1", None]),
            lender_id=chance.choice(["b1", "b1", "b1", None]),
            lender_type=chance.choice(["consumer_finance", "consumer_finance", None]),
            product="online_consumer",
            channel=chance.choice(["call", "call", "call", "robot_call", "sms", None]),
            direction="outbound",
            recipient_role=chance.choice(["debtor", "debtor", "other", None]),
            recipient_id=chance.choice(["13800001002", "13800001002", None]),
            actor=chance.choice(["lender", "agency", None]),
            agency_id=chance.choice(["a1", None]),
            connected=chance.choice([True, False, None]),
            count=chance.choice([1, 1, 1, None, 3]),
            occurred_at=chance.choice([start + timedelta(hours=chance.randrange(80)), None]),
            time_precision=chance.choice(["second", "second", "day", None]),
            says_harass_volume=chance.choice([True, False, None]),
            says_insult=chance.choice([True, False, None]),
            asks_payment=chance.choice([True, None]),
        )
        for n in range(number)
    )


def busy_hours(seed: int, number: int, *, gaps: float, days: int = 20) -> tuple[ContactRecord, ...]:
    """Calls of some weeks to a few debtors, a fact missing now and then."""
    chance = random.Random(seed)  # noqa: S311 -- test data

    def rare(value: object) -> object:
        return None if chance.random() < gaps else value

    return tuple(
        ContactRecord(
            contact_id=f"c{n}",
            direction="outbound",
            channel="call",
            occurred_at=rare(START + timedelta(seconds=chance.randrange(60 * 60 * 24 * days))),
            time_precision=chance.choice(["second"] * 8 + ["minute", "day"]),
            debtor_id=rare(f"d{chance.randrange(4)}"),
            lender_id=rare(chance.choice(["b1", "b2"])),
            recipient_id=rare(f"1380000{chance.randrange(1000, 1012)}"),
            actor=chance.choice(["lender", "agency"]),
            agency_id=chance.choice(["a1", "a2"]),
            connected=rare(chance.random() < 0.8),
            says_insult=rare(False),
            count=chance.choice([1] * 30 + [None, 2]),
        )
        for n in range(number)
    )


def loans() -> st.SearchStrategy[tuple[Loan, ...]]:
    def loan(loan_id: str) -> st.SearchStrategy[Loan]:
        return st.builds(
            Loan,
            loan_id=st.just(loan_id),
            lender_id=st.sampled_from([None, "b1"]),
            lender_type=st.sampled_from([None, "commercial_bank", "microloan", "private_person", "guarantee"]),
            product=st.sampled_from([None, "credit_card", "online_consumer", "other"]),
            debt_settled=st.sampled_from([None, True, False]),
            settled_on=st.sampled_from([None, date(2025, 2, 28)]),
            agreed_hours=st.sampled_from([None, "none", "20:00-23:00", "22:00-07:00，12:00-13:00"]),
            contact_list_consent=st.sampled_from([None, "none", "bundled"]),
        )

    return st.one_of(st.just(()), st.tuples(loan("l1")), st.tuples(loan("l1"), loan("l2")))


def registers() -> st.SearchStrategy[Registers]:
    fillable = {
        "recipient_role": ("agreed_contact", "other"),
        "recipient_refused": (True,),
        "consent_withdrawn": (True, False),
        "member_cba": (True, False),
        "agency_id": ("a1", "a'\\$2"),
    }

    def entry(column: str) -> st.SearchStrategy[Entry]:
        keys = {name: st.sampled_from([None, *values]) for name, values in _IDS.items() if name != column}
        return st.builds(
            Entry,
            column=st.just(column),
            value=st.sampled_from(fillable[column]),
            since=st.one_of(st.none(), instants()),
            until=st.one_of(st.none(), instants()),
            **keys,
        )

    complete = st.fixed_dictionaries(
        {}, optional={"recipient_role": st.just("other"), "recipient_refused": st.just(False)}
    )
    return st.builds(
        Registers,
        entries=st.lists(st.sampled_from(sorted(fillable)).flatmap(entry), max_size=4).map(tuple),
        complete=complete,
    )
