"""Which facts are in the collector's hands while the contact is made: what the law wants of each, in words.

The words are in ``duties.yaml``.  What is answered or not is nobody's duty: a call in flight is taken as
answered.  Why one calls (``asks_payment``) is known before, whatever is then said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.records import COLUMNS
from cuijie.rulebook import Words

__all__ = ["OUTCOME", "Conduct", "conduct"]

OUTCOME: tuple[str, ...] = ("connected", "duration_s")
"""What only the contact itself shows; given in an ask, it is set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How one fact must turn out, and the sentence that asks for it."""

    value: bool
    words: Words


@cache
def conduct() -> Mapping[str, Conduct]:
    """The duties by column, in the order in which one is preferred to another.  Raises DataFileError."""
    source = load_table(Path(__file__).parent / "duties.yaml", "应是 列: {value, zh, en}")
    return {name: _read(source, name) for name in source}


def _read(source: Lines, name: str) -> Conduct:
    if name not in {column.name for column in COLUMNS if column.type == "bool" and column.known != "before"}:
        raise source.wrong(name, "应是联系当中或之后才知道的是非列")
    inner = source.table(name, "应写成 {value, zh, en}")
    inner.refuse_others(("value", "zh", "en"))
    value = inner.get("value")
    if not isinstance(value, bool):
        raise inner.wrong("value", "应是 true 或 false")
    return Conduct(value=value, words=Words(zh=inner.text("zh"), en=inner.text("en")))
