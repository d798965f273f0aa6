"""Register rows as people keep them: CSV or JSON lines, one span of time a row, read strictly.

column,value,since,until,debtor_id,loan_id,recipient_id,lender_id,agency_id,from_number,ends,source
recipient_refused,true,2026-03-01T10:00:00+08:00,,d1,,13800001002,acme,,,,
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import msgspec

from cuijie import canonical
from cuijie.clock import SHANGHAI
from cuijie.gate import strict_json
from cuijie.gate.asking.contacts import has_invisible
from cuijie.gate.errors import RegisterError
from cuijie.records import COLUMN_BY_NAME
from cuijie.rulebook import RulebookError
from cuijie.rulebook.hours import parse_hours

__all__ = [
    "KEY_COLUMNS",
    "REGISTER_COLUMNS",
    "RegisterRow",
    "entry_id",
    "needed_keys",
    "row_from_plain",
    "rows_from_text",
]

REGISTER_COLUMNS: tuple[str, ...] = (
    "recipient_refused",
    "consent_withdrawn",
    "recipient_role",
    "recipient_relation",
    "recipient_consent",
    "number_source",
    "agreed_hours",
    "hours_agreed",
    "contact_list_consent",
    "agency_disclosed",
    "in_negotiation",
    "in_dispute",
    "hardship_known",
    "debt_settled",
    "debtor_reachable",
    "number_masked",
    "lender_type",
    "product",
)
"""What can be registered, besides facts of law such as member_cba; ``agreed_hours`` is ``20:00-23:00`` or none."""

KEY_COLUMNS: tuple[str, ...] = ("debtor_id", "loan_id", "recipient_id", "lender_id", "agency_id", "from_number")
"""Whose fact it is: at least one of them is named, see ``needed_keys``."""
_NAMES = {"column", "value", "since", "from", "until", "ends", "source", *KEY_COLUMNS}
_YES, _NO = {"true", "1", "yes", "是", "有"}, {"false", "0", "no", "否", "没有"}
_OWNERS = {"recipient": ("recipient_id",), "loan": ("debtor_id", "loan_id"), "lender": ("lender_id",)}
_NEEDED = {"number_masked": ("from_number", "lender_id", "agency_id"), "debtor_reachable": ("debtor_id",)}
_SPOILT = re.compile(r"\d+(\.\d+)?[eE]\+\d+")  # what a spreadsheet makes of a long number
_SHAPE = "每行要有 column、value 和至少一个编号（如 recipient_id），写法见 docs/gate.md。"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One row: ``keys`` as people write them; ``where`` names it in errors; ``ends`` the id of an entry it ends."""

    column: str
    value: bool | str
    keys: Mapping[str, str]
    since: datetime | None
    until: datetime | None
    ends: str | None
    where: str


def rows_from_text(text: str, *, where: str) -> tuple[RegisterRow, ...]:
    """The rows in *text*, CSV with a head line or JSON lines.  Raises RegisterError naming the line."""
    stripped = text.lstrip("\ufeff").strip()
    if not stripped:
        raise RegisterError(f"{where}：是空的。", remedy=_SHAPE)
    reader = _json_rows if stripped[0] in "{[" else _csv_rows
    return tuple(row_from_plain(value, where=place) for place, value in reader(stripped, where))


def _json_rows(text: str, where: str) -> Iterator[tuple[str, object]]:
    if text[0] == "[":
        try:
            items = strict_json.decode_text(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RegisterError(f"{where}：{strict_json.why_not(error).zh}", remedy=_SHAPE) from error
        listed = items if isinstance(items, list) else [items]
        yield from ((f"{where} 第 {number} 条", item) for number, item in enumerate(listed, start=1))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield f"{where} 第 {number} 行", strict_json.decode_text(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise RegisterError(
                    f"{where} 第 {number} 行：{strict_json.why_not(error).zh}", remedy=_SHAPE
                ) from error


def _csv_rows(text: str, where: str) -> Iterator[tuple[str, object]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        named = [name.strip() for name in reader.fieldnames or ()]
        if len(set(named)) < len(named):
            raise RegisterError(f"{where} 第 1 行：表头有重复的列名。", remedy=_SHAPE)
        for row in reader:
            place = f"{where} 第 {reader.line_num} 行"
            if None in row or None in row.values():
                raise RegisterError(f"{place}：列数和表头不一样。", remedy=_SHAPE)
            yield place, {name.strip(): value.strip() for name, value in row.items() if value.strip()}
    except csv.Error as error:
        raise RegisterError(f"{where} 第 {reader.line_num} 行：CSV 写法有误（{error}）。", remedy=_SHAPE) from error


def row_from_plain(value: object, *, where: str) -> RegisterRow:
    """The row in decoded JSON or one CSV line.  Raises RegisterError naming *where* and the column."""
    if not isinstance(value, Mapping):
        raise RegisterError(f"{where}：应是一个对象。", remedy=_SHAPE)
    strange = [str(key) for key in value if key not in _NAMES]
    if strange:
        raise RegisterError(f"{where}：不认识 {'、'.join(strange[:5])}。", remedy=_SHAPE)
    column = _text(value, "column", where)
    if column is None:
        raise RegisterError(f"{where}：缺少 column（登记的是什么）。", remedy=_SHAPE)
    ends = _text(value, "ends", where)
    keys = {name: written for name in KEY_COLUMNS if (written := _text(value, name, where)) is not None}
    _check_keys(column, keys, where)
    for name, written in keys.items():
        if has_invisible(written):
            raise RegisterError(
                f"{where}，{name}：里面有看不见的字符（例如零宽空格）。", remedy="请从原来的系统重新取这一列。"
            )
        if _SPOILT.fullmatch(written):
            raise RegisterError(
                f"{where}，{name}：被表格软件改成了科学记数，号码已经不全。", remedy="请把这一列设成文本，重新填写。"
            )
    since, until = _instant(value, "since", where) or _instant(value, "from", where), _instant(value, "until", where)
    if since is not None and until is not None and until - since <= timedelta(microseconds=1):
        raise RegisterError(f"{where}：until 不在 since 之后。")
    is_end = ends is not None and value.get("value") is None
    said: bool | str = True if is_end else _value(column, value.get("value"), where)
    return RegisterRow(column=column, value=said, keys=keys, since=since, until=until, ends=ends, where=where)


def _text(value: Mapping[str, object], name: str, where: str) -> str | None:
    found = value.get(name)
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        raise RegisterError(f"{where}，{name}：应是文字。", remedy="编号请写成文字（加引号）。")
    return found.strip() or None


def needed_keys(column: str) -> tuple[str, ...]:
    """The ids of which at least one must say whose *column* it is; a column that is no record's is a lender's."""
    known = COLUMN_BY_NAME.get(column)
    owner = "loan" if column == "agreed_hours" else "lender" if known is None else known.owner
    return _NEEDED.get(column, (*_OWNERS.get(owner, ()), *(("lender_id",) if column == "product" else ())))


def _check_keys(column: str, keys: Mapping[str, str], where: str) -> None:
    if column in COLUMN_BY_NAME and column not in REGISTER_COLUMNS:
        raise RegisterError(f"{where}：没有“{column}”这种登记。", remedy=f"可以登记：{'、'.join(REGISTER_COLUMNS)}。")
    needed = needed_keys(column)
    if not any(name in keys for name in needed):
        if column not in (*REGISTER_COLUMNS, *COLUMN_BY_NAME) and not column.isascii():
            raise RegisterError(
                f"{where}：没有“{column}”这种登记。", remedy=f"可以登记：{'、'.join(REGISTER_COLUMNS)}。"
            )
        raise RegisterError(f"{where}：{column} 要写明是谁的，至少写 {'、'.join(needed)} 之一。")


def _instant(value: Mapping[str, object], name: str, where: str) -> datetime | None:
    text = _text(value, name, where)
    if text is None:
        return None
    try:
        if len(text) == len("2026-03-01"):  # a day: from its first to its last moment
            day = date.fromisoformat(text) + timedelta(days=name == "until")
            return datetime.combine(day, time(), SHANGHAI) - timedelta(microseconds=name != "until")
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        example = "2026-03-01 或 2026-03-01T10:00:00+08:00"
        raise RegisterError(f"{where}，{name}：{text[:40]} 不是日期或时刻。", remedy=f"写成 {example}。") from error
    if at.tzinfo is None:
        raise RegisterError(f"{where}，{name}：时刻没有时区。", remedy="北京时间请在末尾加 +08:00。")
    return at


def _value(column: str, said: object, where: str) -> bool | str:
    known = COLUMN_BY_NAME.get(column)
    if column == "agreed_hours":
        try:
            if isinstance(said, str) and parse_hours(said) is not None:
                return said
        except RulebookError as error:
            raise RegisterError(f"{where}：{error.message}", remedy=error.remedy) from error
        raise RegisterError(f'{where}：agreed_hours 应是 "20:00-23:00" 或 none。')
    if known is not None and known.values:
        if said in known.values:
            return str(said)
        raise RegisterError(f"{where}：{column} 只能是 {'、'.join(known.values)}。")
    if isinstance(said, bool):
        return said
    word = str(said).strip().lower()
    if said is None or word not in _YES | _NO:
        raise RegisterError(f"{where}：{column} 的值只能是 true 或 false。", remedy="不知道的就不要登记。")
    return word in _YES


def entry_id(row: RegisterRow, keys: tuple[tuple[str, str], ...]) -> str:
    """The same row gets the same id, so that a file entered twice is entered once."""
    said = [row.column, row.value, [list(pair) for pair in keys], row.since, row.until, row.ends]
    return canonical.digest(said)[:32]
