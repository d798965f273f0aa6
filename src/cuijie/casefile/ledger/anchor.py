"""The anchor: length and head of the ledger, kept beside the database and sealed.

A ledger whose tail was cut off, and a database put back to an older state, are consistent in themselves;
the anchor shows that there was more.  Whoever owns the disk *and* a key can make both agree: against
that only a time-stamp from outside helps (see docs/threat-model.md).
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from pathlib import Path

from cuijie import canonical
from cuijie.whole_files import write_whole

__all__ = ["Anchor", "read_anchor", "write_anchor"]

_ANCHOR_FILE = "anchor.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The number of ledger entries and the hash of the last."""

    count: int
    head: str


def _seal(anchor: Anchor, key: str) -> str:
    content = canonical.encode({"count": anchor.count, "head": anchor.head})
    return hmac.new(bytes.fromhex(key), content, "sha256").hexdigest()


def write_anchor(folder: Path, anchor: Anchor, key: str) -> None:
    """Writes the anchor in one step; raises OSError."""
    content = {"count": anchor.count, "head": anchor.head, "seal": _seal(anchor, key)}
    write_whole(folder / _ANCHOR_FILE, canonical.encode(content), durable=True, private=True)


def read_anchor(folder: Path, key: str) -> Anchor | None:
    """The anchor if it is there; raises ValueError if it was altered."""
    try:
        value = json.loads((folder / _ANCHOR_FILE).read_bytes())
        anchor = Anchor(count=int(value["count"]), head=str(value["head"]))
        seal = str(value["seal"])
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("anchor unreadable") from error
    if not hmac.compare_digest(seal.encode(), _seal(anchor, key).encode()):
        raise ValueError("anchor altered")
    return anchor
