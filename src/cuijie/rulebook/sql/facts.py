# ruff: noqa: S608 -- statements are made of our own words; every value passes through literal()
"""The facts layer in SQL: the same steps as ``facts``, as one chain of named queries.

Reads a table ``contacts`` with the columns of the contact record and gives ``facts``: those columns filled,
the ready columns, the law facts, and ``at_us`` (the instant in microseconds).  Loans and registers are
written into the statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cuijie.records import COLUMNS, LABELS, Loan
from cuijie.rulebook.facts import FROM_LOAN, SOLE_DEBTOR, SOLE_LENDER
from cuijie.rulebook.hours import parse_hours
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US, HOUR_US, MINUTE_US, micros_of
from cuijie.rulebook.registers import Registers
from cuijie.rulebook.sql.dialects import Dialect
from cuijie.rulebook.sql.registers import register_steps
from cuijie.rulebook.sql.text import literal

__all__ = ["BOOLS", "acting_sql", "base_facts_sql", "facts_sql", "reachable_sql"]

_RECORD = tuple(column.name for column in COLUMNS if column.type != "timestamp")
_READY = ("at_us", "has_time", "day", "month", "hour", "minute_of_day", "institution_id")
BOOLS = {column.name for column in COLUMNS if column.type == "bool"}
_CALL = "channel IN ('call', 'robot_call')"


class _Chain:
    """Named queries, each over the one before, that carry all columns and compute some anew."""

    def __init__(self, law_facts: Sequence[str], carried: Sequence[str] = ()) -> None:
        self.columns = (*_RECORD, *_READY, *law_facts, *carried)
        self.steps: list[tuple[str, str]] = []

    def add(self, name: str, computed: Mapping[str, str], *, joined: str = "", source: str | None = None) -> None:
        said = ", ".join(
            f"\n    {computed[column]} AS {column}" if column in computed else f"c.{column}" for column in self.columns
        )
        self.steps.append((name, f"  SELECT {said}\n  FROM {source or self.steps[-1][0]} AS c{joined}"))

    def query(self) -> str:
        """The whole chain; the last step is the result."""
        *inner, (_, last) = self.steps
        said = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in inner)
        return f"WITH {said}\n{last}"


def facts_sql(dialect: Dialect, *, loans: Sequence[Loan], registers: Registers | None, law_facts: Sequence[str]) -> str:
    """The query that gives ``facts`` from ``contacts``.  Raises RulebookError for agreed hours that cannot be read."""
    chain = _Chain(law_facts)
    _add_time(chain, dialect, law_facts, f"(SELECT *, {dialect.micros.format('occurred_at')} AS at_us FROM contacts)")
    if loans:
        _add_loans(chain, loans)
    _add_implied(chain)
    if registers is not None:
        for name, computed, joined in register_steps(registers, chain.columns, BOOLS | set(law_facts), micros_of):
            chain.add(name, computed, joined=joined(chain.steps[-1][0]))
    _add_institution(chain)
    _add_reachable(chain)
    return chain.query()


def base_facts_sql(
    dialect: Dialect, source: str, *, law_facts: Sequence[str], carried: Sequence[str], loans: str | None
) -> str:
    """What one record and its loan tell, for a log too large to write its registers into the statement.

    *source* holds the columns of the contact record with ``at_us`` for ``occurred_at``, and those *carried* along;
    *loans* a table of loans with ``span_1_from`` … ``span_3_to`` (minutes), ``no_hours`` and ``settled_on``.
    """
    chain = _Chain(law_facts, carried)
    _add_time(chain, dialect, law_facts, source)
    if loans is not None:
        _add_loan_table(chain, loans)
    _add_implied(chain)
    return chain.query()


def acting_sql(columns: Sequence[str], computed: Mapping[str, str], source: str, joined: str) -> str:
    """*source* with the columns *computed* from what is *joined*, and who acted."""
    filled = ", ".join(f"{computed[name]} AS {name}" if name in computed else f"c.{name}" for name in columns)
    others = ", ".join(f"c.{name}" for name in columns if name != "institution_id")
    return f"SELECT {others}, {_ACTED} AS institution_id FROM (SELECT {filled} FROM {source} AS c{joined}) AS c"


def reachable_sql(columns: Sequence[str], source: str) -> str:
    """*source* with ``debtor_reachable`` filled from what the debtor answered earlier that day."""
    kept = ", ".join(f"{_REACHED} AS {name}" if name == "debtor_reachable" else f"c.{name}" for name in columns)
    return f"SELECT {kept} FROM {source} AS c{_first_reached(source)}"


def _add_time(chain: _Chain, dialect: Dialect, law_facts: Sequence[str], instants: str) -> None:
    local = f"(c.at_us + {EIGHT_HOURS_US})"
    of_day = f"({local} % {DAY_US})"
    day = dialect.day_of.format(dialect.divided.format(local, DAY_US))
    ready = {
        "has_time": f"CASE WHEN c.time_precision IS NULL THEN {of_day} <> 0 ELSE c.time_precision <> 'day' END",
        "day": day,
        "month": f"substr(CAST({day} AS {dialect.text}), 1, 7)",
        "hour": f"CAST({dialect.divided.format(of_day, HOUR_US)} AS INT)",
        "minute_of_day": f"CAST({dialect.divided.format(of_day, MINUTE_US)} AS INT)",
        "institution_id": f"CAST(NULL AS {dialect.text})",
    }
    chain.add("instants", ready | {name: "CAST(NULL AS BOOLEAN)" for name in law_facts}, source=instants)
    kept = {name: f"CASE WHEN c.has_time THEN c.{name} END" for name in ("hour", "minute_of_day")}
    chain.add("timed", kept)


def _or(column: str, otherwise: str) -> str:
    return f"COALESCE(c.{column}, {otherwise})"


def _add_loans(chain: _Chain, loans: Sequence[Loan]) -> None:
    if len(loans) == 1:
        sole = loans[0]
        here = f"(c.loan_id IS NULL OR c.loan_id = {literal(sole.loan_id)})"
        chain.add(
            "placed",
            {
                "loan_id": _or("loan_id", literal(sole.loan_id)),
                "debtor_id": _or("debtor_id", f"CASE WHEN {here} THEN {literal(SOLE_DEBTOR)} END"),
                "lender_id": _or("lender_id", f"CASE WHEN {here} THEN {literal(sole.lender_id or SOLE_LENDER)} END"),
            },
        )
    by_column = {
        "lender_id": {loan.loan_id: literal(loan.lender_id) for loan in loans if loan.lender_id},
        "lender_type": {loan.loan_id: literal(loan.lender_type) for loan in loans if loan.lender_type},
        "product": {loan.loan_id: literal(loan.product) for loan in loans if loan.product},
        "contact_list_consent": {
            loan.loan_id: literal(loan.contact_list_consent) for loan in loans if loan.contact_list_consent
        },
        "debt_settled": {
            loan.loan_id: _settled(loan) for loan in loans if loan.debt_settled is not None or loan.settled_on
        },
        "hours_agreed": {loan.loan_id: _agreed(loan) for loan in loans if loan.agreed_hours is not None},
    }
    computed = {}
    for column, by_loan in by_column.items():
        if by_loan:
            cases = " ".join(f"WHEN {literal(loan_id)} THEN {value}" for loan_id, value in by_loan.items())
            computed[column] = _or(column, f"CASE c.loan_id {cases} END")
    chain.add("loaned", computed)


def _settled(loan: Loan) -> str:
    if loan.settled_on is None or loan.debt_settled is False:
        return literal(loan.debt_settled)
    on = literal(loan.settled_on)
    return f"CASE WHEN c.day > {on} THEN TRUE WHEN c.day < {on} THEN FALSE END"


def _agreed(loan: Loan) -> str:
    hours = parse_hours(loan.agreed_hours)
    if not hours:
        return "FALSE"
    spans = [f"c.minute_of_day >= {start} AND c.minute_of_day < {end}" for start, end in hours]
    return f"({' OR '.join(spans)})"


def _add_implied(chain: _Chain) -> None:
    answered = f"CASE WHEN c.{_CALL} AND c.duration_s > 0 THEN TRUE END"
    chain.add("answered", {"connected": _or("connected", answered)})
    nothing_said = f"CASE WHEN c.{_CALL} AND NOT c.connected THEN FALSE END"
    no_visit = "CASE WHEN c.channel <> 'visit' THEN FALSE END"
    chain.add(
        "implied",
        {
            "asks_payment": _or("asks_payment", nothing_said),
            **{f"says_{label}": _or(f"says_{label}", nothing_said) for label in LABELS},
            "entered": _or("entered", no_visit),
            "visit_coercive": _or("visit_coercive", no_visit),
            "recipient_role": _or("recipient_role", "CASE WHEN c.channel = 'public_post' THEN 'other' END"),
            "actor": _or("actor", "CASE WHEN c.agency_id IS NOT NULL THEN 'agency' END"),
        },
    )


_ACTED = (
    "CASE WHEN c.actor IN ('lender', 'assignee') THEN c.lender_id "
    "WHEN c.actor IN ('agency', 'platform') THEN c.agency_id END"
)
_REACHED = _or("debtor_reachable", "CASE WHEN c.minute_of_day IS NOT NULL AND r.first_us < c.at_us THEN TRUE END")


def _first_reached(source: str) -> str:
    return (
        f"\n  LEFT JOIN (SELECT debtor_id, lender_id, day, MIN(at_us) AS first_us FROM {source}"
        "\n    WHERE minute_of_day IS NOT NULL AND recipient_role = 'debtor'"
        f"\n    AND (({_CALL} AND connected) OR direction = 'inbound')"
        "\n    GROUP BY debtor_id, lender_id, day) AS r"
        "\n  ON c.debtor_id = r.debtor_id AND c.lender_id = r.lender_id AND c.day = r.day"
    )


def _add_institution(chain: _Chain) -> None:
    chain.add("acting", {"institution_id": _ACTED})


def _add_reachable(chain: _Chain) -> None:
    chain.add("facts", {"debtor_reachable": _REACHED}, joined=_first_reached("acting"))


def _add_loan_table(chain: _Chain, loans: str) -> None:
    minutes = " OR ".join(
        f"(c.minute_of_day >= l.span_{n}_from AND c.minute_of_day < l.span_{n}_to)" for n in (1, 2, 3)
    )
    settled = (
        "CASE WHEN l.settled_on IS NULL OR NOT l.debt_settled THEN l.debt_settled"
        " WHEN c.day > l.settled_on THEN TRUE WHEN c.day < l.settled_on THEN FALSE END"
    )
    chain.add(
        "loaned",
        {name: _or(name, f"l.{name}") for name in ("lender_id", *FROM_LOAN)}
        | {
            "debt_settled": _or("debt_settled", settled),
            "hours_agreed": _or(
                "hours_agreed", f"CASE WHEN l.no_hours THEN FALSE WHEN l.span_1_from IS NOT NULL THEN {minutes} END"
            ),
        },
        joined=f"\n  LEFT JOIN {loans} AS l ON c.loan_id = l.loan_id",
    )
