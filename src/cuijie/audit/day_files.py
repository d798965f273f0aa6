"""What is known of each day on disk: whole or not there, and with it what it was made from."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from cuijie.audit.outputs import ROWS_A_GROUP, write_options
from cuijie.audit.work import forget
from cuijie.whole_files import write_whole

__all__ = ["DayFiles", "linked", "take_over"]

_MARK = "done.json"


class DayFiles:
    """The folder of days of one run, with that of an earlier run to take over from."""

    def __init__(self, folder: Path, previous: Path | None) -> None:
        self.folder, self.previous = folder, previous
        folder.mkdir(parents=True, exist_ok=True)

    def has(self, day: str, print_: str) -> bool:
        """Whether *day* is there as *print_* says, here or in the earlier run (then it is taken over)."""
        if _print_of(self.folder / day) == print_:
            return True
        if self.previous is None or _print_of(self.previous / day) != print_:
            return False
        partial = self.folder / f".{day}.part"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(self.previous / day, partial, copy_function=linked)
        self._settle(partial, day)
        return True

    def part_of(self, name: str, prints: Collection[str]) -> tuple[Path | None, frozenset[str]]:
        """Of what was made under *name*, here or in the earlier run, the greatest part of *prints*: where, and which.

        Of those alone that were written with a line for each thing they were made of.
        """
        found: tuple[Path | None, frozenset[str]] = None, frozenset()
        for folder in (self.folder, self.previous):
            lines = frozenset((_print_of(folder / name) or "").split("\n")) if folder else frozenset()
            if len(found[1]) < len(lines) and lines <= set(prints):
                found = folder / name if folder else None, lines
        return found

    def write(self, day: str, print_: str, tables: Mapping[str, Any]) -> None:
        """Write the tables of *day*; those that are empty are left out."""
        partial = self.folder / f".{day}.part"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name, table in tables.items():
            if table is not None and table.num_rows:
                pq.write_table(table, partial / f"{name}.parquet", row_group_size=ROWS_A_GROUP, **write_options())
        (partial / _MARK).write_text(json.dumps({"print": print_}), encoding="ascii")
        self._settle(partial, day)

    def _settle(self, partial: Path, day: str) -> None:
        forget(self.folder / day, _MARK)
        partial.replace(self.folder / day)

    def names(self) -> list[str]:
        """What is there."""
        return sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("."))

    def drop(self, name: str) -> None:
        """Forget what is not asked about any more."""
        forget(self.folder / name, _MARK)

    def table(self, day: str, name: str) -> Any | None:
        """One table of *day*, or None if it is empty."""
        path = self.folder / day / f"{name}.parquet"
        return pq.read_table(path) if path.exists() else None

    def paths(self, days: tuple[str, ...], name: str) -> list[str]:
        """Where one table of all *days* is."""
        return [str(p) for day in days if (p := self.folder / day / f"{name}.parquet").exists()]


def take_over(earlier: Path, folder: Path) -> None:
    """Have in *folder* the finished files of *earlier*, if it is there; marks (``*.read``) last: they speak of the others."""
    if not earlier.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(earlier.iterdir(), key=lambda path: (path.suffix == ".read", path.name)):
        target = folder / path.name
        if path.suffix in (".parquet", ".read") and not target.exists():
            try:
                os.link(path, target)
            except OSError:  # another disk, or one that knows no links
                write_whole(target, path.read_bytes())


def _print_of(folder: Path) -> str | None:
    try:
        found: object = json.loads((folder / _MARK).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return str(found.get("print")) if isinstance(found, dict) else None


def linked(source: str, target: str) -> str:
    """Link a finished file, or copy it where that cannot be."""
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copy2(source, target)
    return target
