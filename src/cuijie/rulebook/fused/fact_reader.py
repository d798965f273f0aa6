"""The facts layer over Arrow batches: the same steps as ``facts``, column by column.

Batches come in the order of time, contacts without a time first, so that what earlier contacts of a day show
(``debtor_reachable``) is told in the same pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuijie.records import LABELS, Loan
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.facts import FROM_LOAN
from cuijie.rulebook.fused.arrow import (
    as_mask,
    hash_of,
    instants,
    integers,
    text_codes,
    text_hashes,
    truth,
    words_for,
)
from cuijie.rulebook.fused.classes import Classes
from cuijie.rulebook.fused.facts import SEVERAL, Facts
from cuijie.rulebook.fused.kernels import Codes, Hashes, Masks
from cuijie.rulebook.fused.loans import LoanColumns
from cuijie.rulebook.fused.reach import Reached
from cuijie.rulebook.fused.registers import RegisterColumns
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US, MINUTE_US
from cuijie.rulebook.registers import Registers

__all__ = ["CODED", "FactReader"]

CODED = ("channel", "direction", "recipient_role", "actor", "time_precision")
_TIMED = ("day", "month", "hour", "minute_of_day")


class FactReader:
    """Reads batches into facts for rules over *tested* and *grouped* columns; *classes* numbers what they test."""

    def __init__(
        self,
        *,
        tested: Collection[str],
        grouped: Collection[str],
        classes: dict[str, Classes],
        loans: Sequence[Loan] = (),
        registers: Registers | None = None,
    ) -> None:
        self.classes = classes
        self._tested = set(tested)
        kinds = {name: CONTACT_COLUMNS[name].kind if name in CONTACT_COLUMNS else "bool" for name in self._tested}
        reaching, acting = "debtor_reachable" in self._tested, bool({"actor", "institution_id"} & {*tested, *grouped})
        self._bools = {name for name, kind in kinds.items() if kind == "bool"} | {"connected"}
        self._closed = {n for n in self._tested if n in CONTACT_COLUMNS and CONTACT_COLUMNS[n].values}
        self._closed |= {
            "channel",
            *(["direction", "recipient_role"] if reaching else []),
            *(["actor"] if acting else []),
        }
        self._ids = {*grouped, *(["debtor_id", "lender_id"] if reaching else [])}
        self._ids |= {"lender_id", "agency_id", "institution_id"} if acting else set()
        self._ids |= {name for name, kind in kinds.items() if kind == "string" and name not in self._closed}
        self._ids -= {*_TIMED, *self._closed}
        self._closed |= {n for n in grouped if CONTACT_COLUMNS[n].values}
        self._ids -= self._closed
        self._loans = LoanColumns(loans, classes) if loans else None
        if loans:
            self._ids |= {"loan_id", "lender_id", "debtor_id"}
        self._registers = RegisterColumns(registers, classes) if registers is not None else None
        if self._registers:
            self._ids |= self._registers.keys
        self._reached = Reached() if "debtor_reachable" in self._tested else None
        self._minute_classes = {
            name: classes[name].of_numbers(np.arange(1440) // per, np.ones(1440, np.bool_))
            for name, per in (("minute_of_day", 1), ("hour", 60))
            if name in classes
        }

    @property
    def columns(self) -> set[str]:
        """The columns of a log that are read."""
        read = {"occurred_at", "count", "duration_s", *self._bools, *self._closed, *self._ids}
        read |= {"time_precision", *(name for name in self._tested if name in CONTACT_COLUMNS)}
        return read - {*_TIMED, "institution_id"}

    @property
    def filled(self) -> tuple[str, ...]:
        """The columns that loans or registers fill in some contacts and perhaps not in others."""
        from_loans = ("debtor_id", "lender_id", "loan_id", *FROM_LOAN) if self._loans else ()
        return (*from_loans, *(self._registers.filled if self._registers else ()))

    def read(self, batch: Any) -> Facts:
        """The facts of *batch*; what it has no column for is unknown, but a log without ``count`` counts its rows."""
        facts = self._timed(batch)
        for name in self._bools:
            none: Masks = np.zeros(words_for(facts.size), np.uint64)
            column = _column(batch, name)
            facts.true[name], facts.known[name] = truth(column, name) if column is not None else (none, none)
        for name in self._closed:
            column, values = _column(batch, name), self.classes[name].texts
            none_said: Codes = np.zeros(facts.size, np.uint8)
            facts.codes[name] = none_said if column is None else text_codes(column, values)
        for name in self._ids:
            column = _column(batch, name) if name != "institution_id" else None
            facts.ids[name] = np.zeros(facts.size, np.uint64) if column is None else text_hashes(column, name)
        if self._loans is not None:
            self._loans.fill(facts)
        self._imply(batch, facts)
        if self._registers is not None:
            self._registers.fill(facts)
        self._act(facts)
        self._settle_codes(facts, batch)
        if self._reached is not None:
            self._reach(facts)
        return facts

    def _timed(self, batch: Any) -> Facts:
        column, size = _column(batch, "occurred_at"), batch.num_rows
        if column is None:
            at, dated = np.zeros(size, np.int64), np.zeros(size, np.bool_)
        else:
            at, dated = instants(column, "occurred_at")
        day, of_day = np.divmod(at + EIGHT_HOURS_US, DAY_US)
        precision, values = _column(batch, "time_precision"), self.classes["time_precision"]
        said = np.zeros(size, np.uint8) if precision is None else text_codes(precision, values.texts)
        timed = dated & np.where(said == 0, of_day != 0, said != values.code("day"))
        weight = np.ones(size, np.int64)
        if "count" in batch.schema.names:
            count = batch.column("count")
            number, known = integers(count, "count")
            if number.size and number.min() < 0:
                raise RulebookError("count 这一列有负数。", remedy="一条记录代表几次联系，不能小于零；不知道的留空。")
            weight = number if known.all() else np.where(known, number, SEVERAL)
        return Facts(
            size=size, at=at, dated=dated, timed=timed, to_minute=said == values.code("minute"), day=np.where(dated, day, 0), minute=of_day // MINUTE_US,
            weight=weight,
        )  # fmt: skip

    def _among(self, facts: Facts, column: str, *values: str) -> NDArray[np.bool_]:
        wanted: NDArray[np.bool_] = np.zeros(256, np.bool_)
        wanted[[self.classes[column].code(value) for value in values]] = True
        return np.asarray(wanted[facts.codes[column]])

    def _imply(self, batch: Any, facts: Facts) -> None:
        call = as_mask(self._among(facts, "channel", "call", "robot_call"))
        seconds = _column(batch, "duration_s")
        if seconds is not None:
            number, known = integers(seconds, "duration_s")
            facts.settle("connected", call & as_mask(known & (number > 0)), value=True)
        unheard = call & facts.known["connected"] & ~facts.true["connected"]
        for name in ("asks_payment", *(f"says_{label}" for label in LABELS)):
            facts.settle(name, unheard, value=False)
        if facts.known.keys() & {"entered", "visit_coercive"}:
            no_visit = (facts.codes["channel"] != 0) & ~self._among(facts, "channel", "visit")
            for name in ("entered", "visit_coercive"):
                facts.settle(name, as_mask(no_visit), value=False)
        if "recipient_role" in facts.codes:
            posted = self._among(facts, "channel", "public_post")
            facts.put("recipient_role", posted, self.classes["recipient_role"].code("other"))
        if "actor" in facts.codes:
            facts.put("actor", facts.ids["agency_id"] != 0, self.classes["actor"].code("agency"))

    def _act(self, facts: Facts) -> None:
        if "institution_id" not in facts.ids:
            return
        lender, agency = (facts.ids[name] for name in ("lender_id", "agency_id"))
        facts.put("institution_id", self._among(facts, "actor", "lender", "assignee"), lender)
        facts.put("institution_id", self._among(facts, "actor", "agency", "platform"), agency)

    def _settle_codes(self, facts: Facts, batch: Any) -> None:
        """The classes of times, numbers and ids, now that all is filled."""
        for name, classes in self.classes.items():
            if name in facts.codes or name not in self._tested:
                continue
            if name == "day":
                facts.codes[name] = classes.of_numbers(facts.day, facts.dated)
            elif name in self._minute_classes:
                facts.codes[name] = np.where(facts.timed, self._minute_classes[name][facts.minute], 0).astype(np.uint8)
            elif name == "month":
                facts.codes[name] = _month_codes(facts, classes)
            elif classes.kind == "int":
                column = _column(batch, name)
                none = (np.zeros(facts.size, np.int64), np.zeros(facts.size, np.bool_))
                facts.codes[name] = classes.of_numbers(*(none if column is None else integers(column, name)))
            else:
                facts.codes[name] = _id_codes(facts.ids[name], classes)
        for name in self._closed - facts.ids.keys():
            facts.ids[name] = facts.codes[name].astype(np.uint64)

    def _reach(self, facts: Facts) -> None:
        assert self._reached is not None  # noqa: S101 -- only called then
        connected = self._among(facts, "channel", "call", "robot_call") & (facts.bools("connected") == 2)
        reached = self._among(facts, "recipient_role", "debtor") & (
            connected | self._among(facts, "direction", "inbound")
        )
        later = self._reached.later(facts.ids["debtor_id"], facts.ids["lender_id"], facts.at, facts.timed, reached)
        facts.settle("debtor_reachable", as_mask(later), value=True)


def _column(batch: Any, name: str) -> Any:
    """The column of that name; None where the batch has none or knows nothing of it."""
    place = batch.schema.get_field_index(name)
    if place < 0:
        if batch.schema.get_all_field_indices(name):
            raise RulebookError(f"有两列都叫 {name}。")
        return None
    column = batch.column(place)
    return None if column.null_count == len(column) else column


def _month_codes(facts: Facts, classes: Classes) -> Codes:
    months = facts.day.astype("datetime64[D]").astype("datetime64[M]")
    found: Codes = np.full(facts.size, len(classes.samples), np.uint8)
    for number, text in enumerate(classes.texts, start=1):
        found[months == np.datetime64(text)] = number
    return np.where(facts.dated, found, 0).astype(np.uint8)


def _id_codes(ids: Hashes, classes: Classes) -> Codes:
    found: Codes = np.where(ids != 0, len(classes.samples), 0).astype(np.uint8)
    hashes: Iterable[Any] = hash_of(classes.texts)
    for number, hashed in enumerate(hashes, start=1):
        found[ids == hashed] = number
    return found
