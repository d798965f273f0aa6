"""Small results of audits for tests of the report: invented contacts of two lenders."""

from __future__ import annotations

from pathlib import Path

from cuijie.records import ContactRecord
from tests.audit.small_logs import audited, write_log
from tests.rulebook.builders import at, contact

__all__ = ["KEY", "NIGHT", "log_of", "result"]

KEY = "ab" * 32
NIGHT = "cn.time.quiet-hours"
_USUAL = {
    "hours_agreed": False,
    "channel": "call",
    "recipient_role": "debtor",
    "lender_type": "consumer_finance",
    "product": "online_consumer",
    "connected": True,
}


def log_of(folder: Path, *, nights: int = 6, days: int = 30, extra: int = 0) -> Path:
    """A log: *nights* calls of lender b1 at 23:00, the other *days* at 10:00; of b2 one night call; one unclear."""
    made: list[ContactRecord] = [
        contact(
            f"c{n:03d}",
            occurred_at=at(1 + n % 28, 23 if n < nights else 10, n % 60),
            debtor_id=f"d{n:03d}",
            collector_id="=cmd|'/c calc'!A1",
            agency_id="<b>a1</b>",
            from_number=f"1700000{1188 + n % 2}",
            **_USUAL,
        )
        for n in range(nights + days + extra)
    ]
    made.append(contact("e1", occurred_at=at(2, 23), debtor_id="e1", **_USUAL | {"lender_id": "b2"}))
    made += [
        contact(f"e{n}", occurred_at=at(2, 10), debtor_id=f"e{n}", **_USUAL | {"lender_id": "b2"}) for n in range(2, 12)
    ]
    unclear = _USUAL | {"hours_agreed": None}
    made.append(contact("u1", occurred_at=at(3, 23), debtor_id="u1", **unclear))
    return write_log(folder / "log.parquet", made)


def result(
    folder: Path, *, name: str = "out", unmasked: bool = False, log: Path | None = None, **options: object
) -> Path:
    """The folder of an audit of that log by the rule on quiet hours alone, masked by a key of its own."""
    key = folder / "audit.key"
    key.write_text(KEY, encoding="ascii")
    out = folder / name
    audited(
        log or log_of(folder), out, unmasked=unmasked, mask_key=key, **{"only": (NIGHT,), "law_facts": {}} | options
    )
    return out
