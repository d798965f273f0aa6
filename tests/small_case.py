"""A small case for tests: cheap to open, every name and number invented."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cuijie.casefile import Case, Item, ItemFacts, KdfCost
from cuijie.clock import Clock
from cuijie.records import Collector, Entry, Loan, Person, Tie

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "一句 测试用的 密码"
AT = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@dataclass
class SteppingClock:
    """A clock that goes on by a second at each look, and can be set."""

    instant: datetime = AT

    def now(self) -> datetime:
        self.instant += timedelta(seconds=1)
        return self.instant


def new_case(folder: Path, clock: Clock | None = None) -> Case:
    return Case.create(folder, PASSPHRASE, clock=clock or SteppingClock(), cost=CHEAP)


def open_case(folder: Path, *, writable: bool = True, clock: Clock | None = None) -> Case:
    return Case.open(folder, PASSPHRASE, writable=writable, clock=clock or SteppingClock(AT + timedelta(days=1)))


def keep(case: Case, content: bytes, name: str = "短信备份.xml", **facts: object) -> Item:
    return case.keep(io.BytesIO(content), replace(ItemFacts(name=name), **facts))


def fill(case: Case) -> Item:
    """An export with one message of a collector to the debtor's mother, naming her and a third number."""
    export = keep(case, b"<smses/>" * 100, owner="person-1", device="样例手机")
    keep(case, b"\x89PNG\r\n\x1a\n" + bytes(5000), "截图.png", media_type="image/png")
    entry = Entry(
        entry_id="entry-1",
        kind="sms",
        owner="person-1",
        places=(f"{export.item_id}#1",),
        occurred_at=datetime(2026, 5, 1, 14, 30, tzinfo=UTC),
        inbound=True,
        number="17000001188",
        text="赵小样，让你儿子还款，或打 13800001003，回电 17000001188",
        tie=Tie(collector_id="collector-1", basis="number"),
    )
    case.put(
        Loan(loan_id="loan-1", lender_id="lender-1", lender_name="示例消费金融有限公司"),
        Person(person_id="person-1", name="赵小样", relation_word="母亲", relation="family", numbers=("13800001002",)),
        Collector(collector_id="collector-1", name="示例催收", numbers=("17000001188",), lender_id="lender-1"),
        entry,
    )
    return export
