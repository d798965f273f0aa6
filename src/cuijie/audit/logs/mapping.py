"""The mapping file: how a log's columns, codes, times and blanks are ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.dialogues import SPEAKERS
from cuijie.audit.logs.moments_sql import DAY_FIRST, EXCEL_1900, EXCEL_1904, MONTH_FIRST
from cuijie.audit.logs.numbers_sql import NUMBERS
from cuijie.datafiles import Lines, load_table, load_yaml
from cuijie.records import COLUMN_BY_NAME

__all__ = [
    "EXTRA",
    "ColumnSource",
    "LogMapping",
    "LogWords",
    "folded",
    "header_word",
    "load_mapping",
    "own_names",
    "value_words",
    "words",
]

EXTRA = ("ended_at",)
"""Columns of a log that are not ours but tell whether a row is possible."""

_INSTANTS = frozenset({"occurred_at", *EXTRA})
_NAMED_WAYS = (EXCEL_1900, EXCEL_1904, DAY_FIRST, MONTH_FIRST)
"""Ways of writing a time that no pattern of ``strptime`` says."""
_FIELD = re.compile(r"%(-?[dmyHIMSj]|[aAbBhfpuUVGWwYzZ%])")  # what both engines, or DuckDB alone, read in a time
_UNITS = ("seconds", "minutes", "milliseconds", "clock", "days")
_KEYS = ("zone", "unknown", "time_formats", "duration", "speakers", "leave_out", "columns")
_COLUMN_KEYS = ("from", "constant", "values", "others", "formats", "zone", "unit", "joined_by", "inbound")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWords:
    """What logs call our columns and values (``words.yaml``)."""

    headers: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]
    values: Mapping[str, Mapping[str, str | None]]
    time_formats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSource:
    """Where one of our columns comes from: columns of the log, or a constant."""

    column: str
    names: tuple[str, ...] = ()
    joined_by: str = " "
    inbound: tuple[str, ...] = ()  # where it is of a call that came in, if caller and called change places then
    constant: str | None = None
    values: Mapping[str, str | None] = field(default_factory=dict)  # folded word of the log → ours
    others: str | None = None  # what any other word means
    formats: tuple[str, ...] = ()
    zone: str = "Asia/Shanghai"
    unit: str = "seconds"
    assumed: tuple[str, ...] = ()  # how it is written, settled over the whole column: see ``time_shapes``


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMapping:
    """Every column of ours that a log fills, and how an unknown is written there.

    ``leave_out`` gives by column of the log the words (folded) that make a row no contact: recalled, deleted, never sent.
    ``speakers`` gives words (in small letters) for who speaks in a conversation, each one of ``SPEAKERS``.
    ``part`` names the system whose log it is where there are several: ids of two systems may be the same.
    """

    columns: Mapping[str, ColumnSource]
    unknown: tuple[str, ...]
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    speakers: Mapping[str, str] = field(default_factory=dict)
    part: str = ""


def folded(word: str) -> str:
    """*word* as words are compared: width, case and outer blanks do not count."""
    return unicodedata.normalize("NFKC", word).strip().lower()


def header_word(word: str) -> str:
    """*word* as headers are compared: signs and blanks do not count either."""
    return re.sub(r"[\s_\-()\[\]:.,、]+", "", folded(word))


@cache
def words() -> LogWords:
    """The shipped words."""
    value = load_table(Path(__file__).parent / "words.yaml")
    headers, values = value.table("headers"), value.table("values")
    of_values = {kind: _meant(values.table(kind)) for kind in values}
    of_values["connected"] = _meant(values.table("bool")) | _meant(values.table("connected"))
    return LogWords(
        headers={name: tuple(map(header_word, _words_at(headers, name))) for name in headers},
        unknown=tuple(map(folded, _words_at(value, "unknown"))),
        values=of_values,
        time_formats=_words_at(value, "time_formats"),
    )


def _meant(by_ours: Lines) -> dict[str, str | None]:
    """Folded words of logs by what they mean."""
    return {folded(word): None if ours == "null" else ours for ours in by_ours for word in _words_at(by_ours, ours)}


def _said(item: object) -> object:
    return str(item).lower() if isinstance(item, bool) else item


def value_words(column: str) -> Mapping[str, str | None]:
    """The words understood for *column* where the mapping gives none of its own."""
    known = COLUMN_BY_NAME[column]
    of_column = words().values.get(column, {})
    own: dict[str, str | None] = {folded(value): value for value in known.values}
    return own | dict(of_column) or (words().values["bool"] if known.type == "bool" else {})


def own_names(header: Sequence[str], zone: str) -> LogMapping:
    """The mapping of a log that uses our own column names.  Raises AuditError if it has none of the needed ones."""
    columns = {
        name: ColumnSource(
            column=name, names=(name,), zone=zone, values=value_words(name) if name in COLUMN_BY_NAME else {}
        )
        for name in (*COLUMN_BY_NAME, *EXTRA)
        if name in header
    }
    if "occurred_at" not in columns:
        raise AuditError(
            f"日志里没有 occurred_at（联系时间）这一列；现有的列：{'、'.join(header)}。",
            remedy="列名不同的日志要给映射文件：先用 cuijie audit 日志 --suggest-mapping > mapping.yaml，核对后用 --mapping mapping.yaml。",
        )
    return LogMapping(columns=columns, unknown=words().unknown)


def load_mapping(path: Path, header: Sequence[str], zone: str) -> LogMapping:
    """The mapping in the YAML file at *path*, for a log with these columns.  Raises DataFileError with its line."""
    value = load_yaml(path)
    if not isinstance(value, Lines):
        raise Lines(str(path), 1).wrong("", "应是一个映射：columns，可加 zone、unknown、time_formats、duration")
    value.refuse_others(_KEYS)
    zone = _zone(value, "zone", zone)
    formats = _formats_at(value, "time_formats")
    unit = _unit(value, "duration", "seconds")
    columns = value.get("columns")
    if not isinstance(columns, Lines) or not columns:
        raise value.wrong("columns", "应是一个映射：我们的列名: 日志的列名")
    own = tuple(folded(word) for word in _words_at(value, "unknown"))
    unknown = (*own, "") if own else words().unknown
    mapped = {name: _and_usual(_column(columns, name, header, zone, formats, unit), unknown) for name in columns}
    if "occurred_at" not in mapped:
        raise columns.wrong("occurred_at", "没有写联系时间 occurred_at 来自哪一列")
    turned = next((name for name, source in mapped.items() if source.inbound), None)
    if turned is not None and "direction" not in mapped:
        raise columns.wrong(turned, "写了 inbound（来电时看哪一列），就要写 direction（方向）来自哪一列")
    return LogMapping(columns=mapped, unknown=unknown, leave_out=_left_out(value, header), speakers=_speakers(value))


def _speakers(value: Lines) -> dict[str, str]:
    """``speakers``: who speaks in a conversation, by the log's word for them."""
    said = value.get("speakers", Lines(value.source, 1))
    if not isinstance(said, Lines):
        raise value.wrong("speakers", "应是一个映射：对话里的说话人: collector 或 contacted")
    for word, who in said.items():
        if who not in SPEAKERS:
            raise said.wrong(word, "说话人应是 collector（打电话、发消息的一方）或 contacted（被联系的人）")
    return {word.lower(): str(who) for word, who in said.items()}


def _left_out(value: Lines, header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """``leave_out``: by column of the log the words of rows that are no contacts."""
    said = value.get("leave_out", Lines(value.source, 1))
    if not isinstance(said, Lines):
        raise value.wrong("leave_out", "应是一个映射：日志的列名: [这样写的行不是联系]")
    for name in said:
        if name not in header:
            raise said.wrong(name, f"日志里没有“{name}”这一列；现有的列：{'、'.join(header)}")
        if not _words_at(said, name):
            raise said.wrong(name, "要写出这一列里哪些写法不是联系")
    return {name: tuple(map(folded, _words_at(said, name))) for name in said}


def _and_usual(source: ColumnSource, unknown: Sequence[str]) -> ColumnSource:
    """*source* with the usual words that its ``values`` do not name: a rare 是 is no unknown because a sample had none.

    Not where it says what all other words mean, nor where it turns a usual word round, and never for a bare number.
    """
    usual = value_words(source.column) if source.column in COLUMN_BY_NAME else {}
    if source.others is not None or any(usual.get(word, ours) != ours for word, ours in source.values.items()):
        return source
    added = {word: ours for word, ours in usual.items() if not word.isdigit() and word not in unknown}
    return replace(source, values=added | dict(source.values))


def _zone(value: Lines, key: str, default: str) -> str:
    said = value.get(key, default)
    try:
        ZoneInfo(str(said))
    except (ValueError, KeyError, OSError) as error:
        if not re.fullmatch(r"[+-]\d\d:\d\d", str(said)):
            raise value.wrong(key, f"不认识时区“{said}”；写 Asia/Shanghai、UTC 或 +08:00") from error
    return str(said)


def _unit(value: Lines, key: str, default: str) -> str:
    said = value.get(key, default)
    if said not in _UNITS:
        raise value.wrong(key, f"应是 {'、'.join(_UNITS)} 之一（clock 是 00:03:20 的写法）")
    return str(said)


def _words_at(value: Lines, key: str) -> tuple[str, ...]:
    said = value.get(key, [])
    if not isinstance(said, list):
        said = [said]
    if any(isinstance(word, list | Lines) for word in said):
        raise value.wrong(key, "应是一个词，或一列词")
    return tuple("" if word is None else str(_said(word)) for word in said)


def _formats_at(value: Lines, key: str) -> tuple[str, ...]:
    """Ways of writing a time.  Raises DataFileError for one that is neither a pattern nor has a name."""
    ways = _words_at(value, key)
    for way in ways:
        if way not in _NAMED_WAYS and ("%" not in way or "%" in _FIELD.sub("", way)):
            raise value.wrong(key, f"“{way}”不是时间的写法；写成 '%Y-%m-%d %H:%M:%S' 这样，或 {'、'.join(_NAMED_WAYS)}")
    return ways


def _column(
    columns: Lines, name: str, header: Sequence[str], zone: str, formats: tuple[str, ...], unit: str
) -> ColumnSource:
    if name not in COLUMN_BY_NAME and name not in EXTRA:
        raise columns.wrong(name, "不是联系记录的列；列名见 docs/audit.md")
    value = columns[name]
    if not isinstance(value, Lines):
        inner = Lines(columns.source, columns.lines[name])
        inner["from"] = value
        value = inner
    value.refuse_others(_COLUMN_KEYS)
    constant = value.get("constant")
    names = () if "constant" in value else _words_at(value, "from")
    if not names and constant is None:
        raise columns.wrong(name, "要写来自日志的哪一列，或 {constant: 值}")
    inbound = _words_at(value, "inbound") if "inbound" in value else ()
    if inbound and (name not in NUMBERS or len(inbound) > 1 or not names):
        raise value.wrong("inbound", f"是来电时看的那一列，只能一列，用在 {'、'.join(sorted(NUMBERS))} 的 from 旁边")
    for given in (*names, *inbound):
        if given not in header:
            raise columns.wrong(name, f"日志里没有“{given}”这一列；现有的列：{'、'.join(header)}")
    ways = _formats_at(value, "formats") or formats
    source = ColumnSource(
        column=name,
        names=names,
        inbound=inbound,
        joined_by=" " if "joined_by" not in value else "".join(_words_at(value, "joined_by")),
        constant=None if constant is None else str(_said(constant)),
        values=_values(value, name) if "values" in value else value_words(name) if name in COLUMN_BY_NAME else {},
        others=None if value.get("others") is None else str(_said(value["others"])),
        formats=tuple(way for way in ways if way not in _NAMED_WAYS),
        zone=_zone(value, "zone", zone),
        unit=_unit(value, "unit", unit),
        assumed=tuple(way for way in ways if way in _NAMED_WAYS),
    )
    if name in _INSTANTS and ("values" in value or "others" in value):
        raise value.wrong("values", "时间不能按取值改写；读不懂的写法用 formats 说明")
    for key, ours in (("constant", source.constant), ("others", source.others)):
        if ours is not None and not _allowed(name, ours):
            raise value.wrong(key, _must_be(name, ours))
    return source


def _values(value: Lines, name: str) -> dict[str, str | None]:
    given = value["values"]
    if not isinstance(given, Lines):
        raise value.wrong("values", "应是一个映射：日志里的写法: 我们的取值")
    found: dict[str, str | None] = {}
    for word, ours in given.items():
        meant = None if ours is None else str(_said(ours))
        if meant is not None and not _allowed(name, meant):
            raise given.wrong(word, _must_be(name, meant))
        found[folded(word)] = meant
    return found


def _allowed(name: str, value: str) -> bool:
    column = COLUMN_BY_NAME.get(name)
    if column is None or (column.type in {"string", "timestamp"} and not column.values):
        return True
    if column.type == "bool":
        return value in {"true", "false"}
    return value.isdigit() if column.type == "int" else value in column.values


def _must_be(name: str, value: str) -> str:
    column = COLUMN_BY_NAME[name]
    allowed = "true 或 false" if column.type == "bool" else "、".join(column.values) or "整数"
    return f"{name} 没有“{value}”这个取值；应是 {allowed}，不知道写 null"
