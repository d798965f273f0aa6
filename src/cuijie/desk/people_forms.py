"""The people around the loan and those who collect, as forms; every field may stay empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cuijie.assessment.value_words import value_words
from cuijie.datafiles import Words
from cuijie.desk.forms import YES_NO, Choice, Field
from cuijie.records import Loan

__all__ = ["PERSON_FIELDS", "ROLE_IN", "SELF_FIELDS", "collector_fields", "person_fields"]

ROLE_IN = "role@"
"""Begins the name of a field that asks what somebody is to one of several loans; its loan_id follows."""

_NAME = Field(
    name="name", kind="line", label=Words("姓名", "Name"), hint=Words("只用在文书里。", "Used in papers only.")
)
_NUMBERS = Field(
    name="numbers",
    kind="numbers",
    label=Words("电话号码", "Telephone numbers"),
    hint=Words("有几个写几个，一行一个。", "One on each line."),
)

SELF_FIELDS: tuple[Field, ...] = (_NAME, _NUMBERS)
"""The borrower's own few facts."""

_NOWHERE = Choice(value="other", label=Words("哪一笔都没有填过", "in none of them"))
PERSON_FIELDS: tuple[Field, ...] = (
    Field(
        name="relation_word",
        kind="line",
        label=Words("是借款人的什么人", "Relation to the borrower"),
        hint=Words("照平时的叫法写：母亲、同事、室友、单位领导。", "As you say it: mother, colleague, flatmate."),
    ),
    _NAME,
    _NUMBERS,
    Field(
        name="role",
        kind="choice",
        label=Words("借款的时候填过这个人吗", "Was this person named in the contract?"),
        choices=(
            Choice(value="other", label=Words("没有填过", "not named")),
            Choice(
                value="agreed_contact",
                label=Words("填过，是约定的联系人", "an agreed contact"),
                hint=Words(
                    "合同或申请里写明，联系不上借款人时可以找 TA",
                    "named in the contract for when the borrower cannot be reached",
                ),
            ),
            Choice(value="co_debtor", label=Words("是担保人或共同借款人", "a guarantor or co-borrower")),
            Choice(value="heir", label=Words("是继承人", "an heir")),
        ),
    ),
    Field(
        name="consented",
        kind="yes_no",
        label=Words("TA 本人同意过被联系吗", "Did this person agree to being contacted?"),
        choices=YES_NO,
    ),
    Field(
        name="refused_at",
        kind="moment",
        is_past=True,
        label=Words("TA 第一次明确说“不要再联系我”是什么时候", "When did this person first say stop?"),
        hint=Words("说过才填；没说过就空着。北京时间。", "Only if it was said. Beijing time."),
    ),
    Field(
        name="number_source",
        kind="choice",
        label=Words("对方是从哪里知道 TA 的号码的", "How did they get the number?"),
        choices=tuple(
            Choice(value=value, label=value_words("number_source", value))
            for value in ("debtor", "contact_list", "call_log", "public", "bought", "other")
        ),
    ),
)

_COLLECTOR_FIELDS: tuple[Field, ...] = (
    Field(
        name="name",
        kind="line",
        label=Words("他们怎样称呼自己", "What they call themselves"),
        hint=Words(
            "例如“某某消金的小李”。什么都没说，就写“没报名字的人”。", "As they said it, e.g. “Li of such a firm”."
        ),
    ),
    Field(
        name="numbers",
        kind="numbers",
        label=Words("他们用过的号码", "Their numbers"),
        hint=Words(
            "一行一个。以后收进来的记录，凡是这些号码都会归到他们名下。",
            "One on each line. Records with these numbers will count as theirs.",
        ),
    ),
    Field(
        name="signatures",
        kind="lines",
        label=Words("短信开头的签名", "Sender's signature in SMS"),
        hint=Words("就是【】里面的字，一行一个。", "The words inside 【】, one on each line."),
    ),
    Field(
        name="actor",
        kind="choice",
        label=Words("他们是谁的人", "Who they are"),
        choices=(
            Choice(value="lender", label=Words("放款机构自己的人", "the lender itself")),
            Choice(
                value="agency",
                label=Words("外包的催收公司", "an agency"),
                hint=Words("自称“受某某委托”", "says it acts for the lender"),
            ),
            Choice(value="platform", label=Words("App 或平台的人", "the platform")),
            Choice(value="assignee", label=Words("买下这笔债的公司", "who bought the debt")),
        ),
    ),
    Field(name="agency_name", kind="line", label=Words("催收公司叫什么（说过才填）", "Name of the agency, if said")),
)


def person_fields(loans: Sequence[Loan]) -> tuple[Field, ...]:
    """The fields of a person; of several loans what they are to each is asked loan by loan: a contract names whom it names."""
    if len(loans) < 2:
        return PERSON_FIELDS
    (role,) = (field for field in PERSON_FIELDS if field.name == "role")
    to_one = tuple(choice for choice in role.choices if choice.value != "heir")
    by_loan = (
        replace(
            role,
            name=f"{ROLE_IN}{loan.loan_id}",
            label=Words(f"{name}这笔里填过 TA 吗", f"Named for the loan from {name}?"),
            choices=to_one,
        )
        for loan in loans
        for name in (loan.lender_name or loan.platform_name or loan.loan_id,)
    )
    otherwise = replace(
        role,
        hint=Words("填过的、做了担保的，在下面一笔一笔说。", "If so, say for which loan below."),
        choices=(_NOWHERE, *(choice for choice in role.choices if choice not in to_one)),
    )
    place = PERSON_FIELDS.index(role)
    return (*PERSON_FIELDS[:place], otherwise, *by_loan, *PERSON_FIELDS[place + 1 :])


def collector_fields(loans: Sequence[Loan]) -> tuple[Field, ...]:
    """The fields of a collector; in a case of several loans also for which lender it collects."""
    lenders = {loan.lender_id: loan.lender_name or loan.platform_name or loan.loan_id for loan in loans}
    choices = tuple(Choice(value=lender, label=Words(name, name)) for lender, name in lenders.items() if lender)
    if len(loans) < 2 or not choices:
        return _COLLECTOR_FIELDS
    asked = Field(
        name="lender_id",
        kind="choice",
        label=Words("替哪一家催", "For which lender"),
        hint=Words(
            "看短信签名、对方说的欠款数和产品名。弄不清就选不知道，这些联系就不写进给任何一家的文书。",
            "Look at signatures, sums and products. What is not known goes into no paper to a lender.",
        ),
        choices=choices,
    )
    return (*_COLLECTOR_FIELDS, asked)
