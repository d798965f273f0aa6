"""Whoever signs a paper: what they are to the loan, as the paper may say it, and what they may ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cuijie.remedies.documents.blocks import Run
from cuijie.remedies.documents.facts import Conduct
from cuijie.remedies.material import DEBTOR, OBLIGED, Material, has_agreed, reader_of

__all__ = ["ASK_STANDING", "OF_A_MINOR", "STANDING", "signer_names"]

STANDING = "standing"
"""What the blank stands for where nobody has told what the signer is to the loan."""
ASK_STANDING = (
    "还不知道签名的人和这笔借款是什么关系：在“更多”的“被联系的人”里选好，文书就会照着写；"
    "不选，就在纸上留下属实的一项，划去其余。"
)
"""What is told first of a paper with that blank."""
OF_A_MINOR = "署名的人如果未满18岁，由父母或者其他监护人作为法定代理人提出，在签名处写明“法定代理人”并签上自己的名字。"
"""What is told first of a paper in the name of a minor."""
_STRIKE = "〔请留下属实的一项，划去其余：{}〕"
# A contacted person who owes, stands surety or has inherited must not sign that they have nothing to do with it.
_STANDS = {
    "other": "不是借款人，没有为借款提供担保",
    "co_debtor": "是这笔借款的共同借款人或者担保人",
    "heir": "是借款人的继承人",
}
_STANDING = {
    "other": "不是借款人、担保人，系被催收联系的人",
    "co_debtor": "共同借款人或者担保人",
    "heir": "借款人的继承人",
}
_STOP_ALL = "立即停止以任何方式联系本人"


def signer_names(material: Material, sender: str, me: str, conducts: Sequence[Conduct]) -> Mapping[str, object]:
    """What a template may say of its signer, and the demands that become them.

    Who owes, stands surety or inherited cannot forbid every contact, only the unlawful ones; who may be any of these
    (nobody has told) asks no more than they could, and strikes out on the paper what they are not.
    """
    person = material.people().get(sender)
    role = person.role if person else None
    reader = reader_of(material, sender)
    may_owe = reader == "debtor" or reader in OBLIGED or role is None
    agreed = person.consented if person else None
    return {
        "is_debtor": sender == DEBTOR,
        "person": person,
        "stands": _told(_STANDS, role),
        "standing": _told(_STANDING, role),
        "has_agreed": has_agreed(material, sender),
        "denies_consent": reader not in OBLIGED and (agreed is False or (agreed is None and role == "other")),
        "demands": _demands(conducts, me, may_owe=may_owe),
        "stops": _stops(conducts, me, may_owe=may_owe),
        "stops_but_deletion": _stops([one for one in conducts if not _asks_deletion(one)], me, may_owe=may_owe),
        "is_obliged": reader in OBLIGED,
        "is_heir": reader == "heir",
    }


def _told(words: Mapping[str, str], role: str | None) -> str | Run:
    """What somebody of *role* is to the loan; all that they may be, to be struck out, where it is unknown."""
    if role is None:
        return Run(text=_STRIKE.format("／".join(words.values())), kind="blank", ref=STANDING)
    return words.get(role, words["other"])


def _demands(conducts: Sequence[Conduct], me: str, *, may_owe: bool) -> tuple[str, ...]:
    """What a letter asks for: that it stops, and what is to be put right."""
    wordings = [conduct.wording for conduct in conducts]
    written = [one.demand if may_owe else one.contacted for one in wordings] or [
        "停止违反规定的催收方式，不再联系与债务无关的人" if may_owe else _STOP_ALL
    ]
    return _in_the_words_of(me, written)


def _stops(conducts: Sequence[Conduct], me: str, *, may_owe: bool) -> tuple[str, ...]:
    """What a court may forbid (民法典997: 责令停止有关行为); apologies and explanations are claims of their own."""
    wordings = [conduct.wording for conduct in conducts]
    written = [one.stop if may_owe else one.contacted_stop for one in wordings]
    return _in_the_words_of(me, [one for one in written if one] or ["停止违反规定的催收方式" if may_owe else _STOP_ALL])


def _asks_deletion(conduct: Conduct) -> bool:
    """Whether what is to stop is that personal information is kept, which a suit claims in a request of its own."""
    return conduct.wording.is_personal_info and "删除" in (conduct.wording.stop or "")


def _in_the_words_of(me: str, written: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.replace("本人", me) for one in written))
