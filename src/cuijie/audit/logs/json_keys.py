"""The columns of a JSONL log: the keys of its objects, what stands in an object within as ``call.startedAt``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from cuijie.rulebook.sql.text import literal

__all__ = ["DEEPEST", "LINES", "key_path", "leaves", "names_in", "names_of", "objects_in", "objects_of", "text_at"]

LINES = 1_000
"""So many lines show the columns."""
DEEPEST = 5
"""So many keys at most lead to a column."""
Keys = tuple[str, ...]


def objects_in(path: Path) -> Iterator[Mapping[str, object]]:
    """The objects in the first lines of a file in UTF-8; what is none is passed over."""
    with path.open(encoding="utf-8-sig") as lines:
        yield from objects_of(islice(lines, LINES))


def objects_of(lines: Iterable[str]) -> Iterator[Mapping[str, object]]:
    """The objects in *lines*; what is none is passed over."""
    for line in lines:
        try:
            value: object = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def leaves(value: Mapping[str, object], above: Keys = ()) -> Iterator[tuple[Keys, object]]:
    """What an object holds that is no object itself, with the keys that lead there."""
    for key, held in value.items():
        keys = (*above, key)
        if isinstance(held, dict) and held and len(keys) < DEEPEST:
            yield from leaves(held, keys)
        else:
            yield keys, held


def names_in(path: Path) -> tuple[str, ...]:
    """The names of the columns that the first lines of a file show."""
    return names_of(objects_in(path))


def names_of(values: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """The names of the columns in the order met; an object that is null in some lines is no column of its own."""
    names = dict.fromkeys(".".join(keys) for value in values for keys, _ in leaves(value))
    objects = {name[:at] for name in names for at, sign in enumerate(name) if sign == "."}
    return tuple(name for name in names if name not in objects)


def key_path(keys: Keys) -> str:
    """Where *keys* lead, as JSON path."""
    return "$" + "".join("." + json.dumps(key, ensure_ascii=False) for key in keys)


def text_at(line: str, name: str) -> str:
    """In DuckDB the text in the column *name* of the JSON text *line*; a key of an export may itself hold a dot."""
    ways = dict.fromkeys((key_path((name,)), key_path(tuple(name.split(".")))))
    said = [f"json_extract_string({line}, {literal(way)})" for way in ways]
    return said[0] if len(said) == 1 else f"COALESCE({', '.join(said)})"
