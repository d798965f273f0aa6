"""What remedies leave behind in a case: numbered exhibits, filled-in fields, steps done and replies received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

__all__ = ["Exhibit", "PaperField", "Reply", "ReplyKind", "StepDone"]

ReplyKind = Literal[
    "refused",  # 拒绝
    "more_material",  # 要求补材料
    "extended",  # 告知延期
    "paused",  # 告知中止、暂停计算期限
    "resumed",  # 恢复计算期限
    "overdue",  # 超过期限没有答复（程序能算出来的不必记）
    "partial",  # 部分答复
    "not_ours",  # 说不是我们的人
    "not_competent",  # 说不归他们管
    "accepted",  # 受理、立案、出具受案回执
    "no_receipt",  # 报案后没有回执
    "no_case",  # 不予立案
    "decision",  # 作出处理决定或行政决定
    "payment_order",  # 收到法院支付令
    "stopped",  # 已经停止、达成一致
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One piece of evidence under the number it keeps in every paper and in the bundle: 证据1, 证据2 …"""

    exhibit_id: str  # the vault item's id
    number: int
    name: str  # file name as taken in
    sha256: str
    size_bytes: int
    taken_in_at: datetime
    media_type: str | None = None
    owner: str | None = None  # "debtor" or a person_id
    device: str | None = None
    obtained: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperField:
    """A field the user filled in once (姓名, 通信地址 …); used by every paper that has it."""

    field_id: str  # "sender:key"
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step the user took: when, with which paper exactly as sent, with which proof that it arrived."""

    done_id: str
    step: str  # id of the step of the ladder
    done_on: date
    channel: str | None = None
    document: str | None = None
    paper_item: str | None = None  # vault item of the paper as sent
    paper_sha256: str | None = None
    proof_items: tuple[str, ...] = ()  # vault items: EMS receipt, screenshot of the ticket …
    reached_on: date | None = None  # the day it arrived, where the proof shows one
    ticket_no: str | None = None  # complaint number, receipt number
    via: str | None = None  # EMS, 邮件, 电话, 现场 …
    note: str | None = None
    answers: str | None = None  # of material handed in later: the step whose office asked for it; None: whoever asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back to a step, in one of the few kinds that each lead to a next paper."""

    reply_id: str
    step: str
    kind: ReplyKind
    received_on: date
    document_no: str | None = None
    note: str | None = None
    items: tuple[str, ...] = ()  # vault items
    perform_by: date | None = None  # of a judgment: the last day it gives for performing
