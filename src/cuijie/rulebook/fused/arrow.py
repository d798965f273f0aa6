"""Arrow columns as the fused engine reads them: masks for yes and no, numbers, hashes of texts; nothing row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.fused.kernels import Codes, Hashes, Longs, Masks, hash_text

__all__ = ["as_bytes", "as_mask", "hash_of", "instants", "integers", "text_codes", "text_hashes", "truth", "words_for"]

_NONE: NDArray[np.uint8] = np.empty(0, np.uint8)


def words_for(rows: int) -> int:
    """How many 64-bit words hold the mask of so many rows."""
    return (rows + 63) // 64


def as_mask(flags: NDArray[np.bool_]) -> Masks:
    """One bit a row out of one byte a row."""
    packed = np.packbits(flags, bitorder="little")
    out: NDArray[np.uint8] = np.zeros(words_for(flags.shape[0]) * 8, np.uint8)
    out[: packed.shape[0]] = packed
    return out.view(np.uint64)


def as_bytes(mask: Masks, rows: int) -> NDArray[np.bool_]:
    """One byte a row out of one bit a row."""
    return np.unpackbits(mask.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def _bitmap(buffer: Any, offset: int, rows: int) -> Masks:
    """The bits of an Arrow buffer (None: all set), those past the end cleared."""
    if buffer is None:
        return as_mask(np.ones(rows, np.bool_))
    raw = np.frombuffer(buffer, np.uint8)
    if offset % 8:
        bits = np.unpackbits(raw[offset // 8 : (offset + rows + 7) // 8], bitorder="little")[offset % 8 :]
        return as_mask(bits[:rows].view(np.bool_))
    held = raw[offset // 8 : offset // 8 + (rows + 7) // 8]
    out: NDArray[np.uint8] = np.zeros(words_for(rows) * 8, np.uint8)
    out[: held.shape[0]] = held
    if rows % 8:
        out[rows // 8] &= (1 << rows % 8) - 1
    return out.view(np.uint64)


def truth(array: Any, name: str) -> tuple[Masks, Masks]:
    """Where a yes-or-no column is true, and where it is known."""
    if not pa.types.is_boolean(array.type):
        raise _wrong(name, "是非", array)
    known = _bitmap(array.buffers()[0] if array.null_count else None, array.offset, len(array))
    return _bitmap(array.buffers()[1], array.offset, len(array)) & known, known


def integers(array: Any, name: str) -> tuple[Longs, NDArray[np.bool_]]:
    """The whole numbers of a column (0 where not known) and where they are known."""
    if not pa.types.is_integer(array.type):
        raise _wrong(name, "整数", array)
    filled = pc.fill_null(array, 0) if array.null_count else array
    kind = filled.type.to_pandas_dtype()
    return _numbers(filled, kind).astype(np.int64, copy=False), _valid(array)


def instants(array: Any, name: str) -> tuple[Longs, NDArray[np.bool_]]:
    """Microseconds since 1970 UTC (0 where not known) and where they are known.  Raises RulebookError without a zone."""
    if not pa.types.is_timestamp(array.type):
        raise _wrong(name, "时刻", array)
    if array.type.tz is None:
        raise RulebookError(f"{name} 这一列的时间没有时区。", remedy="时间要写明时区，如 +08:00。")
    micros = array if array.type.unit == "us" else array.cast(pa.timestamp("us", tz="UTC"))
    micros = micros.view(pa.int64())
    filled = pc.fill_null(micros, 0) if micros.null_count else micros
    return _numbers(filled, np.int64), _valid(array)


def _numbers(array: Any, kind: Any) -> NDArray[Any]:
    """The values of an Arrow column without NULL, where they lie (Arrow's own way would load pandas)."""
    if not len(array):
        return np.empty(0, kind)
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def _valid(array: Any) -> NDArray[np.bool_]:
    if not array.null_count:
        return np.ones(len(array), np.bool_)
    return as_bytes(_bitmap(array.buffers()[0], array.offset, len(array)), len(array))


def text_hashes(array: Any, name: str) -> Hashes:
    """A 64-bit hash of each text; 0 for NULL."""
    if pa.types.is_dictionary(array.type):
        return _by_index(array, text_hashes(array.dictionary, name))
    if pa.types.is_null(array.type):
        return np.zeros(len(array), np.uint64)
    if pa.types.is_string_view(array.type):
        array = array.cast(pa.large_string())
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        raise _wrong(name, "文字", array)
    out: Hashes = np.empty(len(array), np.uint64)
    if not len(array):
        return out
    valid, ends, data = array.buffers()
    wide = np.int64 if pa.types.is_large_string(array.type) else np.int32
    places = np.frombuffer(ends, wide)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    bits = np.frombuffer(valid, np.uint8) if valid is not None and array.null_count else _NONE
    hash_text(places, np.frombuffer(data, np.uint8) if data is not None else _NONE, bits, array.offset, out)
    return out


def text_codes(array: Any, values: Sequence[str]) -> Codes:
    """1 and so on for the texts in *values*, one more for any other text, 0 for NULL."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    words = pa.array([*values], pa.string())
    said = array.dictionary.cast(pa.string())
    if not len(said):
        return np.zeros(len(array), np.uint8)
    found = _numbers(pc.fill_null(pc.index_in(said, value_set=words), len(values)), np.int32)
    return _by_index(array, np.where(_valid(said), found + 1, 0).astype(np.uint8))


def _by_index(array: Any, of_dictionary: NDArray[Any]) -> NDArray[Any]:
    """The value of each row out of those of the dictionary; 0 for NULL."""
    if not of_dictionary.shape[0]:
        return np.zeros(len(array), of_dictionary.dtype)
    index = array.indices
    known = pc.fill_null(index, 0) if index.null_count else index
    found: NDArray[Any] = np.take(of_dictionary, _numbers(known, known.type.to_pandas_dtype()))
    if index.null_count:
        found[~_valid(index)] = 0
    return found


def hash_of(values: Sequence[str | None]) -> Hashes:
    """The hashes of texts given one by one; 0 for None."""
    return text_hashes(pa.array(values, pa.string()), "")


def _wrong(name: str, wanted: str, array: Any) -> RulebookError:
    return RulebookError(f"{name} 这一列应是{wanted}，这里是 {array.type}。")
