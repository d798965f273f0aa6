"""The contact record: one attempt, by or for a lender, to reach one person.

The borrower's timeline, the lender's log and the gate's request are this same record.  Every column but
``contact_id`` may be ``None``, which means *not known* and never a default.  ``COLUMNS`` says for each
column its SQL type, whom it belongs to (so that a question is asked once per owner) and when it can be
known (so that the gate knows what to ask before a contact and what to return as a duty).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = [
    "COLUMNS",
    "COLUMN_BY_NAME",
    "LABELS",
    "Actor",
    "Channel",
    "Column",
    "ColumnOwner",
    "ColumnType",
    "ContactListConsent",
    "ContactRecord",
    "Direction",
    "Knowable",
    "LenderType",
    "NumberSource",
    "Product",
    "RecipientRelation",
    "RecipientRole",
    "TextKind",
    "TimePrecision",
    "VisitPlace",
]

Actor = Literal["lender", "agency", "platform", "assignee"]
LenderType = Literal[
    "commercial_bank", "credit_card_center", "consumer_finance", "auto_finance_trust", "microloan",
    "guarantee", "loan_facilitator", "debt_assignee", "collection_agency", "p2p_residual", "unlicensed",
    "pawn_lease_factoring", "rental_disguised", "private_person",
]  # fmt: skip
Product = Literal["credit_card", "online_consumer", "other"]
Channel = Literal["call", "robot_call", "sms", "im", "email", "letter", "visit", "public_post"]
TimePrecision = Literal["second", "minute", "day"]
Direction = Literal["outbound", "inbound"]
RecipientRole = Literal["debtor", "co_debtor", "heir", "agreed_contact", "other"]
RecipientRelation = Literal["family", "friend", "colleague", "employer", "community", "stranger"]
TextKind = Literal["verbatim", "transcript", "summary"]
NumberSource = Literal["debtor", "contact_list", "call_log", "public", "bought", "other"]
ContactListConsent = Literal["none", "bundled", "specific"]
VisitPlace = Literal["home", "workplace", "other"]

ColumnType = Literal["string", "bool", "int", "timestamp"]
ColumnOwner = Literal["contact", "recipient", "loan", "lender"]
Knowable = Literal["before", "during", "after"]

LABELS: tuple[str, ...] = (
    "threat_violence",
    "threat_contacts",
    "third_party_disclosure",
    "third_party_pressure",
    "insult",
    "obscene",
    "impersonate_authority",
    "false_legal_consequence",
    "public_exposure",
    "visit_threat",
    "harass_volume",
    "induce_new_loan",
    "private_payment",
    "fee_scam",
)
"""The conduct labels of the reading room, in the order in which they are always listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """One attempt, by or for a lender, to reach one person; ``None`` is *not known*."""

    contact_id: str
    debtor_id: str | None = None
    loan_id: str | None = None
    lender_id: str | None = None
    agency_id: str | None = None
    collector_id: str | None = None
    from_number: str | None = None
    actor: Actor | None = None
    lender_type: LenderType | None = None
    product: Product | None = None
    channel: Channel | None = None
    occurred_at: datetime | None = None  # carries a zone
    time_precision: TimePrecision | None = None
    direction: Direction | None = None
    count: int | None = 1  # contacts it stands for; None = several
    connected: bool | None = None
    duration_s: int | None = None
    recipient_role: RecipientRole | None = None
    recipient_relation: RecipientRelation | None = None
    recipient_id: str | None = None
    debtor_reachable: bool | None = None
    text: str | None = None
    text_kind: TextKind | None = None
    asks_payment: bool | None = None
    caller_identified: bool | None = None
    number_masked: bool | None = None
    recorded: bool | None = None
    hours_agreed: bool | None = None
    number_source: NumberSource | None = None
    contact_list_consent: ContactListConsent | None = None
    recipient_consent: bool | None = None
    recipient_refused: bool | None = None
    consent_withdrawn: bool | None = None
    agency_disclosed: bool | None = None
    in_negotiation: bool | None = None
    in_dispute: bool | None = None
    hardship_known: bool | None = None
    debt_settled: bool | None = None
    visit_place: VisitPlace | None = None
    entered: bool | None = None
    entry_consented: bool | None = None
    visit_coercive: bool | None = None
    says_threat_violence: bool | None = None
    says_threat_contacts: bool | None = None
    says_third_party_disclosure: bool | None = None
    says_third_party_pressure: bool | None = None
    says_insult: bool | None = None
    says_obscene: bool | None = None
    says_impersonate_authority: bool | None = None
    says_false_legal_consequence: bool | None = None
    says_public_exposure: bool | None = None
    says_visit_threat: bool | None = None
    says_harass_volume: bool | None = None
    says_induce_new_loan: bool | None = None
    says_private_payment: bool | None = None
    says_fee_scam: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What is fixed about one column of the contact record."""

    name: str
    type: ColumnType
    owner: ColumnOwner
    known: Knowable
    values: tuple[str, ...] = ()  # the only values, for columns with a closed list
    title_zh: str = ""


def _column(
    name: str, type: ColumnType, owner: ColumnOwner, known: Knowable, title_zh: str, values: object = None
) -> Column:
    closed: tuple[str, ...] = getattr(values, "__args__", ())
    return Column(name=name, type=type, owner=owner, known=known, values=closed, title_zh=title_zh)


_LABEL_TITLES = {
    "threat_violence": "以人身伤害相威胁",
    "threat_contacts": "以联系亲友、单位相要挟",
    "third_party_disclosure": "向他人透露欠款",
    "third_party_pressure": "要求他人代还或催促",
    "insult": "辱骂、侮辱",
    "obscene": "淫秽内容、恶意合成图片",
    "impersonate_authority": "冒充公检法、政府或律师",
    "false_legal_consequence": "虚构或夸大法律后果",
    "public_exposure": "公开曝光",
    "visit_threat": "以上门相威胁",
    "harass_volume": "扬言或体现高频骚扰",
    "induce_new_loan": "劝逼借新还旧",
    "private_payment": "要求付到私人账户",
    "fee_scam": "以减免等名义骗取费用",
}

COLUMNS: tuple[Column, ...] = (
    _column("contact_id", "string", "contact", "before", "联系编号"),
    _column("debtor_id", "string", "loan", "before", "债务人"),
    _column("loan_id", "string", "loan", "before", "借款"),
    _column("lender_id", "string", "loan", "before", "贷款人"),
    _column("agency_id", "string", "contact", "before", "受托催收机构"),
    _column("collector_id", "string", "contact", "before", "催收人员"),
    _column("from_number", "string", "contact", "before", "来电或发信号码"),
    _column("actor", "string", "contact", "before", "由谁联系", Actor),
    _column("lender_type", "string", "lender", "before", "贷款人类型", LenderType),
    _column("product", "string", "loan", "before", "产品", Product),
    _column("channel", "string", "contact", "before", "方式", Channel),
    _column("occurred_at", "timestamp", "contact", "before", "时间"),
    _column("time_precision", "string", "contact", "before", "时间精度", TimePrecision),
    _column("direction", "string", "contact", "before", "方向", Direction),
    _column("count", "int", "contact", "before", "次数"),
    _column("connected", "bool", "contact", "during", "是否接通"),
    _column("duration_s", "int", "contact", "after", "通话秒数"),
    _column("recipient_role", "string", "recipient", "before", "被联系人身份", RecipientRole),
    _column("recipient_relation", "string", "recipient", "before", "与债务人的关系", RecipientRelation),
    _column("recipient_id", "string", "contact", "before", "被联系人"),
    _column("debtor_reachable", "bool", "contact", "before", "当时能否联系上债务人"),
    _column("text", "string", "contact", "during", "原话"),
    _column("text_kind", "string", "contact", "during", "文字来源", TextKind),
    _column("asks_payment", "bool", "contact", "during", "是否催款"),
    _column("caller_identified", "bool", "contact", "during", "是否表明身份"),
    _column("number_masked", "bool", "contact", "before", "号码是否隐藏或虚拟"),
    _column("recorded", "bool", "contact", "after", "催收方是否录音"),
    _column("hours_agreed", "bool", "loan", "before", "是否约定过这个时段可以联系"),
    _column("number_source", "string", "recipient", "before", "号码来源", NumberSource),
    _column("contact_list_consent", "string", "loan", "before", "借款人对读取通讯录的同意", ContactListConsent),
    _column("recipient_consent", "bool", "recipient", "before", "被联系人本人是否同意"),
    _column("recipient_refused", "bool", "recipient", "before", "被联系人此前是否拒绝过"),
    _column("consent_withdrawn", "bool", "loan", "before", "此前是否已撤回同意"),
    _column("agency_disclosed", "bool", "loan", "before", "是否事先告知委托催收"),
    _column("in_negotiation", "bool", "loan", "before", "是否正在协商"),
    _column("in_dispute", "bool", "loan", "before", "债务是否有争议"),
    _column("hardship_known", "bool", "loan", "before", "是否已知困难情况"),
    _column("debt_settled", "bool", "loan", "before", "债务是否已结清"),
    _column("visit_place", "string", "contact", "before", "上门地点", VisitPlace),
    _column("entered", "bool", "contact", "during", "是否进入"),
    _column("entry_consented", "bool", "contact", "during", "进入是否经同意"),
    _column("visit_coercive", "bool", "contact", "during", "是否堵门、滞留或取物"),
    *(_column(f"says_{label}", "bool", "contact", "during", _LABEL_TITLES[label]) for label in LABELS),
)
COLUMN_BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
