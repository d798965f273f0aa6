"""Speakers that no word marks as collector or debtor: numbered by a recogniser, or named on a line with the time.

说话人1：…, 发言人 2 00:04, 甲：… are told apart by what they say, and only where one alone speaks as a collector does;
in 我 2026-03-02 10:01:22 the owner is marked, so whoever else has such a line speaks for the other side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

__all__ = ["PERSON", "Mark", "bare_marks"]

Mark = tuple[re.Match[str], Literal["collector", "person"]]
"""Where a speaker is named (with the blanks and signs around), and for whom they speak."""

PERSON = (
    "债务人|借款人|欠款人|贷款人本人|客户|用户|机主|本人|当事人|被催收人|被叫|联系人|紧急联系人|亲属|家属|"
    "债务人(?:父亲|母亲|妻子|丈夫|家属|亲属|朋友|同事)|借款人(?:父亲|母亲|妻子|丈夫|家属|亲属|朋友|同事)|"
    "父亲|母亲|爸爸|妈妈|妻子|丈夫|哥哥|姐姐|弟弟|妹妹|朋友|同事|前台|人事|老板|村民|邻居|业主|接听人|第三人|投诉人|"
    "老婆|老公|爱人|男友|女友|男朋友|女朋友|室友|同学|闺蜜|儿子|女儿|爷爷|奶奶|外公|外婆|姥姥|岳父|岳母|婆婆|公公|舅舅|姑姑|"
    "叔叔|婶婶|阿姨|姨妈|大伯|伯父|嫂子|姐夫|表哥|表姐|堂哥|堂姐|亲戚|"
    "当事人家属|持卡人|被叫方|受访者|听众|群友|网友|我"
)
"""Words for the debtor and for whoever else is called, as branches of an expression."""

_LINE = r"(?:^|(?<=\n))[^\S\n]{0,8}"
_CLOCK = r"\[?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,3})?\]?"
_BY_NUMBER = re.compile(
    rf"{_LINE}(?:{_CLOCK}[^\S\n]{{0,4}})?(?:(?P<number>(?:说话人|发言人|讲话人|speaker|spk)[ _-]?[\da-d]{{1,2}})"
    rf"(?:[^\S\n]{{0,4}}:|[^\S\n]{{0,4}}(?:{_CLOCK})?[^\S\n]{{0,4}}(?=\n))|(?P<letter>[ab甲乙男女])[^\S\n]{{0,4}}:)\s*"
)
_DAY = r"(?:\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[^\S\n]{1,2})?"
_BY_HEAD = re.compile(
    rf"{_LINE}(?:(?P<first>[^\s:,。!?\d\[【][^\s:,。!?]{{0,11}})[^\S\n]{{1,4}}{_DAY}{_CLOCK}"
    rf"|{_DAY}{_CLOCK}[^\S\n]{{1,4}}(?P<last>[^\s:,。!?\d\[【][^\s:,。!?]{{0,11}}))[^\S\n]{{0,4}}(?:\n|$)\s*"
)
_OWNER = frozenset(("我", "本人", "机主"))
_PERSON = re.compile(PERSON)
_COLLECTS = re.compile(
    "工号|贷后|(?:我|我们|这边|这里)(?:这边|这里)?是[^,。!?\n]{0,12}(?:银行|消金|金融|小贷|贷款|信用卡|分期|平台|法务|客服|催收)"
    "|(?:你|您)(?:的|这|那|在|名下)[^,。!?\n]{0,12}(?:账单|贷款|借款|欠款|逾期)|再不还|不还(?:就|我|的话)|(?:给|为|帮)您(?:办|申请|登记|备注)"
)
_ANSWERS = re.compile(
    "你们?(?:到底)?是(?:谁|哪|什么)|(?:别|不要)再?(?:给我|打我|打给我|骚扰|联系我|骂我)|我(?:现在|最近|真的?|实在)?(?:没钱|没工作|失业|还不上|在上班)"
    "|我[^,。!?\n]{0,4}发工资|我(?:会|要|就|已经)?(?:投诉|报警|录音|还(?![是有没要会]))|宽限|打错|你们(?:再|凭|别|怎么)"
    "|我欠|欠你们|我的(?:账单|欠款|借款|贷款)|你们?(?:刚才|昨天|上次|之前)?说"
)


def bare_marks(text: str) -> Sequence[Mark]:
    """The marks of such speakers in a folded text; none where it stays unclear who speaks."""
    return (_headed(text) or _numbered(text)) if "\n" in text else ()


def _numbered(text: str) -> Sequence[Mark]:
    """The marks of numbered speakers in a folded text, if exactly one of them speaks as a collector does."""
    marks = list(_BY_NUMBER.finditer(text))
    said: dict[str, list[str]] = {}
    for match, end in zip(marks, _ends(marks, text), strict=True):
        said.setdefault(_who(match), []).append(text[match.end() : end])
    collector = _collector(said)
    return [] if collector is None else [(one, "collector" if _who(one) == collector else "person") for one in marks]


def _headed(text: str) -> Sequence[Mark]:
    """The marks of speakers on lines of their own with a time, if one of them is the owner."""
    named = [(one, one["first"] or one["last"]) for one in _BY_HEAD.finditer(text)]
    if _OWNER.isdisjoint(name for _, name in named):
        return []
    return [(one, "person" if _PERSON.fullmatch(name) else "collector") for one, name in named]


def _who(match: re.Match[str]) -> str:
    return match["number"] or match["letter"]


def _collector(said: Mapping[str, Sequence[str]]) -> str | None:
    collecting = [who for who, turns in said.items() if any(map(_COLLECTS.search, turns))]
    if len(said) < 2 or len(collecting) != 1 or any(map(_ANSWERS.search, said[collecting[0]])):
        return None
    return collecting[0]


def _ends(marks: Sequence[re.Match[str]], text: str) -> list[int]:
    """Where what each mark introduces ends."""
    return [*[one.start() for one in marks[1:]], len(text)] if marks else []
