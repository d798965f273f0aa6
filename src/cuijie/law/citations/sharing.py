"""What is said of several citations one by one: 第一条、第二条分别规定了甲和乙; 前者……，后者…… ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cuijie.law.citations.claims import Claim, Said
from cuijie.law.citations.reader import Mention

__all__ = ["shares_of"]

_TELLS = r"(?:规定|明确|讲|说|写|管|要求|确立|针对|涉及|赋予)(?:了|的是|的|着)?"
_EACH = re.compile(
    rf"^[》”]?[，、]?(?:就|对|已|则|就是|都)?(?:分别|依次|先后|各自)(?:就|对)?(?:{_TELLS})?(?P<what>[^。！？；\n]{{4,80}}?)"
    r"(?:作了|作出|进行|予以|的规定|，|。|；|\n|$)"
)
_SPLIT = re.compile(r"、|以及|(?<=[\u4e00-\u9fff]{2})[和与及](?=[\u4e00-\u9fff]{2})")
_FIRST_LAST = re.compile(
    rf"(?:^|[，。；：\n])[^。；\n]{{0,12}}?前者(?:是|则|主要|只|也)*(?:{_TELLS})?(?P<first>[^。；\n]{{2,50}}?)[，；。]\s*(?:而)?后者(?:是|则|主要|才|也)*(?:{_TELLS})?(?P<last>[^。；\n]{{2,60}})"
)
_REACH = 160


def shares_of(text: str, run: Sequence[Mention], said: Said) -> Sequence[Said] | None:
    """What is said of each citation of *run*, where the text tells them apart; None where it does not."""
    if len(run) < 2 or any(mention.place is None for mention in run):
        return None
    parts = _parts(text, max(mention.end for mention in run), len(run))
    if parts is None:
        return None
    return [
        replace(said, claims=(Claim(words=part, strength="named"),), told=(), quotes=(), before="", after=part)
        for part in parts
    ]


def _parts(text: str, end: int, count: int) -> Sequence[str] | None:
    behind = text[end : end + _REACH]
    if each := _EACH.match(behind):
        parts = [part for part in _SPLIT.split(each["what"]) if part]
        return parts if len(parts) == count else None
    pair = _FIRST_LAST.search(behind) if count == 2 else None
    if pair is None or "前者" in behind[: pair.start()]:
        return None
    return [pair["first"], pair["last"]]
