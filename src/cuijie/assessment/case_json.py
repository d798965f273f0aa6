"""``CASE.json``: a loan and its contact records in one file, assessed without a case folder.

    {"loan": {"lender_type", "product", "contract_on", "overdue_since", "debt_settled", "agreed_hours"},
     "contacts": [contact records]}

What the loan tells holds for every contact that does not say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime

import msgspec

from cuijie.assessment.inputs import AssessmentInputs, ContactEvidence
from cuijie.assessment.refusals import after_refusals
from cuijie.assessment.text_reader import Reader, TextReader
from cuijie.errors import BadInput
from cuijie.records import COLUMN_BY_NAME, ContactRecord, Loan
from cuijie.rulebook.facts import SOLE_DEBTOR, SOLE_LENDER
from cuijie.rulebook.hours import parse_hours

__all__ = ["CaseJsonError", "inputs_from_case_json", "unknown_keys"]

_LOAN_KEYS = frozenset(field.name for field in fields(Loan))
_READY_KEYS = frozenset({"institution_id", "day", "month", "hour", "minute_of_day"})  # computed, never read
_PLACE = re.compile(r"`\$\[(\d+)\](?:\.(\w+))?")
_LOAN_PLACE = re.compile(r"`\$\.(\w+)")
_DATE_ONLY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_TO_THE_MINUTE = re.compile(r"^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})(Z|[+-]\d{2}:?\d{2})$")
_WHOLE_CASE = {"debtor_id": SOLE_DEBTOR, "loan_id": "loan", "lender_id": SOLE_LENDER}
_NEVER = datetime.max.replace(tzinfo=UTC)  # a contact without a time comes last
_FIRST_YEAR, _LAST_YEAR = 1980, 2200  # outside of these a time is a slip of the pen
_SHAPE = '应为 {"loan": {…}, "contacts": [联系记录…]}，列名和取值见文档“联系记录”。'


class CaseJsonError(BadInput):
    """A ``CASE.json`` that does not have the agreed shape; names the contact and the column."""

    code = "AS-001"


def inputs_from_case_json(value: object, reader: Reader | None = None) -> AssessmentInputs:
    """The assessment inputs in the decoded JSON *value*.

    Where a contact has words and its says_* are null, *reader* fills them (at most likely); without a reader
    they stay unknown.  Raises CaseJsonError.
    """
    if not isinstance(value, Mapping):
        raise CaseJsonError("这不是一份案情 JSON：最外层不是对象。", remedy=_SHAPE)
    loan = _loan(value.get("loan"))
    rows, given = value.get("contacts"), value.get("loan")
    names = _whole_case(rows, given if isinstance(given, Mapping) else {}) if isinstance(rows, list) else {}
    contacts = _contacts(rows, names)
    words = None if reader is None else TextReader(reader)
    others = [] if words is None else [contact for contact in contacts if words.has_other_purpose(contact)]
    apart = {contact.contact_id for contact in others}
    judged = [contact for contact in contacts if contact.contact_id not in apart]
    read, machine_read = (judged, {}) if words is None else _with_words(judged, words)
    evidence = {contact.contact_id: ContactEvidence(text_kind=contact.text_kind) for contact in read}
    return AssessmentInputs(
        contacts=tuple(read),
        loans=_loans(loan, contacts, names),
        machine_read=machine_read,
        evidence=evidence,
        other_purpose=tuple(others),
    )


def _with_words(
    contacts: Sequence[ContactRecord], words: TextReader
) -> tuple[Sequence[ContactRecord], dict[str, frozenset[str]]]:
    """The contacts with what their words, and those of earlier contacts, tell; the columns read for each."""
    filled = {contact.contact_id: words.fill(contact) for contact in contacts}
    by_time = sorted((record for record, _ in filled.values()), key=lambda one: one.occurred_at or _NEVER)
    later = {record.contact_id: (record, columns) for record, columns in after_refusals(by_time, words, {})}
    machine_read = {name: columns | later[name][1] for name, (_, columns) in filled.items()}
    return [later[name][0] for name in filled], {name: columns for name, columns in machine_read.items() if columns}


def unknown_keys(value: object) -> tuple[str, ...]:
    """Keys of a decoded CASE.json that mean nothing here, for telling the user (``loan.x``, ``contacts.y``)."""
    if not isinstance(value, Mapping):
        return ()
    strange = [str(key) for key in value if key not in ("loan", "contacts")]
    loan = value.get("loan")
    if isinstance(loan, Mapping):
        strange += [f"loan.{key}" for key in loan if key not in _LOAN_KEYS]
    contacts = value.get("contacts")
    if isinstance(contacts, Sequence):
        known = COLUMN_BY_NAME.keys() | _READY_KEYS
        found = {str(key) for item in contacts if isinstance(item, Mapping) for key in item if key not in known}
        strange += [f"contacts.{key}" for key in sorted(found)]
    return tuple(strange)


def _loan(value: object) -> Loan:
    if value is None:
        return Loan(loan_id="loan")
    if not isinstance(value, Mapping):
        raise CaseJsonError("“loan”应是一个对象。", remedy=_SHAPE)
    try:
        loan = msgspec.convert({"loan_id": "loan", **value}, Loan)
    except msgspec.ValidationError as error:
        place = _LOAN_PLACE.search(str(error))
        key = place.group(1) if place else ""
        raise CaseJsonError(f"loan.{key}：{_problem(key, value.get(key))}", remedy=_SHAPE) from error
    parse_hours(loan.agreed_hours)
    return loan


def _contacts(value: object, names: Mapping[str, str]) -> list[ContactRecord]:
    if value is None:
        raise CaseJsonError("缺少“contacts”（联系记录的列表）。", remedy=_SHAPE)
    if not isinstance(value, list):
        raise CaseJsonError("“contacts”应是一个列表。", remedy=_SHAPE)
    rows = [_with_names(_with_time(row), names) for row in value]
    try:
        contacts = msgspec.convert(rows, list[ContactRecord])
    except msgspec.ValidationError as error:
        raise _contact_error(rows, str(error)) from error
    seen: set[str] = set()
    for position, contact in enumerate(contacts, start=1):
        name = f"第 {position} 条联系（{contact.contact_id}）"
        if contact.contact_id in seen:
            raise CaseJsonError(f"{name}：contact_id 与前面的重复。", remedy="每条联系要有自己的编号。")
        seen.add(contact.contact_id)
        _check_contact(contact, name)
    return contacts


def _with_time(row: object) -> object:
    """A day without an hour is known to the day only, and is that day in Asia/Shanghai; so with minute and second."""
    when = row.get("occurred_at") if isinstance(row, Mapping) else None
    if not isinstance(row, Mapping) or not isinstance(when, str):
        return row
    if _DATE_ONLY.match(when) and row.get("time_precision") in (None, "day"):
        return {**row, "occurred_at": f"{when}T00:00:00+08:00", "time_precision": "day"}
    if minute := _TO_THE_MINUTE.match(when):
        precision = row.get("time_precision") or "minute"
        return {**row, "occurred_at": f"{minute[1]}:00{minute[2]}", "time_precision": precision}
    return row


def _check_contact(contact: ContactRecord, name: str) -> None:
    if not contact.contact_id:
        raise CaseJsonError(f"{name}：contact_id 是空的。")
    if contact.occurred_at is not None and contact.occurred_at.tzinfo is None:
        raise CaseJsonError(
            f"{name}：occurred_at 没有时区。", remedy="北京时间请在末尾加 +08:00，例如 2025-06-01T22:30:00+08:00。"
        )
    if contact.occurred_at is not None and not _FIRST_YEAR <= contact.occurred_at.year <= _LAST_YEAR:
        raise CaseJsonError(f"{name}：occurred_at 的年份 {contact.occurred_at.year} 不对。", remedy="请核对这个时间。")
    for column, number in (("count", contact.count), ("duration_s", contact.duration_s)):
        if number is not None and number < 0:
            raise CaseJsonError(f"{name}：{column} 不能是负数（{number}）。")
    if contact.count == 0:
        raise CaseJsonError(f"{name}：count 是 0。", remedy="一条记录至少代表一次联系；不知道有几次就写 null。")


def _contact_error(rows: list[object], message: str) -> CaseJsonError:
    place = _PLACE.search(message)
    if place is None:
        return CaseJsonError(f"“contacts”读不懂：{message}", remedy=_SHAPE)
    row = rows[int(place.group(1))]
    if not isinstance(row, Mapping):
        return CaseJsonError(f"第 {int(place.group(1)) + 1} 条联系不是对象。", remedy=_SHAPE)
    own_id = row.get("contact_id")
    name = f"第 {int(place.group(1)) + 1} 条联系" + (f"（{own_id}）" if isinstance(own_id, str) else "")
    key = place.group(2)
    if key is None:
        return CaseJsonError(f"{name}：缺少 contact_id。", remedy="每条联系要有自己的编号。")
    remedy = "每条联系要有自己的编号。" if key == "contact_id" else "不知道的就写 null，不要留默认值。"
    return CaseJsonError(f"{name}，列 {key}：{_problem(key, row.get(key))}", remedy=remedy)


def _problem(key: str, value: object) -> str:
    """What is wrong with *value* in column *key*, in the user's words."""
    shown = "null" if value is None else repr(value)[:60]
    column = COLUMN_BY_NAME.get(key)
    if column is not None and column.values:
        return f"取值 {shown} 不对，只能是 {'、'.join(column.values)} 或 null。"
    kinds = {
        "bool": " true、false 或 null",
        "int": "整数或 null",
        "timestamp": "确有的、带时区的时间，例如 2025-06-01T22:30:00+08:00",
        "string": "加引号的文字",
    }
    if column is not None and column.type in kinds:
        return f"取值 {shown} 不对，应是{kinds[column.type]}。"
    if key.endswith(("_on", "_since")):
        return f"取值 {shown} 不对，应是日期，例如 2024-03-01，或 null。"
    return f"取值 {shown} 不对。"


def _whole_case(rows: list[object], loan: Mapping[str, object]) -> dict[str, str]:
    """One name for debtor, loan and lender where a contact gives none: the file is about one case.

    Where the contacts name exactly one, it is that one; where they name none, the loan's or a word of ours; where
    they name several, a gap stays a gap.
    """
    found: dict[str, str] = {}
    for column, usual in _WHOLE_CASE.items():
        named = {value for row in rows if isinstance(row, Mapping) and isinstance(value := row.get(column), str)}
        own = loan.get(column)
        if len(named) <= 1:
            found[column] = next(iter(named), own if isinstance(own, str) else usual)
    return found


def _with_names(row: object, names: Mapping[str, str]) -> object:
    if not isinstance(row, Mapping):
        return row
    gaps = {column: name for column, name in names.items() if row.get(column) is None}
    if row.get("direction") is None and row.get("channel") in ("visit", "public_post"):
        gaps["direction"] = "outbound"  # nobody but the collecting side visits or posts
    return {**row, **gaps} if gaps else row


def _loans(loan: Loan, contacts: Sequence[ContactRecord], names: Mapping[str, str]) -> tuple[Loan, ...]:
    """The loan under the name of each loan the contacts speak of, with the facts given for the one."""
    named = sorted({contact.loan_id for contact in contacts if contact.loan_id is not None}) or [loan.loan_id]
    lender = names.get("lender_id", loan.lender_id)
    return tuple(replace(loan, loan_id=loan_id, lender_id=lender) for loan_id in named)
