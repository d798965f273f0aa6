"""Files of expressions by key, as ``lexicon/contexts.yaml`` and ``lexicon/facts.yaml`` are: each key's lines joined into one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.reading.lexicon import filled, lexicon
from cuijie.reading.needed import Screened

__all__ = ["load_expressions"]


def load_expressions(path: Path, keys: Iterable[str]) -> Screened:
    """The expressions under *keys* in the file at *path*; ``{name}`` stands for a group of words of ``groups.yaml``.

    Raises DataFileError naming file, line and key.
    """
    source = load_table(path, "文件要是“键: 一列写法”的形式")
    return Screened({key: _joined(source, key) for key in keys})


def _joined(source: Lines, key: str) -> re.Pattern[str]:
    rows = source.get(key)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, str) for row in rows):
        raise source.wrong(key, "这里要是一列写法")
    groups = lexicon().groups
    try:
        return re.compile("|".join(f"(?:{filled(str(row), groups, source, key)})" for row in rows))
    except re.error as error:
        raise source.wrong(key, f"写法有误：{error}") from error
