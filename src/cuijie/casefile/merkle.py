"""The Merkle tree over the ledger, as in RFC 6962 section 2.1: one entry proved without showing the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["inclusion_proof", "leaf_hash", "proves", "tree_root"]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one ledger entry as a leaf (prefix 0x00 keeps leaves and nodes apart)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over *leaves* (leaf hashes in ledger order); SHA-256 of nothing for an empty ledger."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path for leaf *index*: the sibling hashes from the leaf to the root."""
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    path: list[bytes] = []
    level, at = list(leaves), index
    while len(level) > 1:
        if at ^ 1 < len(level):
            path.append(level[at ^ 1])
        level = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)] + level[
            len(level) - len(level) % 2 :
        ]
        at //= 2
    return path


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
