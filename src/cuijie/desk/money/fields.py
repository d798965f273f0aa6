"""The money of a loan as a form: what was lent, agreed, received, paid and claimed, and the household; all may stay empty."""

from __future__ import annotations

from cuijie.datafiles import Words
from cuijie.desk.forms import YES_NO, Choice, Field
from cuijie.desk.money.loan_form import LOAN_FIELDS, LOAN_MORE
from cuijie.money.offer_lines import OFFER_EXAMPLE, OFFER_EXAMPLE_EN

__all__ = ["BUDGET_FIELDS", "GROUPS", "MONEY_FIELDS", "OF_LOAN"]

OF_LOAN = ("lender_name", "lender_type", "product", "contract_on", "principal_fen", "overdue_since")
"""Fields of the form that are facts of the loan itself."""
_KNOWN = {field.name: field for field in (*LOAN_FIELDS, *LOAN_MORE)}

_METHODS = (
    Choice(
        value="equal_payment", label=Words("等额本息", "equal payments"), hint=Words("每期一样多", "the same each time")
    ),
    Choice(
        value="equal_principal",
        label=Words("等额本金", "equal principal"),
        hint=Words("越还越少", "less each time"),
    ),
    Choice(
        value="flat",
        label=Words("等本等息", "flat"),
        hint=Words("利息一直按最初本金收", "interest on the first principal throughout"),
    ),
    Choice(
        value="interest_first",
        label=Words("先息后本", "interest first"),
        hint=Words("最后还本", "principal at the end"),
    ),
    Choice(value="bullet", label=Words("到期一次还", "all at the end"), hint=Words("含利息", "with interest")),
)
_LENT = tuple(_KNOWN[name] for name in OF_LOAN if name != "overdue_since")
_AGREED = (
    Field(name="periods", kind="line", label=Words("分几期", "Number of instalments")),
    Field(name="first_due_on", kind="day", label=Words("第一期是哪天", "First instalment due on")),
    Field(
        name="payment_fen",
        kind="yuan",
        label=Words("每期还多少（元）", "Each instalment (yuan)"),
        hint=Words("知道这个就够了，下面两项可以不填。", "With this, the next two may stay empty."),
    ),
    Field(name="method", kind="choice", label=Words("怎么还", "How it is repaid"), choices=_METHODS),
    Field(
        name="annual_rate",
        kind="line",
        label=Words("合同写的年利率", "Yearly rate of the contract"),
        hint=Words("例如 24%。日利率乘 365，月利率乘 12。", "e.g. 24 %; daily × 365, monthly × 12."),
    ),
    Field(
        name="every_days",
        kind="line",
        label=Words("每期多少天", "Days of one period"),
        hint=Words("按月还就空着；7 天、14 天一期的写天数。", "Empty if monthly; 7 or 14 for short loans."),
    ),
)
_FLOWS = (
    Field(
        name="received",
        kind="text",
        label=Words("实际到手的钱", "What really arrived"),
        hint=Words(
            "一行一笔：2026-02-18 9400。看收款流水，不看合同。", "A line each: 2026-02-18 9400, by the bank statement."
        ),
    ),
    Field(
        name="paid",
        kind="text",
        label=Words("已经付出去的钱", "What was paid"),
        hint=Words(
            "一行一笔：2026-03-18 925。费用写明是什么、付给谁：2026-03-18 50 会员费 某平台。",
            "A line each: 2026-03-18 925; fees with what and to whom: 2026-03-18 50 fee NAME.",
        ),
    ),
)
_CLAIMED = (
    Field(
        name="claimed",
        kind="text",
        label=Words("对方说要还多少", "What they claim"),
        hint=Words(
            "一个总数，或一行一项：本金 9000 / 违约金 3000。",
            "One sum, or a line for each item: principal 9000 / penalty 3000.",
        ),
    ),
    _KNOWN["overdue_since"],
)
_LAW = (
    Field(name="is_secured", kind="yes_no", label=Words("有抵押或质押吗", "Is it secured?"), choices=YES_NO),
    Field(name="is_sued", kind="yes_no", label=Words("已经起诉了吗", "Has a suit been brought?"), choices=YES_NO),
    Field(name="filed_on", kind="day", label=Words("哪天立案的", "Suit filed on")),
    Field(name="called_due_on", kind="day", label=Words("对方哪天宣布全部提前到期", "All called due on")),
    Field(
        name="interruptions",
        kind="text",
        label=Words("哪天催过、你哪天答应或申请过", "Demands and promises"),
        hint=Words(
            "一行一件：2025-08-01 催收（或 申请分期、承诺、部分还款、起诉）。",
            "A line each: 2025-08-01 demanded (or asked for instalments, promised, part payment, sued).",
        ),
    ),
)
_HOUSEHOLD_FIELDS = (
    Field(name="income_fen", kind="yuan", label=Words("家里每月收入（元）", "Household income a month (yuan)")),
    Field(
        name="costs_fen",
        kind="yuan",
        label=Words("每月必要的生活开支（元）", "Necessary living costs a month (yuan)"),
        hint=Words(
            "吃住、看病、上学、赡养。法院执行时也要留出这一块。",
            "Food, housing, medicine, school, dependants: enforcement itself must leave these.",
        ),
    ),
    Field(
        name="debts",
        kind="text",
        label=Words("别的债", "Other debts"),
        hint=Words(
            "一行一笔：房贷 余额 300000 月供 2800 年利率 4.2% 有抵押。",
            "A line each: mortgage balance 300000 monthly 2800 rate 4.2% secured.",
        ),
    ),
)
_OFFERS = (
    Field(
        name="offers",
        kind="text",
        label=Words("对方给的、或你想提的方案", "Offers"),
        hint=Words(
            f"一行一个：{OFFER_EXAMPLE}。也可以写 展期、一次性结清。",
            f"A line each: {OFFER_EXAMPLE_EN}.",
        ),
    ),
)
GROUPS: tuple[tuple[Words, tuple[Field, ...]], ...] = (
    (Words("借了什么", "The loan"), _LENT),
    (Words("约定怎么还", "What was agreed"), _AGREED),
    (Words("真正到手的和付出去的", "What arrived and what was paid"), _FLOWS),
    (Words("对方说的数", "What they claim"), _CLAIMED),
    (Words("家里的收支", "The household"), _HOUSEHOLD_FIELDS),
    (Words("几个方案", "Offers"), _OFFERS),
    (Words("抵押、起诉、时效", "Security, suit, limitation"), _LAW),
)
"""The form in the order in which people know these things."""
MONEY_FIELDS: tuple[Field, ...] = tuple(field for _, fields in GROUPS for field in fields)
BUDGET_FIELDS: tuple[Field, ...] = (
    *_HOUSEHOLD_FIELDS,
    Field(
        name="received_fen", kind="yuan", label=Words("打算借，到手多少（元）", "New loan: what would arrive (yuan)")
    ),
    *(field for field in _AGREED if field.name in ("periods", "payment_fen")),
    Field(name="fees_fen", kind="yuan", label=Words("另外要付的费用一共多少（元）", "Fees beside it, in all (yuan)")),
)
"""The form of the check before borrowing."""
