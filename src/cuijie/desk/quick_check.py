"""“这样催收合法吗？”: five taps become one contact record, judged by the same rulebook as everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from cuijie.assessment import Assessment, assess, inputs_from_case_json
from cuijie.clock import SHANGHAI, Clock
from cuijie.datafiles import Words
from cuijie.desk.forms import Field, instant_of, read_form
from cuijie.errors import BadInput

__all__ = [
    "QUESTIONS", "WHEN", "Choice", "QuickAnswers", "QuickQuestion", "Supposed", "as_of_today", "check_quickly",
    "settled_columns", "suppose",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One button: its value, its words, and the columns of the contact record it settles."""

    value: str
    zh: str
    en: str
    sets: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickQuestion:
    """One question and its buttons; ``many`` if several may be chosen."""

    name: str
    zh: str
    en: str
    choices: tuple[Choice, ...]
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickAnswers:
    """What was tapped; an empty text is *not known*."""

    who: str = ""
    agreed: str = ""
    how: str = ""
    said: tuple[str, ...] = ()
    when: str = ""  # as a browser writes a local date, with or without a time; Asia/Shanghai
    lender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What more would be found if a question left open were answered with one of *choices*."""

    question: QuickQuestion
    choices: tuple[Choice, ...]
    rules: tuple[str, ...]


def _c(value: str, zh: str, en: str, **sets: str | bool) -> Choice:
    return Choice(value=value, zh=zh, en=en, sets=tuple(sets.items()))


QUESTIONS: tuple[QuickQuestion, ...] = (
    QuickQuestion(
        name="who",
        zh="被联系的是谁？",
        en="Who was contacted?",
        choices=(
            _c("debtor", "借款人本人", "the borrower", recipient_role="debtor"),
            _c("family", "家人、亲戚", "family", recipient_relation="family"),
            _c("friend", "朋友、同学", "a friend", recipient_relation="friend"),
            _c("colleague", "同事、单位", "a colleague or employer", recipient_relation="colleague"),
            _c("community", "村委、居委、邻居", "village or neighbours", recipient_relation="community"),
            _c("group", "群里或公开发布", "a group or in public", recipient_role="other"),
        ),
    ),
    QuickQuestion(
        name="agreed",
        zh="这个人是借款时填写的联系人，或担保人吗？",
        en="Was this person named as a contact when borrowing, or a guarantor?",
        choices=(
            _c("no", "都不是", "neither", recipient_role="other"),
            _c("contact", "是填写的联系人", "a named contact", recipient_role="agreed_contact"),
            _c("guarantor", "是担保人或共同借款人", "guarantor or co-borrower", recipient_role="co_debtor"),
            _c("", "不知道", "not known"),
        ),
    ),
    QuickQuestion(
        name="how",
        zh="怎样联系的？",
        en="How?",
        choices=(
            _c("call", "电话，接通了", "a call, answered", channel="call", connected=True),
            _c("missed", "电话，没接通", "a call, not answered", channel="call", connected=False),
            _c("sms", "短信", "SMS", channel="sms"),
            _c("im", "微信等", "chat message", channel="im"),
            _c("visit", "上门", "a visit", channel="visit"),
            _c("public_post", "公开张贴或发布", "a public post", channel="public_post"),
        ),
    ),
    QuickQuestion(
        name="said",
        zh="说了什么？（可多选）",
        en="What was said? (several may apply)",
        many=True,
        choices=(
            _c("pay", "只是催还款", "only asked for payment", asks_payment=True),
            _c("disclosed", "对别人说了欠款的事", "told others of the debt", says_third_party_disclosure=True),
            _c("pressure", "要别人代还或督促", "asked others to pay or press", says_third_party_pressure=True),
            _c("contacts", "扬言联系亲友、单位", "threatened to contact others", says_threat_contacts=True),
            _c("violence", "威胁伤人、毁物", "threatened harm", says_threat_violence=True),
            _c("insult", "辱骂", "insulted", says_insult=True),
            _c("authority", "自称公检法、律师、政府", "posed as an authority", says_impersonate_authority=True),
            _c("false", "说会坐牢、抓人、影响子女", "invented legal consequences", says_false_legal_consequence=True),
            _c("exposure", "公开或扬言公开", "exposed or threatened to", says_public_exposure=True),
            _c("private", "要求转到个人账户", "asked for a private account", says_private_payment=True),
            _c("newloan", "叫去别处借钱来还", "pushed a new loan", says_induce_new_loan=True),
        ),
    ),
    QuickQuestion(
        name="lender",
        zh="钱是谁放的？（看合同或到账的付款方）",
        en="Who lent? (see the contract or the payer)",
        choices=(
            _c("commercial_bank", "银行", "a bank"),
            _c("credit_card_center", "信用卡中心", "credit card centre"),
            _c("consumer_finance", "消费金融公司", "consumer finance company"),
            _c("microloan", "小额贷款公司", "microloan company"),
            _c("unlicensed", "没有牌照的平台或个人", "unlicensed"),
            _c("", "不知道", "not known"),
        ),
    ),
)


WHEN = Field(
    name="when", kind="moment", is_past=True,
    label=Words("什么时候？（北京时间；记不得就空着）", "When? (Beijing time; leave it empty if not known)"),
)  # fmt: skip


_AT_NIGHT = "cn.time.quiet-hours"
_HOURS = QuickQuestion(
    name="hours",
    zh="和放款方约定过这个钟点可以联系吗？",
    en="Was contact at this hour agreed with the lender?",
    choices=(
        _c(
            "none", "没有约定过，而且借的是银行、消费金融或小贷公司的信用卡或网上消费贷款",
            "not agreed, and it is a credit card or an online consumer loan of a bank, consumer finance or microloan company",
        ),
    ),
)  # fmt: skip


def settled_columns(given: QuickAnswers) -> dict[str, str | bool]:
    """The columns of the contact record that the taps settle; what was not tapped stays away."""
    found: dict[str, str | bool] = {}
    chosen = {"who": (given.who,), "agreed": (given.agreed,), "how": (given.how,), "said": given.said}
    for question in QUESTIONS:
        for choice in question.choices:
            if choice.value in chosen.get(question.name, ()):
                found.update(choice.sets)
    if given.who in {"debtor", "group"}:  # the second question is about somebody else
        found["recipient_role"] = "debtor" if given.who == "debtor" else "other"
    if found.get("connected") is False:
        found = {name: value for name, value in found.items() if not name.startswith("says_")}
    elif given.said:
        _fill_unsaid(found, given)
    return found


def as_of_today(given: QuickAnswers, clock: Clock) -> QuickAnswers:
    """*given* supposed to have been today, at an hour that nobody told: what the law in force now would say of it."""
    return replace(given, when=clock.now().astimezone(SHANGHAI).date().isoformat())


def check_quickly(given: QuickAnswers, clock: Clock, **loan: str) -> Assessment:
    """Judge the one contact that *given* describes; without a day no law is known to have been in force.

    *loan* is what is supposed of the loan beyond what was tapped.

    Raises BadInput for a time that cannot be read or has not been yet.
    """
    contact: dict[str, object] = {
        "contact_id": "1",
        "direction": "outbound",
        **_time(given, clock),
        "debtor_id": "debtor",
        "lender_id": "lender",
        "recipient_id": "debtor" if given.who == "debtor" else "recipient",
        **settled_columns(given),
    }
    tapped = {
        "lender_type": given.lender or None,
        "product": "credit_card" if given.lender == "credit_card_center" else None,
        **loan,
    }
    return assess(inputs_from_case_json({"loan": tapped, "contacts": [contact]}))


def suppose(given: QuickAnswers, found: Assessment, clock: Clock) -> tuple[Supposed, ...]:
    """What each answer to what nobody tapped (who lent, whether the person or the hour was agreed) would add to *found*."""
    known = {finding.rule for finding in found.findings}
    supposed: list[Supposed] = []
    for question in QUESTIONS:
        is_asked = question.name == "lender" or (question.name == "agreed" and given.who not in {"debtor", "group"})
        if not is_asked or getattr(given, question.name):
            continue
        adds: dict[tuple[str, ...], list[Choice]] = {}
        for choice in question.choices:
            if choice.value:
                is_lender = question.name == "lender"
                said = replace(given, lender=choice.value) if is_lender else replace(given, agreed=choice.value)
                judged = check_quickly(said, clock)
                more = dict.fromkeys(finding.rule for finding in judged.findings if finding.rule not in known)
                adds.setdefault(tuple(more), []).append(choice)
        supposed += [Supposed(question=question, choices=tuple(of), rules=rules) for rules, of in adds.items() if rules]
    product = "credit_card" if given.lender == "credit_card_center" else "online_consumer"
    judged = check_quickly(
        given, clock, lender_type=given.lender or "commercial_bank", product=product, agreed_hours="none"
    )
    if _AT_NIGHT not in known and any(one.rule == _AT_NIGHT for one in judged.findings):
        supposed.append(Supposed(question=_HOURS, choices=_HOURS.choices, rules=(_AT_NIGHT,)))
    return tuple(supposed)


def _fill_unsaid(found: dict[str, str | bool], given: QuickAnswers) -> None:
    """Who answered what was said has answered it whole: what was not tapped was not said."""
    for question in QUESTIONS:
        if question.name == "said":
            for choice in question.choices:
                for column, _ in choice.sets:
                    found.setdefault(column, False)
    if any(value != "pay" for value in given.said):
        found["asks_payment"] = True  # threats and disclosure are made to get paid


def _time(given: QuickAnswers, clock: Clock) -> dict[str, str]:
    values, troubles = read_form((WHEN,), {"when": given.when}, clock.now())
    if troubles:
        raise BadInput(
            f"看不懂这个时间：{given.when}。{troubles['when'].zh}",
            remedy="请按 2026-10-21 22:41 的样子填写；只记得哪天，就只填哪天；记不得就空着。",
        )
    match values["when"]:
        case datetime() as at:
            return {"occurred_at": at.isoformat(), "time_precision": "minute"}
        case date() as day:
            return {"occurred_at": instant_of(day).isoformat(), "time_precision": "day"}
        case _:
            return {}
