"""What in a bundle speaks of time and completeness: time-stamps, the ledger's extract, the proofs between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cuijie.casefile.ledger.chain import LedgerEntry, chain_faults, read_entry
from cuijie.casefile.ledger.merkle import leaf_hash, proves, tree_root
from cuijie.casefile.report import CheckedStamp
from cuijie.casefile.stamps import trust_in
from cuijie.casefile.tokens import TokenFault, judge
from cuijie.clock import Clock
from cuijie.errors import BadInput

__all__ = ["Proofs", "check_proofs"]

_LEDGER = "data/留痕账/留痕账.jsonl"
_HEAD = "data/留痕账/账首.json"
_PROOF = "data/留痕账/证明.json"
_ITEMS = "data/清单.json"
_STAMPS = "data/时间戳/"
_MANIFEST_STAMPS = "时间戳-清单/"


class _Bag(Protocol):
    def data(self, name: str) -> bytes | None: ...

    def names(self) -> list[str]: ...

    def sha256(self, name: str) -> str | None: ...


@dataclass(slots=True)
class Proofs:
    """The outcome: which files a time-stamp from outside covers, and what is wrong."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stamps: tuple[CheckedStamp, ...] = ()
    timed: set[str] = field(default_factory=set)
    entries: int = 0
    anchored: int = 0


def check_proofs(bag: _Bag, intact: set[str], clock: Clock, trusted: bytes | None) -> Proofs:
    """Checks the ledger's extract against its head, the head and the manifest against their time-stamps."""
    found = Proofs()
    entries = _ledger(bag, found)
    stamps = [
        (_stamp(bag, name, clock, trusted), name)
        for name in bag.names()
        if name.endswith(".tsr") and name.startswith((_STAMPS, _MANIFEST_STAMPS))
    ]
    found.stamps = tuple(one for one, _ in stamps)
    if any(one.holds and name.startswith(_MANIFEST_STAMPS) for one, name in stamps):
        found.timed = {name for name in intact if name.startswith("data/")}
    counts = [_covered(bag, name, found) for one, name in stamps if one.holds and name.startswith(_STAMPS)]
    covered: set[int] = set().union(*counts) if counts else set()
    found.anchored = max(covered, default=0)
    found.timed |= _timed_items(bag, entries, covered, intact, found)
    if not stamps:
        found.notes.append("包里没有外部时间戳：时间只是导出人电脑自己的时钟，只能说明先后次序。")
    elif trusted is None:
        found.notes.append(
            "时间戳按随包附带的机构证书核验；证书本身的真伪请另向机构核对，或用 --tsa-ca 给出您信任的证书。"
        )
    return found


def _json(data: bytes | None) -> Mapping[str, object] | None:
    try:
        value = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _ledger(bag: _Bag, found: Proofs) -> dict[int, LedgerEntry]:
    data, head = bag.data(_LEDGER), bag.data(_HEAD)
    if data is None or head is None:
        found.problems.append("包里没有留痕账，或读不出")
        return {}
    statement = _json(head)
    entries: dict[int, LedgerEntry] = {}
    bodies = data.splitlines()
    try:
        for body in bodies:
            entry = read_entry(body)
            entries[entry.seq] = entry
        count, root = _int(statement, "count"), bytes.fromhex(_text(statement, "root"))
        if len(bodies) == count:
            found.problems += [f"留痕账第 {fault.seq} 条：{fault.why}" for fault in chain_faults(bodies)]
        lost = sorted(set(entries) - _proved(bag.data(_PROOF), entries, count, root))
        if len(lost) == count:
            found.problems.append("留痕账与账首不符：账被改写过")
        else:
            found.problems += [f"留痕账第 {seq} 条没有属于这本账的证明" for seq in lost]
    except (ValueError, KeyError, TypeError):
        found.problems.append("留痕账或账首不是规范写法，被改动过")
        return {}
    found.entries = len(entries)
    return entries


def _int(value: Mapping[str, object] | None, name: str) -> int:
    found = (value or {})[name]
    if not isinstance(found, int):
        raise ValueError(name)
    return found


def _text(value: Mapping[str, object] | None, name: str) -> str:
    found = (value or {})[name]
    if not isinstance(found, str):
        raise ValueError(name)
    return found


def _proved(proof: bytes | None, entries: Mapping[int, LedgerEntry], count: int, root: bytes) -> set[int]:
    if all(seq in entries for seq in range(1, count + 1)):
        leaves = [leaf_hash(entries[seq].body) for seq in range(1, count + 1)]
        return set(range(1, count + 1)) if tree_root(leaves) == root else set()
    listed = (_json(proof) or {}).get("proofs")
    good: set[int] = set()
    for one in listed if isinstance(listed, list) else []:
        seq = _int(one, "entry")
        path = [bytes.fromhex(str(node)) for node in one["path"]]
        if seq in entries and proves(entries[seq].body, seq - 1, count, path, root):
            good.add(seq)
    return good


def _stamp(bag: _Bag, name: str, clock: Clock, trusted: bytes | None) -> CheckedStamp:
    is_manifest = name.startswith(_MANIFEST_STAMPS)
    stem = name.removesuffix(".tsr")
    number = stem.rpartition("-")[2]
    folder = name.rpartition("/")[0]
    data = bag.data("manifest-sha256.txt" if is_manifest else f"{stem}.json") or b""
    authority = (bag.data(f"{folder}/机构-{number}.txt") or b"").decode("utf-8", "replace").strip()
    covers = "整个证据包的清单" if is_manifest else f"留痕账（{stem.rpartition('/')[2]}）"
    try:
        trust = trust_in(trusted if trusted is not None else bag.data(f"{folder}/机构-{number}.pem") or None)
        token = judge(bag.data(name) or b"", data, trust, now=clock.now())
    except (TokenFault, BadInput) as fault:
        words = fault.words if isinstance(fault, TokenFault) else fault.message
        return CheckedStamp(authority=authority, covers=covers, holds=False, why=words)
    return CheckedStamp(authority=authority, covers=covers, holds=True, gen_time=token.gen_time.isoformat())


def _covered(bag: _Bag, name: str, found: Proofs) -> set[int]:
    """The ledger entries that are proved to lie under the head that the token *name* is over."""
    stem = name.removesuffix(".tsr")
    statement = _json(bag.data(f"{stem}.json"))
    proof = bag.data(f"{_STAMPS}证明-{stem.rpartition('-')[2]}.json")
    lines = (bag.data(_LEDGER) or b"").splitlines()
    try:
        entries = {entry.seq: entry for entry in map(read_entry, lines)}
        return _proved(proof, entries, _int(statement, "count"), bytes.fromhex(_text(statement, "root")))
    except (ValueError, KeyError, TypeError):
        found.problems.append(f"时间戳 {name} 的证明读不出")
        return set()


def _timed_items(
    bag: _Bag, entries: Mapping[int, LedgerEntry], covered: set[int], intact: set[str], found: Proofs
) -> set[str]:
    listing = _json(bag.data(_ITEMS))
    rows = (listing or {}).get("items")
    if not isinstance(rows, list):
        found.problems.append("清单.json 不在或读不出")
        return set()
    kept = {str(one.detail.get("item")): one for one in entries.values() if one.act in {"kept", "derived"}}
    timed: set[str] = set()
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("path"), str):
            found.problems.append("清单.json 有一行读不出")
            continue
        path, entry = row["path"], kept.get(str(row.get("item")))
        if path not in intact:
            continue
        is_original = row.get("excerpt") is not True
        if entry is None or entry.detail.get("sha256") != row.get("sha256"):
            found.problems.append(f"{path}：留痕账里没有收进它的记录，或记录与清单不符")
        elif is_original and bag.sha256(path) != row.get("sha256"):
            found.problems.append(f"{path}：内容与留痕账里收进时的 SHA-256 不符")
        elif is_original and entry.seq in covered:
            timed.add(path)
    return timed
