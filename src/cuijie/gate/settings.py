"""The settings of one gate: a YAML file, every key with a default, every error naming file, line and key.

store: gate.db                      # memory, a file, or redis://host/0
key_file: gate.key                  # of the pseudonyms; made on first use, mode 600
rules: [our-limits]                 # folders with the lender's own rules
agencies: together                  # together (stricter) | apart
lenders: {acme: {lender_type: consumer_finance, member_cba: true}}
complete: {recipient_refused: false}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeGuard

from cuijie.datafiles import Lines, load_yaml
from cuijie.gate.errors import SettingsError
from cuijie.records import COLUMN_BY_NAME
from cuijie.rulebook.columns import Value

__all__ = ["Settings", "load_settings"]

_KEYS = (
    "store", "durable", "key_file", "log", "rules", "agencies", "reservation_s", "clock_difference_s", "clock_jump_s",
    "clock_confirmed", "checked_on",
    "older_than_days", "advise_only", "lenders", "complete", "retention",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one gate works; paths are taken from the folder of the settings file."""

    store: str = "memory"
    durable: bool = True  # a commit waits for the disk
    key_file: Path | None = None  # None: passing pseudonyms, allowed with a store in memory only
    log: str | None = None  # a file; None: in the store's own file, or no log with a store in memory
    rules: tuple[Path, ...] = ()
    agencies_apart: bool = False
    reservation_s: int = 900  # how long a reservation holds if nobody says that the contact began
    clock_difference_s: int | None = None  # how far occurred_at may be from the gate's clock; None: any time
    clock_jump_s: int | None = 60  # by how much the clock may contradict its witnesses; None: it is not watched
    clock_confirmed: datetime | None = None  # when a person found the clock right
    checked_on: date | None = None  # when the rulebook was last checked; None: as our edition says
    older_than_days: int | None = 180  # refuse to allow by a rulebook checked longer ago; None: never
    advise_only: frozenset[str] = frozenset()  # rules that are shown but do not deny
    lenders: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)  # what is known of a lender for good
    complete: Mapping[str, Value] = field(default_factory=dict)  # registers that are complete, and what absence means
    retention: Path | None = None


def load_settings(path: Path) -> Settings:
    """The settings in *path*.  Raises DataFileError or SettingsError."""
    value = load_yaml(path)
    if value is None:
        return Settings()
    if not isinstance(value, Lines):
        raise SettingsError(f"{path}：设置应写成 键: 值。", remedy=f"可用的键：{'、'.join(_KEYS)}。")
    value.refuse_others(_KEYS)
    folder = path.resolve().parent
    return Settings(
        store=_store(value, folder),
        durable=_yes(value, "durable", default=True),
        key_file=_path(value, "key_file", folder),
        log=None if (log := _path(value, "log", folder)) is None else str(log),
        rules=tuple(folder / name for name in _texts(value, "rules")),
        agencies_apart=_choice(value, "agencies", ("together", "apart")) == "apart",
        reservation_s=_whole(value, "reservation_s", 900, 10, 86_400) or 900,
        clock_difference_s=_whole(value, "clock_difference_s", None, 1, 86_400),
        clock_jump_s=_whole(value, "clock_jump_s", 60, 1, 86_400),
        clock_confirmed=_instant(value, "clock_confirmed"),
        checked_on=_day(value, "checked_on"),
        older_than_days=_whole(value, "older_than_days", 180, 1, 36_500),
        advise_only=frozenset(_texts(value, "advise_only")),
        lenders=_lenders(value),
        complete=_complete(value),
        retention=_path(value, "retention", folder),
    )


def _store(value: Lines, folder: Path) -> str:
    said = value.get("store", "memory")
    if not _is_name(said):
        raise value.wrong("store", "应是 memory、文件名，或 redis://…")
    if said == "memory" or "://" in said:
        return said
    return str(folder / said)


def _path(value: Lines, key: str, folder: Path) -> Path | None:
    said = value.get(key)
    if said is None:
        return None
    if not _is_name(said):
        raise value.wrong(key, "应是文件名")
    return folder / said


def _is_name(said: object) -> TypeGuard[str]:
    return isinstance(said, str) and bool(said.strip()) and "\0" not in said


def _yes(value: Lines, key: str, *, default: bool) -> bool:
    said = value.get(key, default)
    if not isinstance(said, bool):
        raise value.wrong(key, "应是 true 或 false")
    return said


def _choice(value: Lines, key: str, allowed: tuple[str, ...]) -> str:
    said = value.get(key, allowed[0])
    if said not in allowed:
        raise value.wrong(key, f"应是 {'、'.join(allowed)} 之一")
    return str(said)


def _whole(value: Lines, key: str, default: int | None, lowest: int, highest: int) -> int | None:
    said = value.get(key, default)
    if said is None:
        return None
    if not isinstance(said, int) or isinstance(said, bool) or not lowest <= said <= highest:
        raise value.wrong(key, f"应是 {lowest} 到 {highest} 之间的整数")
    return said


def _day(value: Lines, key: str) -> date | None:
    said = value.get(key)
    if said is None:
        return None
    try:
        return date.fromisoformat(str(said))
    except ValueError as error:
        raise value.wrong(key, "应是日期，如 2026-11-21") from error


def _instant(value: Lines, key: str) -> datetime | None:
    said = value.get(key)
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError as error:
        raise value.wrong(key, "应是带时区的时间，如 2026-11-21T10:00:00+08:00") from error
    if at.tzinfo is None:
        raise value.wrong(key, "没有时区；北京时间请在末尾加 +08:00")
    return at


def _texts(value: Lines, key: str) -> tuple[str, ...]:
    said = value.get(key, [])
    if not isinstance(said, list) or not all(_is_name(item) for item in said):
        raise value.wrong(key, "应是文字的列表")
    return tuple(said)


def _lenders(value: Lines) -> dict[str, dict[str, Value]]:
    said = value.get("lenders", {})
    if not isinstance(said, dict) or not all(isinstance(inner, Lines) for inner in said.values()):
        raise value.wrong("lenders", "应写成 贷款人编号: {列: 值}")
    return {lender: {name: _fact(inner, name) for name in inner} for lender, inner in said.items()}


def _complete(value: Lines) -> dict[str, Value]:
    said = value.get("complete", {})
    if not isinstance(said, dict):
        raise value.wrong("complete", "应写成 列: 没有登记时的值")
    return {name: _fact(said, name) for name in said} if isinstance(said, Lines) else {}


def _fact(inner: Lines, name: str) -> Value:
    said, column = inner[name], COLUMN_BY_NAME.get(name)
    if column is not None and (column.known != "before" or column.type == "timestamp"):
        raise inner.wrong(name, "这一列不能预先写定")
    if column is not None and column.values and said not in column.values:
        raise inner.wrong(name, f"只能是 {'、'.join(column.values)}")
    wants_bool = column is None or column.type == "bool"
    if isinstance(said, bool) is not wants_bool or not isinstance(said, bool | str):
        if column is None and isinstance(said, str):
            raise inner.wrong(name, "没有这一列；法律上的事实（如 member_cba）应是 true 或 false")
        raise inner.wrong(name, "应是 true 或 false" if wants_bool else "应是文字")
    return said
