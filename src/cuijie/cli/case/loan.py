"""The loan facts of a case, as options and as questions; every one may stay unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cuijie.cli.case.words import CONSENTS, LENDER_TYPES, PRODUCTS, YESNO, YUAN, ClosedList
from cuijie.cli.dates import DAY
from cuijie.cli.language import t
from cuijie.cli.output import say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile import Case
    from cuijie.records import Loan

__all__ = ["ask_loan", "loan_options", "loan_rows", "put_loan"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_FIRST_LOAN = "loan-1"

# (field, option, type, Chinese, English)
_FACTS: tuple[tuple[str, str, Any, str, str], ...] = (
    ("lender_name", "--lender", str, "贷款人全称（合同或放款记录上的）", "lender's full name"),
    ("lender_type", "--lender-type", LENDER_TYPES, "贷款人类型，如 银行、消费金融、小贷", "kind of lender"),
    ("platform_name", "--platform", str, "平台或 App 名称", "platform or app"),
    ("product", "--product", PRODUCTS, "产品：信用卡、网络消费贷款、其他", "product"),
    ("contract_no", "--contract-no", str, "合同编号", "contract number"),
    ("contract_on", "--contract-on", DAY, "合同签订日", "contract date"),
    ("overdue_since", "--overdue-since", DAY, "从哪天起逾期", "overdue since"),
    ("principal_fen", "--principal", YUAN, "借款本金（元）", "principal in yuan"),
    ("claimed_fen", "--claimed", YUAN, "对方现在要的数（元）", "amount claimed in yuan"),
    ("agreed_hours", "--agreed-hours", str, "约定的联系时段，如 20:00-23:00；没有约定写 none", 'agreed hours, e.g. 20:00-23:00, or "none"'),
    ("contact_list_consent", "--contact-list", CONSENTS, "读取通讯录的同意：没有、捆绑同意、单独同意", "consent to reading the contact list"),
    ("fees_disclosed", "--fees-disclosed", YESNO, "借款时是否讲明息费", "were fees disclosed"),
    ("debt_settled", "--settled", YESNO, "是否已结清", "is the debt settled"),
    ("settled_on", "--settled-on", DAY, "结清日", "settled on"),
)  # fmt: skip


def loan_options(function: _Function) -> _Function:
    """Adds an option for every loan fact; each arrives under its field's name, None where not given."""
    for name, flag, kind, zh, en in reversed(_FACTS):
        function = click.option(flag, name, type=kind, help=t(zh, en))(function)
    return function


def _with_facts(loan: Loan, facts: dict[str, Any]) -> Loan:
    """*loan* with the facts that were given; raises BadInput for hours that cannot be read."""
    given = {name: value for name, value in facts.items() if value is not None}
    for name in ("fees_disclosed", "debt_settled"):
        if name in given:
            given[name] = given[name] == "yes"
    if "agreed_hours" in given:
        given["agreed_hours"] = _hours(given["agreed_hours"])
    if "lender_name" in given and loan.lender_id is None:
        given["lender_id"] = f"lender-{loan.loan_id.rpartition('-')[2]}"
    return replace(loan, **given)


def _hours(text: str) -> str:
    import re

    text = text.strip().replace("：", ":").replace("～", "-").replace("~", "-").replace("—", "-").replace("到", "-")
    if text.lower() == "none" or text in {"没有", "没有约定", "无"}:
        return "none"
    found = re.fullmatch(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", text.replace(" ", ""))
    if found is None or int(found[1]) > 24 or int(found[3]) > 24 or int(found[2]) > 59 or int(found[4]) > 59:
        raise BadInput(
            t(f"联系时段“{text}”看不懂。", f"not hours: {text}"),
            remedy=t("请写成 20:00-23:00；没有约定写 none；不清楚就不填。", 'Write 20:00-23:00, or "none".'),
        )
    return f"{int(found[1]):02}:{found[2]}-{int(found[3]):02}:{found[4]}"


def ask_loan(loan: Loan) -> Loan:
    """Asks the loan facts one by one; an empty answer leaves a fact unknown."""
    say("下面问几件借款的事。不知道的直接回车，以后随时可补。", "A few facts about the loan. Enter skips.")
    facts: dict[str, Any] = {}
    for name, _, kind, zh, en in _FACTS:
        if name == "settled_on" and facts.get("debt_settled") != "yes":
            continue
        facts[name] = click.prompt(t(zh, en), default="", show_default=False, value_proc=partial(_answer, kind))
    return _with_facts(loan, facts)


def _answer(kind: Any, text: str) -> Any:
    if not text.strip():
        return None
    return text.strip() if kind is str else kind.convert(text, None, None)


def put_loan(case: Case, loan_id: str | None, facts: dict[str, Any], forget: tuple[str, ...] = ()) -> Loan:
    """Stores the given facts with the loan of *loan_id* (the only loan if not named)."""
    from cuijie.casefile.filling import settle_lenders
    from cuijie.records import Loan
    from cuijie.rulebook.facts import SOLE_LENDER

    loans = case.all(Loan)
    if loan_id is None and len(loans) > 1:
        raise BadInput(
            t("案卷里有几笔借款，不知道说的是哪一笔。", "More than one loan."),
            remedy=t(f"请加 --loan：{'、'.join(one.loan_id for one in loans)}", "Use --loan."),
        )
    loan_id = loan_id or (loans[0].loan_id if loans else _FIRST_LOAN)
    loan = _with_facts(case.get(Loan, loan_id) or Loan(loan_id=loan_id), facts)
    unknown = set(forget) - {field.name for field in fields(Loan)} | (set(forget) & {"loan_id"})
    if unknown:
        raise BadInput(t(f"没有这一项：{'、'.join(sorted(unknown))}", f"no such fact: {', '.join(sorted(unknown))}"))
    nothing: dict[str, Any] = dict.fromkeys(forget)
    loan = replace(loan, **nothing)
    case.put(loan)
    settle_lenders(case, loans, SOLE_LENDER)
    return loan


def loan_rows(loan: Loan) -> list[tuple[str, str]]:
    """The facts of a loan for reading: title and value, 不知道 where unknown."""
    rows = []
    for name, _, kind, zh, en in _FACTS:
        value = getattr(loan, name)
        if value is None:
            text = t("不知道", "not known")
        elif isinstance(value, bool):
            text = t("是" if value else "否", "yes" if value else "no")
        elif name.endswith("_fen"):
            text = f"{value // 100}.{value % 100:02} {t('元', 'yuan')}"
        elif isinstance(kind, ClosedList):
            text = kind.title(value)
        else:
            text = t("没有约定", "none agreed") if value == "none" else str(value)
        rows.append((t(zh, en).split("（")[0].split("，")[0].split("：")[0], text))
    return rows
