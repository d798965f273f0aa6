"""Who speaks: splits a call transcript or a marked message into turns.

Only what the collecting side says is judged; what the person called says sets facts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from cuijie.reading.speakers import PERSON, bare_marks

__all__ = ["Side", "Turn", "Voices", "may_be_marked", "turns", "voices_of"]

Side = Literal["collector", "person", "unmarked"]

_COLLECTOR = (
    "催收|催收员|催收方|催收人|催收专员|催收人员|催收公司|催收经理|催收机构|坐席|座席|客服|客服人员|客服专员|专员|工作人员|对方|主叫|"
    "主叫方|外访|外访员|外访人员|法务|法务专员|经理|主管|组长|业务员|银行|银行客服|平台|平台客服|贷后|贷后专员|清收|"
    "机器人|智能语音|语音机器人|ai|书记员|法官|律师|调解员|来电|来电人|男声|陌生人|协商专员|风控|风控专员"
)
_NAMED = r"(?:[(（][^()（）]{0,8}[)）]|[-—·_]?[小老阿][一-龥]{1,2}(?=\s{0,2}[:：])|[\d一二三a-dA-D甲乙丙]{0,3})"
# blanks before a mark are bounded: a megabyte of them would be gone through from each anew
_MARK = re.compile(
    rf"(?:^|(?<=[\n。！？!?;；…”\"，,~\s])|(?<=】))\s{{0,8}}[\[【(（]?(?:(?P<person>{PERSON})|(?P<collector>{_COLLECTOR})){_NAMED}[\]】)）]?"
    r"(?P<sign>\s{0,4}[:：]|(?=\s))\s*"
)

_STAMP = r"(?:[\[(]?\d{1,4}[\d:/.\-年月日 ]{2,18}[\])]?\s{0,4})"
_STAMPED = re.compile(rf"\s{{0,8}}{_STAMP}?")
_FIELD = (
    "时间|日期|地点|地址|电话|手机|微信|qq|姓名|金额|备注|注|附|附件|链接|网址|编号|案号|账号|户名|开户行|卡号|身份证|内容|"
    "主题|标题|原因|要求|说明|提示|温馨提示|结果|方式|https?|ps"
)
# in a chat that marks the person's lines, whoever else begins a line speaks for the other side, whatever the name
_OTHER = re.compile(
    rf"(?:^|(?<=\n))\s{{0,8}}{_STAMP}?(?!(?:{_FIELD}|{PERSON})\s{{0,2}}:)[^\s:,。!?;“”\"'()\[\]【】\d][^\s:,。!?;“”\"'()\[\]【】]{{0,11}}"
    r"(?:[(（][^()（）\n]{0,8}[)）])?\s{0,2}:(?!//)\s*"
)


_MAY_BE_MARKED = re.compile(r"[:：\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stretch of the text by one side; ``start`` and ``end`` leave the speaker's mark out."""

    side: Side
    start: int
    end: int


def _marks(text: str) -> list[tuple[re.Match[str], Side]]:
    found: list[tuple[re.Match[str], Side]] = []
    for match in _MARK.finditer(text):
        found.append((match, "person" if match["person"] else "collector"))
    with_colon = [pair for pair in found if pair[0]["sign"]]
    without = [pair for pair in found if not pair[0]["sign"]]
    if len({side for _, side in without}) == 2 or (
        len(without) > 1 and all(_begins_line(text, match) for match, _ in without)
    ):
        return found  # a recogniser's transcript: marks stand bare, before blanks
    if not any(side == "person" and _begins_stamped_line(text, match) for match, side in with_colon):
        return with_colon
    known = {match.end() for match, _ in with_colon}
    others: list[tuple[re.Match[str], Side]] = [
        (match, "collector") for match in _OTHER.finditer(text) if match.end() not in known
    ]
    return sorted([*with_colon, *others], key=lambda pair: pair[0].start())


def _begins_stamped_line(text: str, match: re.Match[str]) -> bool:
    return _STAMPED.fullmatch(text, text.rfind("\n", 0, match.start() + 1) + 1, match.start()) is not None


def _begins_line(text: str, match: re.Match[str]) -> bool:
    return match.start() == 0 or text[match.start() - 1 : match.start() + 1].find("\n") >= 0


def turns(text: str) -> Sequence[Turn]:
    """The turns of *text* in order; one unmarked turn if no speaker is marked."""
    marks = bare_marks(text) or _marks(text)
    if not marks:
        return (Turn(side="unmarked", start=0, end=len(text)),)
    pieces: list[Turn] = []
    if marks[0][0].start() > 0:
        pieces.append(Turn(side="unmarked", start=0, end=marks[0][0].start()))
    for (match, side), following in zip(marks, [*marks[1:], None], strict=True):
        end = following[0].start() if following else len(text)
        pieces.append(Turn(side=side, start=match.end(), end=end))
    return tuple(piece for piece in pieces if text[piece.start : piece.end].strip())


class Voices(NamedTuple):
    """What each side says.

    ``collector``: the text with the person's turns blanked, so positions stay; None if only the person speaks.
    ``person``: what the person says, or the whole text where some of it is nobody's in particular.  ``is_unmarked``: nobody is
    marked as speaking.
    """

    collector: str | None
    person: str
    is_unmarked: bool


def may_be_marked(text: str) -> bool:
    """False if nothing in a folded text can mark a speaker, so that all of it is unmarked."""
    return _MAY_BE_MARKED.search(text) is not None


def voices_of(text: str) -> Voices:
    """Who says what in a folded text."""
    if not may_be_marked(text):
        return Voices(text, text, is_unmarked=True)
    found = turns(text)
    sides = {turn.side for turn in found}
    if sides == {"person"}:
        return Voices(None, text, is_unmarked=False)
    judged = list(text)
    for turn in found:
        if turn.side == "person":
            judged[turn.start : turn.end] = "\n" * (turn.end - turn.start)
    for mark, _ in bare_marks(text):
        judged[mark.start() : mark.end()] = "\n" * (mark.end() - mark.start())
    own = "\n".join(text[turn.start : turn.end] for turn in found if turn.side == "person")
    collector = "".join(judged)
    if not own and "unmarked" in sides:
        own = collector
    return Voices(collector, own, is_unmarked=sides == {"unmarked"})
