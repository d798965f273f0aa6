"""The ledger as it is written: entries into the database, head and length into the anchor."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cuijie.canonical import CanonicalValue
from cuijie.casefile.database.store import Store
from cuijie.casefile.ledger.anchor import Anchor, read_anchor, write_anchor
from cuijie.casefile.ledger.chain import GENESIS, ClockWatch, LedgerEntry, new_entry, read_entry
from cuijie.clock import Clock

__all__ = ["LedgerBook"]


class LedgerBook:
    """The ledger of one open case."""

    def __init__(self, folder: Path, store: Store, clock: Clock) -> None:
        self._folder, self._store, self._clock = folder, store, clock
        self._watch = ClockWatch()
        self._read: LedgerEntry | None = None

    def bodies(self) -> Iterator[bytes]:
        """The canonical bytes of every entry, oldest first."""
        return (bytes(body) for (body,) in self._store.rows("select body from ledger order by seq"))

    def last(self) -> LedgerEntry | None:
        """The newest entry."""
        row = self._store.row("select body from ledger order by seq desc limit 1")
        if row is None:
            return None
        if self._read is None or self._read.body != row[0]:  # else it is the one read before: acts come by the thousand
            self._read = read_entry(bytes(row[0]))
        return self._read

    def records(self) -> int:
        """The sum of all record digests, as the last act that changed any wrote it down."""
        rows = self._store.rows(
            "select body from ledger where instr(body, cast('\"records\":' as blob)) order by seq desc"
        )
        details = (read_entry(bytes(body)).detail for (body,) in rows)
        return int(next((str(one["records"]) for one in details if "records" in one), "0"), 16)

    def append(self, act: str, actor: str, details: Iterable[Mapping[str, CanonicalValue]]) -> int:
        """Adds one entry for each of *details* and answers the number of the last; what the clock shows is noted where it is odd."""
        last, rows = self.last(), []
        for detail in details:
            now = self._clock.now()
            last = new_entry(
                seq=(last.seq if last else 0) + 1,
                at=now,
                actor=actor,
                act=act,
                detail=detail,
                prev=last.hash if last else GENESIS,
                clock=self._watch.note(now, last.at if last else None),
            )
            rows.append((last.seq, last.body))
        self._store.insert("ledger", rows)
        self._read = last
        return last.seq if last else 0

    def anchor(self, key: str) -> None:
        """Writes the anchor for the ledger as it stands."""
        last = self.last()
        anchor = Anchor(count=last.seq, head=last.hash) if last else Anchor(count=0, head=GENESIS)
        # a disk too full for the anchor does not undo the act: the anchor lags and is caught up next time
        with contextlib.suppress(OSError):
            write_anchor(self._folder, anchor, key)

    def trouble(self, key: str) -> str | None:
        """How the ledger contradicts its anchor, in the user's words; None where it does not."""
        try:
            anchor = read_anchor(self._folder, key)
        except ValueError:
            return "锚点文件 anchor.json 被改动或损坏，无法证明留痕账没有被截短。"
        last = self.last()
        have = last.seq if last else 0
        if anchor is None:
            return "锚点文件 anchor.json 不见了，无法证明留痕账没有被截短。" if have > 1 else None
        if anchor.count > have:
            return (
                f"留痕账少了最后 {anchor.count - have} 条（锚点记着 {anchor.count} 条，现有 {have} 条）："
                "数据库被截短，或被换成了旧的。"
            )
        row = self._store.row("select body from ledger where seq = ?", (anchor.count,))
        if row is not None and hashlib.sha256(bytes(row[0])).hexdigest() != anchor.head:
            return f"留痕账第 {anchor.count} 条与锚点不符：账被整个改写过。"
        return None
