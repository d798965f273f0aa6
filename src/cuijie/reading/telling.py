"""Turns a person's account of a call (骂我是老赖，说再不还就打死我全家) into the words as they were said to that person.

The reader knows what collectors say, not how people retell it.  An account is no evidence of the exact words: whoever
uses this calls what is read in it likely at most, and shows the account itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Retold", "as_said", "retold"]

_CLAUSE = re.compile(r"[^，。！？；,!?;\n]+[，。！？；,!?;\n]*")
_LINK = r"(?:然后|接着|后来|最后|一上来就|一开口就|开口就|反复|多次|还|又|也|就|并且?|而且|只|一直|老|总是?|直接|居然|竟然)*"
_OTHERS = r"(?:他|她|对方|那人|那边|这人|有人|来人|男的|女的|一个(?:男|女)的?人?|催收(?:的|员|人员|那边|公司)?|客服|平台(?:的人)?|律所的?|他们|她们)"
_TELLS = r"(?:威胁|恐吓|扬言|声称|要挟|吓唬|放话|放狠话|嚷嚷|通知|告诉|表示|说|讲|骂|喊|称|回复?)"
_HEARER = r"(?:(?:我们|我家里?人|我妈|我爸|我老公|我老婆|我|大家)(?=说|讲|要|再|如果|今天|明天|不还|，|：|:))?"
_REPORT = re.compile(
    rf"^{_LINK}{_OTHERS}?们?{_LINK}(?:打(?:来|了)?(?:个)?电话(?:来|过来|给我)?|在电话里|电话里|发(?:短信|微信|消息)(?:来|给我|过来)?)?{_LINK}"
    rf"{_TELLS}{_HEARER}(?:{_TELLS}|道|着)?[：:\"“”『「]*"
)
_POSES = re.compile(rf"^{_LINK}{_OTHERS}?(?:自称|冒充|假冒|假装|谎称)(?:自己)?(?:就?是)?")
_OWN = re.compile(
    rf"^{_LINK}(?:我|本人|俺)(?:们)?{_LINK}(?:(?:跟|对|向|和|给)(?:他|她|对方|他们|她们|客服|催收员?)们?)?{_LINK}"
    r"(?:说|讲|问|回答?|答|骂|告诉|表示|解释|威胁|求|要求|让|叫|没理|挂|拒绝|投诉|报警|录|打)"
)
_OF_OTHERS = re.compile(rf"^{_LINK}{_OTHERS}")
_DIRECT = re.compile(r"[你您恁侬]")
_HIMSELF = re.compile(r"^(?:他|她|自己)们?(?=是)|(?<=[到给进])(?:他|她)(?=的?(?:个人|私人|微信|支付宝|卡|账))")


_EDGES = '“”"「」『』，, '
_Letter = tuple[str, int]  # a character as it was said, and where it stands in the account


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What the other side said, taken out of an account of it."""

    words: str
    places: tuple[int, ...]  # of each character: its place in the account (code points)

    def in_account(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Where ``words[start:end]`` stands in the account; several spans where the account has words between."""
        spans: list[tuple[int, int]] = []
        for place in self.places[start:end]:
            if spans and spans[-1][1] == place:
                spans[-1] = (spans[-1][0], place + 1)
            else:
                spans.append((place, place + 1))
        return tuple(spans)


def as_said(account: str) -> str:
    """The account without 他说 and the like, without what the teller answered, and with 你 for the teller's 我.

    Words that are quoted as they were said (你 stands in them) keep their pronouns.
    """
    return retold(account).words


def retold(account: str) -> Retold:
    """As ``as_said``, with the place of every character in the account."""
    letters = list(_theirs(account))
    while letters and letters[0][0] in _EDGES:
        del letters[0]
    while letters and letters[-1][0] in _EDGES:
        del letters[-1]
    return Retold(words="".join(one for one, _ in letters), places=tuple(place for _, place in letters))


def _theirs(account: str) -> Iterable[_Letter]:
    """The clauses that tell what the other side said."""
    is_own = False
    for found in _CLAUSE.finditer(account):
        clause = found[0].lstrip(' 　“”"「」『』')
        if _OWN.match(clause):
            is_own = True
        elif _OF_OTHERS.match(clause) or _REPORT.match(clause):
            is_own = False
        if not is_own:
            yield from _said_in(clause, found.end() - len(clause))


def _said_in(clause: str, at: int) -> list[_Letter]:
    """The words of one clause that starts at *at*, without who said them, seen from the other side."""
    if told := _REPORT.match(clause):
        clause, at = clause[told.end() :], at + told.end()
    letters = list(zip(clause, range(at, at + len(clause)), strict=True))
    if poses := _POSES.match(clause):
        letters[: poses.end()] = [("他", at), ("是", at)]  # 他是…, as 说他是… is told
    return _turned(letters)


def _turned(letters: list[_Letter]) -> list[_Letter]:
    clause = "".join(one for one, _ in letters)
    if _DIRECT.search(clause):
        return letters
    himself = {found.start(): found.end() for found in _HIMSELF.finditer(clause)}
    dropped = {n for start, end in himself.items() for n in range(start + 1, end)}
    return [
        ("我" if n in himself else "你" if one == "我" else one, place)
        for n, (one, place) in enumerate(letters)
        if n not in dropped
    ]
