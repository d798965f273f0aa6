"""The columns of a Parquet file or a table on Spark that stand within others, named as in JSONL: ``call.startedAt``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from cuijie.audit.logs.dialogues import turns_with
from cuijie.audit.logs.json_keys import DEEPEST
from cuijie.audit.logs.spelling import SPELLINGS
from cuijie.rulebook.sql.dialects import DialectName

__all__ = ["Within", "within"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A column that is made of what stands in the column *top*: its name, and the SQL that gives it."""

    top: str
    name: str
    sql: str


def within(schema: Any, dialect: DialectName = "duckdb") -> list[Within]:
    """What stands within the columns of an Arrow *schema*: fields of objects, and conversations as ``Turns.sql`` writes them."""
    return [
        Within(top=field.name, name=".".join(keys), sql=sql)
        for field in schema
        if pa.types.is_struct(field.type) or _are_turns(field.type)
        for keys, sql in _leaves(field, (), dialect)
    ]


def _leaves(field: Any, above: tuple[str, ...], dialect: DialectName) -> Iterator[tuple[tuple[str, ...], str]]:
    keys = (*above, field.name)
    held = ".".join(map(SPELLINGS[dialect].name, keys))
    if pa.types.is_struct(field.type) and field.type.num_fields and len(keys) < DEEPEST:
        for place in range(field.type.num_fields):
            yield from _leaves(field.type.field(place), keys, dialect)
    elif _are_turns(field.type):
        of_turn = field.type.value_type
        names = [of_turn.field(place).name for place in range(of_turn.num_fields)]
        yield keys, turns_with(names).sql(held, dialect)
    else:
        yield keys, held


def _are_turns(kind: Any) -> bool:
    return bool((pa.types.is_list(kind) or pa.types.is_large_list(kind)) and pa.types.is_struct(kind.value_type))
