"""What columns and their values are called on a page, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from cuijie.records.lender_words import LENDER_WORDS
from cuijie.rulebook.columns import CASE_COLUMNS, CONTACT_COLUMNS

__all__ = ["column_words", "value_pair"]

_ENGLISH: Mapping[str, str] = {
    "contact_id": "contact",
    "debtor_id": "borrower",
    "loan_id": "loan",
    "lender_id": "lender",
    "agency_id": "collection agency",
    "institution_id": "institution that acts",
    "collector_id": "collector",
    "from_number": "calling or sending number",
    "actor": "who makes the contact",
    "lender_type": "type of lender",
    "product": "product",
    "channel": "means of contact",
    "occurred_at": "time",
    "time_precision": "how exactly the time is known",
    "direction": "direction",
    "count": "number of contacts",
    "connected": "answered",
    "duration_s": "length of the call in seconds",
    "recipient_role": "person contacted",
    "recipient_relation": "relation to the borrower",
    "recipient_id": "person contacted",
    "debtor_reachable": "the borrower could be reached at the time",
    "text": "words",
    "text_kind": "where the words come from",
    "asks_payment": "asks for payment",
    "caller_identified": "caller said who they are",
    "number_masked": "number hidden or virtual",
    "recorded": "recorded by the collector",
    "hours_agreed": "contact at this hour was agreed",
    "number_source": "source of the number",
    "contact_list_consent": "borrower's consent to reading the contact list",
    "recipient_consent": "the person contacted consented",
    "recipient_refused": "the person contacted had refused before",
    "consent_withdrawn": "consent had been withdrawn before",
    "agency_disclosed": "the agency had been announced beforehand",
    "in_negotiation": "under negotiation",
    "in_dispute": "debt disputed",
    "hardship_known": "hardship known to the collector",
    "debt_settled": "debt settled",
    "visit_place": "place of the visit",
    "entered": "entered the premises",
    "entry_consented": "entry was consented to",
    "visit_coercive": "blocked the door, stayed on or took things",
    "says_threat_violence": "threatens bodily harm",
    "says_threat_contacts": "threatens to contact family, friends or the employer",
    "says_third_party_disclosure": "tells others of the debt",
    "says_third_party_pressure": "asks others to pay or to press the borrower",
    "says_insult": "insults",
    "says_obscene": "obscene content or malicious fake pictures",
    "says_impersonate_authority": "poses as police, court, government or lawyer",
    "says_false_legal_consequence": "invents or exaggerates legal consequences",
    "says_public_exposure": "exposes in public",
    "says_visit_threat": "threatens a visit",
    "says_harass_volume": "announces or shows bombardment",
    "says_induce_new_loan": "urges a new loan to repay the old",
    "says_private_payment": "asks for payment to a private account",
    "says_fee_scam": "asks for a fee under the pretext of a reduction",
    "contract_on": "date of the contract",
    "overdue_since": "overdue since",
    "fees_disclosed": "interest and fees stated beforehand",
    "complaint_channel": "where the complaint went",
    "complaint_sent_on": "date of the complaint",
    "complaint_due_on": "answer due by",
    "complaint_replied_on": "date of the answer",
    "complaint_late": "answer late or not given",
    "day": "date (Beijing time)",
    "month": "month (Beijing time)",
    "hour": "hour (Beijing time)",
    "minute_of_day": "time of day (Beijing time)",
}
_SHORTER: Mapping[str, str] = {"day": "日期", "month": "月份", "minute_of_day": "钟点（北京时间）"}
_VALUES: Mapping[str, tuple[str, str]] = {
    "call": ("电话", "a call"),
    "robot_call": ("机器人电话", "a robot call"),
    "sms": ("短信", "a text message"),
    "im": ("即时消息", "a chat message"),
    "email": ("邮件", "an email"),
    "letter": ("信函", "a letter"),
    "visit": ("上门", "a visit"),
    "public_post": ("公开发布", "a public post"),
    "debtor": ("借款人本人", "the borrower"),
    "co_debtor": ("共同借款人、担保人", "a co-borrower or guarantor"),
    "heir": ("继承人", "an heir"),
    "agreed_contact": ("约定的联系人", "an agreed contact"),
    "other": ("没有约定过的其他人", "someone never agreed on"),
    "outbound": ("催收方打出（发出）", "from the collector"),
    "inbound": ("打给（发给）催收方", "to the collector"),
    "none": ("没有作出", "none"),
    "bundled": ("和别的条款捆在一起", "bundled"),
    "specific": ("单独明确", "separate and explicit"),
    "contact_list": ("通讯录", "the contact list"),
    "call_log": ("通话记录", "the call log"),
    "public": ("公开渠道", "public sources"),
    "bought": ("购买", "a purchase"),
    "lender": ("贷款人", "the lender"),
    "agency": ("催收机构", "a collection agency"),
    "platform": ("平台", "a platform"),
    "assignee": ("受让方", "an assignee"),
    "home": ("住处", "home"),
    "workplace": ("单位", "workplace"),
    "credit_card": ("信用卡", "a credit card"),
    "pboc_12363": ("人民银行（12363）", "the central bank"),
    "credit_dispute_channel": ("征信异议", "a credit-report dispute"),
    "pi_request": ("个人信息权利请求", "a request on personal information"),
    "police_110": ("公安机关", "the police"),
    "online_consumer": ("网络消费贷款", "an online consumer loan"),
}
# A value that reads otherwise in one column than in the others.
_IN_COLUMN: Mapping[tuple[str, str], tuple[str, str]] = {
    **{("lender_type", value): (words[0], value.replace("_", " ")) for value, words in LENDER_WORDS.items()},
    ("number_source", "debtor"): ("借款人提供", "the borrower"),
    ("number_source", "other"): ("其他", "another"),
    ("product", "other"): ("其他", "another"),
    ("visit_place", "other"): ("其他", "another"),
}


def column_words(name: str) -> tuple[str, str]:
    """What the column *name* is called, in Chinese and in English; its own name where it has no words."""
    column = CONTACT_COLUMNS.get(name) or CASE_COLUMNS.get(name)
    chinese = _SHORTER.get(name) or (column.title_zh if column else "")
    return chinese or name, _ENGLISH.get(name, name)


def value_pair(name: str, value: object) -> tuple[str, str]:
    """What *value* of the column *name* is called, in Chinese and in English; itself where it has no words."""
    words = _IN_COLUMN.get((name, str(value)))
    if value in ("true", "false"):
        return ("是", "yes") if value == "true" else ("否", "no")
    return words or _VALUES.get(str(value)) or (str(value), str(value))
