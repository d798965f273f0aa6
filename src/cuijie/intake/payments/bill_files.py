"""The payments of a bill that is only looked at: one file, or every bill in a zip; nothing is kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cuijie.intake.containers.archives import is_archive, open_bag
from cuijie.intake.found import IntakeError, SetAside
from cuijie.intake.gather import look_at
from cuijie.intake.registry import findings, recognise
from cuijie.intake.source import MEMORY_BYTES, Source
from cuijie.records import Payment

__all__ = ["payments_in"]

_HEAD = 65_536


def payments_in(path: Path, notes: list[str], *, password: str | None = None) -> list[Payment] | None:
    """The payments of the bill at *path*, or of the bills in a zip; None if it is neither.

    What could not be read is said in *notes*.  Raises IntakeError.
    """
    given = look_at(path)
    source = Source(
        name=path.name,
        item_id=path.name,
        owner="debtor",
        opener=lambda: path.open("rb"),
        size=given.size,
        password=password,
    )
    with source.open() as stream:
        if is_archive(stream.read(_HEAD), stream):
            return list(_zipped(path, password, notes))
    return _payments(source, notes)


def _zipped(path: Path, password: str | None, notes: list[str]) -> Iterator[Payment]:
    found = False
    with path.open("rb") as stream, open_bag(stream, path.name, password) as bag:
        for member in bag.members():
            if member.refused or member.size > MEMORY_BYTES:
                notes.append(f"{member.path}：{member.refused or '太大，没有读'}")
                continue
            with bag.open(member) as inner:
                data = inner.read()
            name = member.path.rpartition("/")[2]
            source = Source(name=name, item_id=name, owner="debtor", opener=partial(io.BytesIO, data), size=len(data))
            lines = _payments(source, notes) if data else None
            found = found or lines is not None
            yield from lines or ()
    if not found:
        raise IntakeError(f"压缩包“{path.name}”里没有账单。", remedy="请用支付宝、微信或银行原样导出的账单。")


def _payments(source: Source, notes: list[str]) -> list[Payment] | None:
    importer = recognise(source.head())
    if importer is None or importer.KIND != "bill":
        return None
    rows = list(findings(importer, source))
    notes += [f"{source.name} {row.at} 没有算：{row.why}" for row in rows if isinstance(row, SetAside)]
    return [row for row in rows if isinstance(row, Payment)]
