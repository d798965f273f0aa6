"""Reads the scenarios of a rule file: short cases whose outcome its author states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import cast

from cuijie.clock import SHANGHAI
from cuijie.datafiles import Lines
from cuijie.records import COLUMNS, Certainty, ContactRecord, Loan
from cuijie.rulebook.columns import CASE_COLUMNS, CONTACT_COLUMNS, FactColumn, Value
from cuijie.rulebook.judgement import Verdict
from cuijie.rulebook.loading.fields import one_of
from cuijie.rulebook.registers import OWNER_KEYS, Entry, Registers
from cuijie.rulebook.rule import About, Scenario

__all__ = ["read_scenarios"]

_KEYS = (
    "name", "on", "loan", "contact", "contacts", "case", "registers", "complete", "facts", "expect", "asks", "marks",
    "basis", "certainty",
)  # fmt: skip
_LOAN = (
    "lender_type", "lender_id", "product", "debt_settled", "agreed_hours", "contract_on", "overdue_since",
    "contact_list_consent", "fees_disclosed",
)  # fmt: skip
_CONTACT = tuple(column.name for column in COLUMNS if column.name != "occurred_at")
_USUAL: Mapping[str, Value] = {
    "time_precision": "second",
    "direction": "outbound",
    "count": 1,
    "debtor_id": "d1",
    "loan_id": "l1",
    "lender_id": "b1",
}


def read_scenarios(value: Lines, about: About) -> tuple[Scenario, ...]:
    """The scenarios under ``tests``.  Raises DataFileError."""
    items = value.tables("tests", "至少写一个情景，每个情景是一个映射：name、on、contact、expect…")
    if not items:
        raise value.wrong("tests", "至少写一个情景")
    names: set[str] = set()
    found = []
    for item in items:
        found.append(_scenario(item, about))
        if found[-1].name in names:
            raise item.wrong("name", "这个名字已经用过")
        names.add(found[-1].name)
    return tuple(found)


def _scenario(value: Lines, about: About) -> Scenario:
    value.refuse_others(_KEYS)
    expect: Verdict = one_of(value, "expect", Verdict)
    if expect == "unknown" and "asks" not in value:
        raise value.wrong("asks", "expect: unknown 时要写恰好问哪些列")
    on = _instant(value, "on") if about != "case" or "on" in value else None
    return Scenario(
        name=value.text("name"),
        line=value.line,
        expect=expect,
        contacts=() if on is None or about == "case" else tuple(_contacts(value, on)),
        loan=_loan(value) if "loan" in value else None,
        registers=_registers(value),
        law_facts=_law_facts(value),
        case=_case(value) if about == "case" else None,
        asks=_names(value, "asks"),
        marks=_names(value, "marks"),
        basis=_names(value, "basis"),
        certainty=one_of(value, "certainty", Certainty) if "certainty" in value else None,
    )


def _instant(value: Lines, key: str) -> datetime:
    said = value.get(key)
    try:
        if not isinstance(said, str):
            raise ValueError(said)
        found = datetime.fromisoformat(f"{said}T10:00:00" if len(said) == 10 else said)
    except ValueError as error:
        raise value.wrong(key, f"应是日期 2026-03-01 或时刻 2026-03-01T22:00:00，这里是 {said}") from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _names(value: Lines, key: str) -> tuple[str, ...] | None:
    if key not in value:
        return None
    found = value[key]
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise value.wrong(key, "应是列表")
    return tuple(found)


def _contacts(value: Lines, on: datetime) -> Iterator[ContactRecord]:
    items = value.get("contacts", [value["contact"]] if "contact" in value else None)
    if "contact" in value and "contacts" in value:
        raise value.wrong("contacts", "contact 和 contacts 只能写一个")
    if not isinstance(items, list) or not items:
        raise value.wrong("contact", "要写 contact 或 contacts")
    at, number = on, 0
    for item in items:
        if not isinstance(item, Lines):
            raise value.wrong("contacts", "每条联系是一个映射")
        item.refuse_others((*_CONTACT, "occurred_at", "at", "repeat"))
        if "at" in item:
            at = _at(item, on)
        for _ in range(_repeat(item)):
            number += 1
            yield _contact(item, at, f"c{number}")
            at += timedelta(minutes=1)


def _at(value: Lines, on: datetime) -> datetime:
    try:
        return datetime.combine(on.astimezone(SHANGHAI).date(), time.fromisoformat(value.text("at")), SHANGHAI)
    except ValueError as error:
        raise value.wrong("at", f'应是时刻 "22:00:00"，这里是 {value["at"]}') from error


def _repeat(value: Lines) -> int:
    found = value.get("repeat", 1)
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= 1000:
        raise value.wrong("repeat", f"应是 1 到 1000 的整数，这里是 {found}")
    return found


def _contact(value: Lines, at: datetime, contact_id: str) -> ContactRecord:
    plain: dict[str, object] = {"contact_id": contact_id, "occurred_at": at, **_USUAL}
    for key in value:
        if key in {"at", "repeat"}:
            continue
        if key == "occurred_at":
            plain[key] = None if value[key] is None else _instant(value, key)
        else:
            plain[key] = checked(value, key, CONTACT_COLUMNS[key])
    return ContactRecord(**plain)  # type: ignore[arg-type]


def checked(value: Lines, key: str, column: FactColumn) -> Value:
    """The value at *key*, which must be null or one that *column* can have."""
    found = value[key]
    match column.kind:
        case "bool":
            fits = isinstance(found, bool)
        case "int":
            fits = isinstance(found, int) and not isinstance(found, bool) and found >= 0
        case "date":
            return _date(value, key)
        case _:
            fits = isinstance(found, str) and (not column.values or found in column.values)
    if found is not None and not fits:
        wanted = {"bool": "true 或 false", "int": "非负整数", "string": "、".join(column.values) or "文字"}[column.kind]
        raise value.wrong(key, f"应是 {wanted}，或 null（不知道），这里是 {found}")
    return cast(Value, found)


def _date(value: Lines, key: str) -> date | None:
    found = value[key]
    if found is None:
        return None
    try:
        return date.fromisoformat(str(found))
    except ValueError as error:
        raise value.wrong(key, f"应是日期 2026-03-01，这里是 {found}") from error


def _loan(value: Lines) -> Loan:
    inner = value.table("loan")
    inner.refuse_others(_LOAN)
    plain: dict[str, object] = {"loan_id": "l1", "lender_id": "b1"}
    for key in inner:
        if key == "agreed_hours":
            plain[key] = None if inner[key] is None else inner.text(key)
        else:
            plain[key] = checked(inner, key, CASE_COLUMNS[key])
    return Loan(**plain)  # type: ignore[arg-type]


def _registers(value: Lines) -> Registers:
    shape = "应是列表：[{column, value, from, until, recipient_id…}]"
    items = value.tables("registers", shape) if "registers" in value else ()
    complete = value.table("complete") if "complete" in value else Lines("", 0)
    complete.refuse_others(_CONTACT)
    return Registers(
        entries=tuple(map(_entry, items)),
        complete={key: checked(complete, key, CONTACT_COLUMNS[key]) for key in complete},
    )


def _entry(item: Lines) -> Entry:
    item.refuse_others(("column", "value", "from", "until", *OWNER_KEYS))
    if item.get("column") not in _CONTACT or "value" not in item:
        raise item.wrong("column", "应是联系记录的一列，并写 value")
    name = item.text("column")
    if item["value"] is None:
        raise item.wrong("value", "登记的值不能是 null；不知道的就不要登记")
    return Entry(
        column=name,
        value=checked(item, "value", CONTACT_COLUMNS[name]),
        since=_instant(item, "from") if "from" in item else None,
        until=_instant(item, "until") if "until" in item else None,
        **{key: item.text(key) for key in OWNER_KEYS if key in item},
    )


def _law_facts(value: Lines) -> dict[str, bool]:
    if "facts" not in value:
        return {}
    inner = value.table("facts")
    for key, found in inner.items():
        if not isinstance(found, bool):
            raise inner.wrong(key, "应是 true 或 false")
    return cast(dict[str, bool], dict(inner))


def _case(value: Lines) -> dict[str, Value]:
    """The columns of a case rule: those of ``loan`` that it has, then those written under ``case``."""
    found: dict[str, Value] = {}
    if "case" not in value and "loan" not in value:
        raise value.wrong("case", "要写 case 或 loan")
    for part in [key for key in ("loan", "case") if key in value]:
        inner = value.table(part)
        inner.refuse_others((*CASE_COLUMNS, "agreed_hours"))
        found |= {key: checked(inner, key, CASE_COLUMNS[key]) for key in inner if key in CASE_COLUMNS}
    return found
