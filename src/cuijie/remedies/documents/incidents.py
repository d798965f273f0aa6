"""One contact in the words of a paper: who, when, from which number, what was said, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cuijie.assessment.entry_records import is_group
from cuijie.records import ContactRecord, Person
from cuijie.records.numbers import mask
from cuijie.remedies.documents.blocks import Cell, Run
from cuijie.remedies.exhibits import Place
from cuijie.remedies.wording import moment, plain_text

__all__ = ["Incident", "Naming", "Narrator", "is_to_other"]

Naming = Literal["masked", "full"]

_RELATIONS = {
    "family": "亲属",
    "friend": "朋友",
    "colleague": "同事",
    "employer": "工作单位",
    "community": "社区",
    "stranger": "与本人无关的人",
}
_ROLES = {
    "co_debtor": "共同借款人或担保人",
    "heir": "继承人",
    "agreed_contact": "约定的紧急联系人",
    "other": "第三人",
}
_UNNUMBERED = {  # what has no number at all
    "letter": "未写明的寄件人", "visit": "上门的催收人员", "public_post": "未查明的发布人",
}  # fmt: skip
_VISIT_PLACES = {"home": "住处", "workplace": "工作单位", "other": "所在处"}
_CHANNELS = {
    "call": "电话",
    "robot_call": "智能语音电话",
    "sms": "短信",
    "im": "即时通信",
    "email": "电子邮件",
    "letter": "信函",
    "visit": "上门",
    "public_post": "公开发布",
}


_UNBROKEN = re.compile(r"[0-9A-Za-z*.,-]+$")
# a long line that goes on in the next
_WRAPPED = re.compile(r"(?<=[^\n。：；！？]{12})\n(?=[\u4e00-\u9fff，。、；：）”])")


def _cut(text: str, limit: int) -> str:
    """The first *limit* characters; a number or a word in Latin letters that goes on behind is left out whole."""
    head = text[:limit]
    return (_UNBROKEN.sub("", head) or head) if _UNBROKEN.fullmatch(text[limit]) else head


def is_to_other(contact: ContactRecord) -> bool:
    """Whether somebody other than the borrower was contacted, be it unknown what they are to the loan."""
    if contact.recipient_role is None:
        return contact.recipient_id not in {None, "debtor"}
    return contact.recipient_role != "debtor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One contact with the places that prove it; ``number`` counts through the paper's timeline."""

    number: int
    contact: ContactRecord
    places: tuple[Place, ...] = ()
    account: str | None = None  # the name the other side shows, where there is no number
    is_borrowers_note: bool = False  # its words are the borrower's account, whoever was contacted
    is_told: bool = False  # told by hand: ``account`` is what the caller said of themselves
    gravity: tuple[int, ...] = (0,)  # of the findings that name it, left to judge or not (``facts.gravity``)
    is_number_unnoted: bool = False  # in somebody's own notes a number that does not stand there was not hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator:
    """Tells incidents for one sender, with other people named as the addressee may know them."""

    sender: str  # "debtor" or a person_id
    people: Mapping[str, Person]
    naming: Naming = "masked"
    quote_limit: int = 60  # characters of a quotation; 0 = all of it
    me: str = "本人"  # how the sender speaks of themselves: 本人, 原告, 申请人

    def recipient(self, contact: ContactRecord) -> str:
        """Who was contacted: 本人, 借款人, 母亲（138****1002）, 第三人."""
        person = self.people.get(contact.recipient_id or "")
        if is_group(contact.recipient_id):
            return "公开可见的地方" if contact.channel == "public_post" else "群聊等多人可见的地方"
        if contact.recipient_role == "debtor":
            return self.me if self.sender == "debtor" else "借款人"
        if person is not None and person.person_id == self.sender:
            return self.me
        word = (person.relation_word if person else None) or _RELATIONS.get(contact.recipient_relation or "")
        word = word or _ROLES.get(contact.recipient_role or "") or "被联系人"
        is_own = self.sender == "debtor" and person is not None and bool(person.relation_word)
        is_office = contact.recipient_relation == "employer" and not word.startswith(("单位", "公司", "工作单位"))
        if self.naming == "full" and person is not None and person.name:
            word = person.name if person.name.startswith(word) else word + person.name  # “同事周师傅” is told once
        if is_own:
            word = f"{self.me}{'单位的' if is_office else ''}{word}"  # 本人人事 reads as one word
        if person is not None and person.numbers:
            shown = person.numbers[0] if self.naming == "full" else mask(person.numbers[0])
            word += f"（{shown}）"
        return plain_text(word)

    def channel(self, contact: ContactRecord) -> str:
        """How the contact was made, in one word."""
        return _CHANNELS.get(contact.channel or "", "联系")

    def origin(self, incident: Incident) -> str:
        """The number or account it came from, as recorded."""
        contact, account = incident.contact, plain_text(incident.account or "")
        if contact.from_number:
            return plain_text(contact.from_number)
        if incident.is_told and account:
            return f"自称“{account}”的人"
        is_online = contact.channel in {"im", "email", "public_post"}
        if is_online and account:
            return f"账号“{account}”"
        if contact.channel == "letter" and account:
            return f"署名“{account}”的寄件人"
        nameless = f"{'未记下' if incident.is_number_unnoted else '未显示'}的{'账号' if is_online else '号码'}"
        return _UNNUMBERED.get(contact.channel or "", nameless)

    def act(self, incident: Incident) -> str:
        """What was done, without the words: 致电本人母亲（138****1002），通话95秒."""
        contact, origin = incident.contact, self.origin(incident)
        text = self._inbound(contact, origin) if contact.direction == "inbound" else self._outbound(contact, origin)
        if contact.count is None:
            return text + "，多次（次数待核对）"
        return text if contact.count == 1 else f"{text}，共{contact.count}次"

    def _outbound(self, contact: ContactRecord, from_whom: str) -> str:
        who = self.recipient(contact)
        match contact.channel:
            case "call" | "robot_call":
                manner = "以智能语音" if contact.channel == "robot_call" else ""
                return f"{from_whom}{manner}致电{who}{self._duration(contact)}"
            case "sms":
                return f"{from_whom}向{who}发送短信"
            case "im" if is_group(contact.recipient_id):
                return f"{from_whom}在{who}发送消息"
            case "im":
                return f"{from_whom}通过即时通信向{who}发送消息"
            case "email" | "letter":
                return f"{from_whom}向{who}寄发{_CHANNELS[contact.channel]}"
            case "visit":
                return f"催收人员到{who}{_VISIT_PLACES.get(contact.visit_place or '', '所在处')}上门"
            case "public_post":
                return f"催收人员公开发布涉及{self.me}的内容"
            case _:
                return f"{from_whom}联系{who}"

    def _inbound(self, contact: ContactRecord, to_whom: str) -> str:
        """The person called or wrote: a text is then their own, in a call the other side spoke."""
        who = self.recipient(contact)
        if contact.channel in {"call", "robot_call"}:
            return f"{who}致电{to_whom}{self._duration(contact)}"
        word = _CHANNELS.get(contact.channel or "", "消息")
        return f"{who}向{to_whom}发出{'消息' if contact.channel == 'im' else word}"

    def _duration(self, contact: ContactRecord) -> str:
        if contact.connected is False:
            return "，未接通"
        if contact.duration_s:
            minutes, seconds = divmod(contact.duration_s, 60)
            return f"，通话{minutes}分{seconds:02d}秒" if minutes else f"，通话{seconds}秒"
        return "，已接通" if contact.connected else ""

    def words(self, incident: Incident) -> Cell:
        """What was said, quoted only if it was kept word for word; empty if no words were kept."""
        contact = incident.contact
        text = _WRAPPED.sub("", plain_text(contact.text or "")).replace("\n", " ").strip()
        if not text:
            return ()
        cut = bool(self.quote_limit) and len(text) > self.quote_limit
        shown = f"{_cut(text, self.quote_limit)}……" if cut else text
        quote = Run(text=shown, kind="quote")
        match contact.text_kind:
            case "verbatim":
                return (Run(text="“"), quote, Run(text="”"))
            case "transcript":
                return (Run(text="（录音转写）“"), quote, Run(text="”"))
            case _:  # a summary, or words of unknown standing, is never put in quotation marks
                is_anothers = incident.is_borrowers_note and self.sender != "debtor"
                return (
                    Run(text="据借款人所记，大意为：" if is_anothers else "大意为："),
                    Run(text=shown.rstrip("。．.；; "), kind="quote"),
                )

    def evidence(self, incident: Incident) -> Cell:
        """The exhibits the incident stands on, or a visible blank."""
        if not incident.places:
            return (Run(text="证据：　　　　", kind="blank", ref="evidence"),)
        labels = [Run(text=place.label(), kind="exhibit", ref=place.exhibit.exhibit_id) for place in incident.places]
        joined: list[Run] = []
        for label in labels:
            joined += [Run(text="、"), label] if joined else [label]
        return tuple(joined)

    def when(self, contact: ContactRecord) -> str:
        """The time in Beijing, or that it is not known."""
        if contact.occurred_at is None:
            return "时间不详"
        return moment(contact.occurred_at, contact.time_precision)

    def sentence(self, incident: Incident) -> Cell:
        """The whole incident with its evidence: one clause, ending in the exhibit."""
        contact = incident.contact
        words = self.words(incident)
        told = f"{self.when(contact)}，{self.act(incident)}"
        runs: list[Run] = [Run(text=told, kind="data", gravity=incident.gravity)]
        if words:
            spoken = contact.channel in {"call", "robot_call", "visit"}
            lead = (
                "，"
                if contact.text_kind not in {"verbatim", "transcript"}
                else "，对方称："
                if spoken
                else "，内容为："
            )
            runs += [Run(text=lead), *words]
        return (*runs, Run(text="（"), *self.evidence(incident), Run(text="）"))

    def content(self, incident: Incident) -> Cell:
        """The incident's content for a table cell: connection and words, without time, number and person."""
        contact = incident.contact
        parts: list[Run] = []
        if contact.channel in {"call", "robot_call"}:
            state = self._duration(contact).removeprefix("，") or "通话情况未记录"
            parts.append(Run(text=state, kind="data"))
        if contact.count is None:
            parts.append(Run(text="；多次（次数待核对）" if parts else "多次（次数待核对）"))
        elif contact.count > 1:
            parts.append(Run(text=f"{'；' if parts else ''}共{contact.count}次"))
        if words := self.words(incident):
            parts += [Run(text="；"), *words] if parts else list(words)
        return tuple(parts) or (Run(text="未记录内容"),)
