"""The columns a rule may name: those of the contact record, the ready ones, those of a case.

Ready columns are computed once, in Asia/Shanghai, before any rule is asked; each says which record column
a question about it really asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cuijie.records import COLUMNS
from cuijie.records.contact import ColumnOwner, ContactListConsent, Knowable, LenderType, Product

__all__ = ["CASE_COLUMNS", "CONTACT_COLUMNS", "DATE_COLUMNS", "READY", "FactColumn", "Kind", "Value", "law_fact"]

Kind = Literal["string", "bool", "int", "date"]
Value = str | bool | int | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactColumn:
    """One column as the rules see it; ``asks`` is the record's column that a question about it is put for."""

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    lowest: int | None = None  # for whole numbers
    highest: int | None = None
    owner: ColumnOwner = "contact"
    known: Knowable = "before"
    title_zh: str = ""
    title_en: str = ""  # of law facts; the other columns have theirs in column_words
    asks: str = ""


def _of_record() -> tuple[FactColumn, ...]:
    kinds: dict[str, Kind] = {"string": "string", "bool": "bool", "int": "int"}
    return tuple(
        FactColumn(
            name=column.name,
            kind=kinds[column.type],
            values=column.values,
            lowest=0 if column.type == "int" else None,
            owner=column.owner,
            known=column.known,
            title_zh=column.title_zh,
            asks=column.name,
        )
        for column in COLUMNS
        if column.type in kinds
    )


READY: tuple[FactColumn, ...] = (
    FactColumn(name="day", kind="date", title_zh="日期（北京时间）", asks="occurred_at"),
    FactColumn(name="month", kind="string", title_zh="月份（北京时间）", asks="occurred_at"),
    FactColumn(name="hour", kind="int", lowest=0, highest=23, title_zh="钟点（北京时间）", asks="occurred_at"),
    FactColumn(
        name="minute_of_day",
        kind="int",
        lowest=0,
        highest=1439,
        title_zh="当天第几分钟（北京时间）",
        asks="occurred_at",
    ),
    FactColumn(name="institution_id", kind="string", title_zh="实际行事的机构", asks="actor"),
)
CONTACT_COLUMNS: dict[str, FactColumn] = {column.name: column for column in (*_of_record(), *READY)}


def _case(name: str, kind: Kind, title_zh: str, closed: object = None, owner: ColumnOwner = "loan") -> FactColumn:
    values: tuple[str, ...] = getattr(closed, "__args__", ())
    return FactColumn(name=name, kind=kind, values=values, owner=owner, title_zh=title_zh, asks=name)


CASE_COLUMNS: dict[str, FactColumn] = {
    column.name: column
    for column in (
        _case("lender_type", "string", "贷款人类型", LenderType, "lender"),
        _case("lender_id", "string", "贷款人"),
        _case("product", "string", "产品", Product),
        _case("contract_on", "date", "合同日期"),
        _case("overdue_since", "date", "逾期起日"),
        _case("fees_disclosed", "bool", "息费是否事先写明"),
        _case("debt_settled", "bool", "债务是否已结清"),
        _case("contact_list_consent", "string", "借款人对读取通讯录的同意", ContactListConsent),
        _case("complaint_channel", "string", "投诉渠道"),
        _case("complaint_sent_on", "date", "投诉日期"),
        _case("complaint_due_on", "date", "答复期限"),
        _case("complaint_replied_on", "date", "答复日期"),
        _case("complaint_late", "bool", "是否逾期未答复或逾期才答复"),
        _case("day", "date", "看哪一天的法"),
        _case("actor", "string", "由谁行事", owner="contact"),
    )
}
DATE_COLUMNS: tuple[str, ...] = (
    "contract_on",
    "overdue_since",
    "complaint_sent_on",
    "complaint_due_on",
    "complaint_replied_on",
)


def law_fact(name: str, title_zh: str, title_en: str = "") -> FactColumn:
    """A yes-or-no fact about the lender or the law (membership, an uncertain scope or date), asked once per lender."""
    return FactColumn(name=name, kind="bool", owner="lender", title_zh=title_zh, title_en=title_en, asks=name)
