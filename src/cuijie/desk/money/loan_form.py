"""The loan as people know it, as a form: who lent, under what, since when overdue; every field may stay empty."""

from __future__ import annotations

from cuijie.assessment.value_words import value_words
from cuijie.datafiles import Words
from cuijie.desk.forms import YES_NO, Choice, Field
from cuijie.records.contact import LenderType

__all__ = ["LOAN_FIELDS", "LOAN_MORE"]

# how an ordinary person recognises each kind: by the name on the contract or the payer
_LENDERS: tuple[tuple[LenderType, str, str], ...] = (
    ("commercial_bank", "名字里有“银行”，网商银行、微众银行这类网上银行也是", "a bank, online banks included"),
    ("credit_card_center", "欠的是信用卡", "the debt is on a credit card"),
    ("consumer_finance", "名字里有“消费金融”", "“consumer finance” (消费金融) in its name"),
    ("microloan", "名字里有“小额贷款”或“小贷”", "“microloan” (小额贷款) in its name"),
    ("auto_finance_trust", "名字里有“汽车金融”或“信托”", "auto finance (汽车金融) or trust (信托) in its name"),
    ("guarantee", "名字里有“融资担保”；它替你还了，再来找你", "a guarantee company that paid for you"),
    ("loan_facilitator", "只是 App 或平台，钱是别家放的", "only the app or platform; another one lent"),
    ("debt_assignee", "债权卖给了它，例如资产管理公司", "it bought the debt"),
    ("pawn_lease_factoring", "典当行、融资租赁公司、商业保理公司", "pawn, lease or factoring company"),
    ("p2p_residual", "以前的 P2P 网贷平台", "a former P2P platform"),
    ("rental_disguised", "名义上是租手机、租东西，其实是借钱", "called a rental, in truth a loan"),
    ("unlicensed", "查不到牌照的 App、公司或放贷的人", "an app, company or person without a licence"),
    ("private_person", "亲友、熟人之间借的", "a private person"),
    ("collection_agency", "来催的公司自己就是债主（少见）", "the collecting firm itself is the creditor (rare)"),
)


def _choices(column: str, values: tuple[str, ...]) -> tuple[Choice, ...]:
    words = {value: value_words(column, value) for value in values}
    return tuple(Choice(value=value, label=words[value]) for value in values)


LOAN_FIELDS: tuple[Field, ...] = (
    Field(
        name="lender_name",
        kind="line",
        label=Words("放款的是谁（全称）", "Who lent (full name)"),
        hint=Words(
            "看借款合同上的“贷款人”，或银行流水里给你打钱的那一方。App 的名字往往不是。",
            "See “lender” in the contract, or who paid the money into your account. It is often not the app.",
        ),
    ),
    Field(
        name="lender_type",
        kind="choice",
        label=Words("它属于哪一种", "What kind of lender it is"),
        hint=Words(
            "不同机构归不同部门管。拿不准就选不知道。", "Each kind has its own regulator. If unsure: not known."
        ),
        choices=tuple(
            Choice(
                value=value,
                label=value_words("lender_type", value),
                hint=Words(zh, en),
            )
            for value, zh, en in _LENDERS
        ),
    ),
    Field(
        name="product",
        kind="choice",
        label=Words("哪一种借款", "Kind of loan"),
        choices=_choices("product", ("online_consumer", "credit_card", "other")),
    ),
    Field(name="contract_on", kind="day", label=Words("合同是哪天签的", "Contract signed on"), is_past=True),
    Field(name="overdue_since", kind="day", label=Words("从哪天起逾期", "Overdue since"), is_past=True),
    Field(
        name="agreed_hours",
        kind="line",
        label=Words("和对方约定过联系的时间吗", "Were hours of contact agreed?"),
        hint=Words(
            "约定过就写时段，例如 20:00-23:00；没有约定写“没有”；记不清就空着。",
            "Write the hours, e.g. 20:00-23:00; “none” if none; leave empty if unsure.",
        ),
    ),
)
LOAN_MORE: tuple[Field, ...] = (
    Field(name="platform_name", kind="line", label=Words("App 或平台的名字", "App or platform")),
    Field(name="contract_no", kind="line", label=Words("合同编号", "Contract number")),
    Field(name="principal_fen", kind="yuan", label=Words("借了多少（元）", "Principal (yuan)")),
    Field(name="claimed_fen", kind="yuan", label=Words("对方现在要多少（元）", "Claimed now (yuan)")),
    Field(
        name="contact_list_consent",
        kind="choice",
        label=Words("App 读过你的通讯录吗，你是怎样同意的", "Consent to reading your contact list"),
        choices=(
            Choice(value="none", label=Words("没有同意过", "never agreed")),
            Choice(value="bundled", label=Words("不同意就不能用", "no loan without it")),
            Choice(value="specific", label=Words("单独问过，我同意了", "asked separately, agreed")),
        ),
    ),
    Field(
        name="fees_disclosed",
        kind="yes_no",
        label=Words("借的时候讲清利息和费用了吗", "Were interest and fees disclosed?"),
        choices=YES_NO,
    ),
    Field(name="debt_settled", kind="yes_no", label=Words("已经还清了吗", "Is it paid off?"), choices=YES_NO),
    Field(name="settled_on", kind="day", label=Words("哪天还清的", "Paid off on"), is_past=True),
)
