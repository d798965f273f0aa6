"""The people around the loan and those who collect, as forms; every field may stay empty."""

from __future__ import annotations

from collections.abc import Sequence

from cuijie.assessment.value_words import value_words
from cuijie.desk.forms import YES_NO, Choice, Field
from cuijie.desk.words import both, both_of
from cuijie.records import Loan

__all__ = ["COLLECTOR_FIELDS", "PERSON_FIELDS", "SELF_FIELDS", "collector_fields"]

_NAME = Field(name="name", kind="line", label=both("姓名", "Name"), hint=both("只用在文书里。", "Used in papers only."))
_NUMBERS = Field(
    name="numbers",
    kind="numbers",
    label=both("电话号码", "Telephone numbers"),
    hint=both("有几个写几个，一行一个。", "One on each line."),
)

SELF_FIELDS: tuple[Field, ...] = (_NAME, _NUMBERS)
"""The borrower's own few facts."""

PERSON_FIELDS: tuple[Field, ...] = (
    Field(
        name="relation_word",
        kind="line",
        label=both("是借款人的什么人", "Relation to the borrower"),
        hint=both("照平时的叫法写：母亲、同事、室友、单位领导。", "As you say it: mother, colleague, flatmate."),
    ),
    _NAME,
    _NUMBERS,
    Field(
        name="role",
        kind="choice",
        label=both("借款的时候填过这个人吗", "Was this person named in the contract?"),
        choices=(
            Choice(value="other", label=both("没有填过", "not named")),
            Choice(
                value="agreed_contact",
                label=both("填过，是约定的联系人", "an agreed contact"),
                hint=both(
                    "合同或申请里写明，联系不上借款人时可以找 TA",
                    "named in the contract for when the borrower cannot be reached",
                ),
            ),
            Choice(value="co_debtor", label=both("是担保人或共同借款人", "a guarantor or co-borrower")),
            Choice(value="heir", label=both("是继承人", "an heir")),
        ),
    ),
    Field(
        name="consented",
        kind="yes_no",
        label=both("TA 本人同意过被联系吗", "Did this person agree to being contacted?"),
        choices=YES_NO,
    ),
    Field(
        name="refused_at",
        kind="moment",
        is_past=True,
        label=both("TA 第一次明确说“不要再联系我”是什么时候", "When did this person first say stop?"),
        hint=both("说过才填；没说过就空着。北京时间。", "Only if it was said. Beijing time."),
    ),
    Field(
        name="number_source",
        kind="choice",
        label=both("对方是从哪里知道 TA 的号码的", "How did they get the number?"),
        choices=tuple(
            Choice(value=value, label=both_of(value_words("number_source", value)))
            for value in ("debtor", "contact_list", "call_log", "public", "bought", "other")
        ),
    ),
)

COLLECTOR_FIELDS: tuple[Field, ...] = (
    Field(
        name="name",
        kind="line",
        label=both("他们怎样称呼自己", "What they call themselves"),
        hint=both(
            "例如“某某消金的小李”。什么都没说，就写“没报名字的人”。", "As they said it, e.g. “Li of such a firm”."
        ),
    ),
    Field(
        name="numbers",
        kind="numbers",
        label=both("他们用过的号码", "Their numbers"),
        hint=both(
            "一行一个。以后收进来的记录，凡是这些号码都会归到他们名下。",
            "One on each line. Records with these numbers will count as theirs.",
        ),
    ),
    Field(
        name="signatures",
        kind="lines",
        label=both("短信开头的签名", "Sender's signature in SMS"),
        hint=both("就是【】里面的字，一行一个。", "The words inside 【】, one on each line."),
    ),
    Field(
        name="actor",
        kind="choice",
        label=both("他们是谁的人", "Who they are"),
        choices=(
            Choice(value="lender", label=both("放款机构自己的人", "the lender itself")),
            Choice(
                value="agency",
                label=both("外包的催收公司", "an agency"),
                hint=both("自称“受某某委托”", "says it acts for the lender"),
            ),
            Choice(value="platform", label=both("App 或平台的人", "the platform")),
            Choice(value="assignee", label=both("买下这笔债的公司", "who bought the debt")),
        ),
    ),
    Field(name="agency_name", kind="line", label=both("催收公司叫什么（说过才填）", "Name of the agency, if said")),
)


def collector_fields(loans: Sequence[Loan]) -> tuple[Field, ...]:
    """The fields of a collector; in a case of several loans also for which lender it collects."""
    lenders = {loan.lender_id: loan.lender_name or loan.platform_name or loan.loan_id for loan in loans}
    choices = tuple(Choice(value=lender, label=both(name, name)) for lender, name in lenders.items() if lender)
    if len(loans) < 2 or not choices:
        return COLLECTOR_FIELDS
    asked = Field(
        name="lender_id",
        kind="choice",
        label=both("替哪一家催", "For which lender"),
        hint=both(
            "看短信签名、对方说的欠款数和产品名。弄不清就选不知道，这些联系就不写进给任何一家的文书。",
            "Look at signatures, sums and products. What is not known goes into no paper to a lender.",
        ),
        choices=choices,
    )
    return (*COLLECTOR_FIELDS, asked)
