"""The Merkle tree over the ledger, as in RFC 6962 section 2.1: one entry proved without showing the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

__all__ = ["inclusion_proofs", "leaf_hash", "proves", "tree_root"]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one ledger entry as a leaf (prefix 0x00 keeps leaves and nodes apart)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        paired = [_node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
        levels.append(paired + below[len(below) - len(below) % 2 :])
    return levels


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over *leaves* (leaf hashes in ledger order); SHA-256 of nothing for an empty ledger."""
    return _levels(leaves)[-1][0] if leaves else hashlib.sha256(b"").digest()


def inclusion_proofs(leaves: Sequence[bytes], indexes: Iterable[int]) -> dict[int, list[bytes]]:
    """For each of *indexes* the audit path: the sibling hashes from that leaf to the root.  Raises IndexError."""
    levels, paths = _levels(leaves), {}
    for index in indexes:
        if not 0 <= index < len(leaves):
            raise IndexError("no such leaf")
        at, path = index, []
        for level in levels[:-1]:
            if at ^ 1 < len(level):
                path.append(level[at ^ 1])
            at //= 2
        paths[index] = path
    return paths


def proves(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """True if *path* shows that *entry* is number *index* (from 0) of the *size* entries under *root*."""
    if not 0 <= index < size:
        return False
    node, at, last, left = leaf_hash(entry), index, size - 1, list(path)
    while last > 0:
        if at % 2 == 1 or at < last:
            if not left:
                return False
            sibling = left.pop(0)
            node = _node(sibling, node) if at % 2 == 1 else _node(node, sibling)
        at, last = at // 2, last // 2
    return not left and node == root
