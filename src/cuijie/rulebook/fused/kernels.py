"""The inner loops of the fused engine, compiled by numba: bit masks, class numbers, hashes, small tables.

Masks hold one bit a row in 64-bit words, lowest bit first, as Arrow does.  Compiled code is kept on disk
beside the module or in the user's cache folder; where neither can be written it is compiled in each run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel

__all__ = [
    "BLOCK",
    "Codes",
    "Hashes",
    "Longs",
    "Masks",
    "Places",
    "add_bits",
    "add_codes",
    "bits_of_codes",
    "code_bits",
    "eight_bytes",
    "find",
    "hash_text",
    "intern",
    "mixed",
    "places_of",
    "run_program",
]

Masks = NDArray[np.uint64]
Hashes = NDArray[np.uint64]
Longs = NDArray[np.int64]
Places = NDArray[np.int32]
Codes = NDArray[np.uint8]

BLOCK = 64  # words that the program runs over at once, so that all its masks stay in the nearest cache


@kernel
def mixed(value: np.uint64) -> np.uint64:
    """*value* with every bit depending on every other (the finaliser of MurmurHash3)."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@kernel
def eight_bytes(data: NDArray[np.uint8], at: int) -> np.uint64:
    """Eight bytes as one word; written out, so that it becomes one load."""
    return (
        np.uint64(data[at])
        | (np.uint64(data[at + 1]) << np.uint64(8))
        | (np.uint64(data[at + 2]) << np.uint64(16))
        | (np.uint64(data[at + 3]) << np.uint64(24))
        | (np.uint64(data[at + 4]) << np.uint64(32))
        | (np.uint64(data[at + 5]) << np.uint64(40))
        | (np.uint64(data[at + 6]) << np.uint64(48))
        | (np.uint64(data[at + 7]) << np.uint64(56))
    )


@kernel
def hash_text(ends: Longs, data: NDArray[np.uint8], valid: NDArray[np.uint8], skip: int, out: Hashes) -> None:
    """The 64-bit hash of each text between two *ends*; 0 for NULL (*valid* empty: none is; *skip*: bits before)."""
    for row in range(out.shape[0]):
        if valid.shape[0] and not (valid[(row + skip) >> 3] >> ((row + skip) & 7)) & 1:
            out[row] = 0
            continue
        start, end = ends[row], ends[row + 1]
        state = np.uint64(end - start) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x2545F4914F6CDD1D)
        if end - start >= 8:  # the last piece may overlap the one before; the length is in the hash
            for at in range(start, end - 8, 8):
                state = mixed(state ^ eight_bytes(data, at)) + np.uint64(0x9E3779B97F4A7C15)
            state = mixed(state ^ eight_bytes(data, end - 8))
        else:
            piece = np.uint64(0)
            for place in range(start, end):
                piece |= np.uint64(data[place]) << np.uint64(8 * (place - start))
            state = mixed(state ^ piece)
        out[row] = state if state else np.uint64(1)


@kernel
def run_program(
    kinds: NDArray[np.int8], left: Places, right: Places, inputs: Masks, results: Places, out: Masks
) -> None:
    """Each instruction joins two masks (0 and, 1 or, 2 not); the first masks are *inputs*, *results* go to *out*."""
    given, words = inputs.shape
    work = np.empty((given + kinds.shape[0], BLOCK), np.uint64)
    for start in range(0, words, BLOCK):
        width = min(BLOCK, words - start)
        for place in range(given):
            work[place, :width] = inputs[place, start : start + width]
        for step in range(kinds.shape[0]):
            target, one, two = work[given + step], work[left[step]], work[right[step]]
            if kinds[step] == 0:
                for word in range(width):
                    target[word] = one[word] & two[word]
            elif kinds[step] == 1:
                for word in range(width):
                    target[word] = one[word] | two[word]
            else:
                for word in range(width):
                    target[word] = ~one[word]
        for place in range(results.shape[0]):
            out[place, start : start + width] = work[results[place], :width]


@kernel
def bits_of_codes(codes: Codes, answers: Masks, out: Masks) -> None:
    """For each bit of *answers* (one word a class) the mask of the rows whose class has it."""
    rows, kinds = codes.shape[0], out.shape[0]
    for word in range(out.shape[1]):
        start = word * 64
        for kind in range(kinds):
            out[kind, word] = 0
        for place in range(min(64, rows - start)):
            answer = answers[codes[start + place]]
            for kind in range(kinds):
                out[kind, word] |= ((answer >> np.uint64(kind)) & np.uint64(1)) << np.uint64(place)


@kernel
def code_bits(true: Masks, known: Masks, rows: int, out: Codes) -> None:
    """Class numbers out of masks: 0 unknown, 1 false, 2 true."""
    for row in range(rows):
        word, bit = row >> 6, np.uint64(row & 63)
        has = (known[word] >> bit) & np.uint64(1)
        out[row] = has + ((true[word] >> bit) & has)


@kernel
def places_of(mask: Masks, rows: int) -> Places:
    """The places of the set bits among the first *rows*."""
    total = 0
    for word in mask:
        rest = word
        while rest:
            rest &= rest - np.uint64(1)
            total += 1
    out = np.empty(total, np.int32)
    filled = 0
    for number in range(mask.shape[0]):
        rest = mask[number]
        if not rest:
            continue
        for bit in range(64):
            if (rest >> np.uint64(bit)) & np.uint64(1) and number * 64 + bit < rows:
                out[filled] = number * 64 + bit
                filled += 1
    return out[:filled]


@kernel
def add_codes(keys: Hashes, codes: Codes, rows: Places, scaled: Hashes) -> None:
    """Add to each row's key what its class number is worth."""
    for place in range(rows.shape[0]):
        keys[place] += scaled[codes[rows[place]]]


@kernel
def add_bits(keys: Hashes, true: Masks, known: Masks, rows: Places, scaled: Hashes) -> None:
    """Add to each row's key what its yes, no or unknown is worth (classes as in ``code_bits``)."""
    for place in range(rows.shape[0]):
        word, bit = rows[place] >> 6, np.uint64(rows[place] & 63)
        has = (known[word] >> bit) & np.uint64(1)
        keys[place] += scaled[has + ((true[word] >> bit) & has)]


@kernel
def intern(keys: Hashes, start: int, slots: Places, held: Hashes, count: int, out: Places) -> tuple[int, int]:
    """Number equal *keys* alike, from *start* on, in the table *slots* (-1 empty) over *held*; stops when half full.

    Gives how far it came and how many different keys there now are.
    """
    room = np.uint64(slots.shape[0] - 1)
    for place in range(start, keys.shape[0]):
        if 2 * count >= slots.shape[0]:
            return place, count
        key = keys[place]
        slot = mixed(key) & room
        while slots[slot] >= 0 and held[slots[slot]] != key:
            slot = (slot + np.uint64(1)) & room
        if slots[slot] < 0:
            slots[slot] = count
            held[count] = key
            count += 1
        out[place] = slots[slot]
    return keys.shape[0], count


@kernel
def find(keys: Hashes, slots: Places, held: Hashes, out: Places) -> None:
    """The number of each key in such a table; -1 for one that is not in it and for the key 0."""
    room = np.uint64(slots.shape[0] - 1)
    for place in range(keys.shape[0]):
        key = keys[place]
        slot = mixed(key) & room
        while slots[slot] >= 0 and held[slots[slot]] != key:
            slot = (slot + np.uint64(1)) & room
        out[place] = slots[slot] if key else -1
