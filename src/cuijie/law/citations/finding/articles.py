"""Reads 条、款、项 after a law's name: lists, ranges, mixed numerals, from one place of the text onward."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cuijie.law.locator import Locator
from cuijie.law.numerals import ArticleNumber, number

__all__ = ["BARE", "Reference", "read_references"]

_N = r"(?:[零一二三四五六七八九十百千两]{1,9}|[0-9]{1,4}(?![0-9]))"
_JOIN = r"(?:、|，|和|及|与|以及|或者|或|暨|并)"
_TO = r"(?:至|到|-{1,2})"
_SEP = rf"(?:{_TO}|{_JOIN})"
_ONE = rf"(?:第)?{_N}(?:之[一二三四五六七八九十0-9](?![0-9]))?"

_HEAD = re.compile(
    rf"(?P<list>{_ONE}(?:(?:{_TO}|[、，和及与或])(?:第)?{_N}(?:之[一二三四五六七八九十0-9])?)*)条(?P<bis>之[一二三四五六七八九十0-9](?!倍))?"
)
_PLAIN = re.compile(
    r"第?(?!(?:19|20)[0-9]{2}(?![0-9]))(?P<list>[0-9]{1,4}(?:之[一二三四五六七八九十0-9])?(?:(?:[、和及与或]|至|到|-)[0-9]{1,4}(?:之[一二三四五六七八九十0-9])?)*)"
    r"(?![0-9]|[年月日号元万个人次点天倍条%％.．])"
)
_NUMBER = re.compile(rf"(?P<sep>{_SEP})?(?P<first>第)?(?P<n>{_N})(?P<bis>之[一二三四五六七八九十0-9])?")
_PART = re.compile(
    rf"(?P<list>(?:第)?（?{_N}）?(?:{_SEP}(?:第)?（?{_N}）?)*)(?P<unit>款|项|目)|（(?P<sign>[一二三四五六七八九十]{{1,3}})）(?![、，]?（)"
)
_PART_NUMBER = re.compile(rf"(?P<sep>{_SEP})?(?:第)?（?(?P<n>{_N})）?")
_NEXT = re.compile(rf"(?:{_JOIN}|；|还有)")
_RANGE = re.compile(_TO)
_LOOSE = frozenset({"、", "和", "与", "及", "以及"})
_LONGEST_RANGE, _SHORTEST_LOST = 10, 2

BARE = re.compile(
    rf"第{_ONE}(?:{_SEP}第?{_N}(?:之[一二三四五六七八九十0-9])?)*条"
    r"|(?<=[，；。、：？！（看依按据])[0-9]{2,4}条(?=(?:则|也|还|就是|就|是|明确|进一步)?(?:规定|说|讲|写|明确|不得|禁止|可以|有权|能))"
    r"|(?<=[，；。：、-])[一二三四五六七八九][百千][零一二三四五六七八九十百]*[一二三四五六七八九十]条(?=[，。；：]|规定|是|说|管|讲)"
    r"|(?<![第零一二三四五六七八九十百千0-9〔年号])(?:[0-9]{2,4}|[一二三四五六七八九][零一二三四五六七八九十百千]{1,8})条(?=第?[一二三四五六七八九十0-9]{1,3}[款项])"
    r"|(?<=[看依按据见在走写引])(?:[一二三四五六七八九]百|[一二三四五六七八九]?十)[零一二三四五六七八九十]*条(?=[，。；）”\n]|$)"
    r"|(?<=[是，；。：、])1[0-9]{3}条(?=[，。；\n]|$)"
    r"|(?<=[，。；：、是引看见且])[一二三四五六七八九][百千][零一二三四五六七八九十百]*[一二三四五六七八九]条(?!(?:催收|个人|公民|骚扰)?(?:短信|信息|消息|微信|彩信|记录|数据|语音|评论|线索|通话|投诉|以[上下]|左右))"
    r"|(?<=（)(?:[0-9]{2,4}|[一二三四五六七八九][百千][零一二三四五六七八九十百]*)条(?:之[一二三])?(?=）)"
    r"|(?<=，)[二三四五六七八九]十[一二三四五六七八九]条(?=，|只?[说讲写]|规定)"
    r"|(?<=[\u4e00-\u9fff]是)[0-9]{3,4}(?=[，。；\n])"
    r"|第[0-9]{1,4}(?=第[一二三四五六七八九十0-9]款)|(?<=[，；。：？！])[0-9]{3,4}条(?=[，：])|(?<=[看依按据])[0-9]{2,4}条(?=[，。；）\n]|$|无效|有效|处理|处罚|[可应不])"
)
"""An article expression that starts with 第, wherever it stands, or ……，676条规定……, ……看192条."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One place in a law as it is written between ``start`` and ``end`` of the text."""

    start: int
    end: int
    place: Locator


def _value(text: str) -> int:
    """The number; 千零二十五 is one that has lost its 第一, as every 第一 has on pages written for search engines."""
    return number(text) or (number(f"一{text}") if len(text) > _SHORTEST_LOST else None) or 0


def _article(match: re.Match[str], bis: str | None = None) -> ArticleNumber:
    inserted = match["bis"] or bis
    return ArticleNumber(_value(match["n"]), _value(inserted[1:]) if inserted else 0)


def _numbers(text: str, at: int, bis: str | None) -> Iterator[tuple[int, int, ArticleNumber]]:
    """The articles of a list such as 第十三、十四 or 三至五; ``bis`` belongs to the last."""
    found = list(_NUMBER.finditer(text))
    before: ArticleNumber | None = None
    for index, match in enumerate(found):
        last = index == len(found) - 1
        article = _article(match, bis if last else None)
        start = match.start("first") if match["first"] else match.start("n")
        if match["sep"] and before and _RANGE.fullmatch(match["sep"]):
            if article.main - before.main > _LONGEST_RANGE:
                yield at + start, at + match.end(), article
                before = article
                continue
            for value in range(before.main + 1, article.main):
                yield at + start, at + match.end(), ArticleNumber(value)
        yield at + start, at + match.end(), article
        before = article


def read_references(text: str, at: int, *, plain: bool = True) -> tuple[Reference, ...]:
    """The references that begin at *at*, one for each article, paragraph and item named; none where none begins.

    *plain* also takes numbers without 第 and 条 (民法典1032), which only follow a name.
    """
    found: list[Reference] = []
    while True:
        head = _HEAD.match(text, at)
        if head is None and plain and not found:
            head = _PLAIN.match(text, at)
        if head is None:
            break
        bis = head.groupdict().get("bis")
        listed = list(_numbers(head["list"], head.start("list"), bis))
        end = head.end()
        if any(not number_.main for _, _, number_ in listed):
            break
        *front, (start, _, last) = listed
        found += (Reference(start=s, end=e, place=Locator(article=n)) for s, e, n in front)
        whole = Reference(start=start, end=end, place=Locator(article=last))
        parts, end = _parts(text, end, whole)
        if found and start < found[-1].end and len(listed) > 1:  # the inner articles of a range share its words
            parts = [replace(part, end=max(part.end, end)) for part in parts]
        found += parts
        at = end
        joint = _joint(text, at)
        if joint is None:
            break
        if joint[1] and found:
            inner = _between(text, joint[0], found[-1])
            if inner is None:
                break
            found += inner
        at = joint[0]
    return tuple(found)


def _joint(text: str, at: int) -> tuple[int, bool] | None:
    """Where the next article of a list or range begins, and whether it is a range; None where the list ends."""
    to = _RANGE.match(text, at)
    if to and _HEAD.match(text, to.end()):
        return to.end(), True
    sep = _NEXT.match(text, at)
    if sep is None:
        return None
    following = _HEAD.match(text, sep.end())
    if following is None or not (following["list"].startswith("第") or sep[0] in _LOOSE):
        return None
    return sep.end(), False


def _between(text: str, at: int, last: Reference) -> list[Reference] | None:
    """The articles inside 第三条至第五条 (here: 4), written with the range's words; None for a range run backwards."""
    head = _HEAD.match(text, at)
    if head is None:
        return None
    until = next(_numbers(head["list"], head.start("list"), head["bis"]))[2].main
    start = last.place.article.main
    if until < start:
        return None
    if until - start > _LONGEST_RANGE:
        return []
    return [
        Reference(start=last.start, end=head.end(), place=Locator(article=ArticleNumber(value)))
        for value in range(start + 1, until)
    ]


def _parts(text: str, at: int, whole: Reference) -> tuple[list[Reference], int]:
    """The paragraphs and items that follow an article: 第一款第（一）项、第（五）项; the article itself if none do."""
    done: list[Reference] = []
    pending = [whole]
    end = at
    while found := _part(text, end, first=end == at):
        match, joined = found
        unit = "项" if match["sign"] else match["unit"]
        values = list(_part_values(match))
        if not all(values):
            break
        *front, base = pending
        if joined == "；" and _finer(base.place, unit):
            break  # 第一千条第一款；第三项判令……: of the judgment
        if _finer(base.place, unit):
            done += front
        else:  # 第（一）项、第（五）项 or 第（一）项和第二款: the next part of the same article
            done += pending
            values = _filled(base.place, unit, values, joined)
            base = replace(base, start=match.start(), place=_above(base.place, unit))
        pending = [replace(base, end=match.end(), place=_with(base.place, unit, value)) for value in values]
        end = match.end()
    return [*done, *pending], end


def _part(text: str, at: int, *, first: bool) -> tuple[re.Match[str], str] | None:
    """The next 款, 项 or 目, and the sign that joins it to the one before it."""
    direct = _PART.match(text, at)
    if direct or first:
        return (direct, "") if direct else None
    sep = _NEXT.match(text, at) or _RANGE.match(text, at)
    following = _PART.match(text, sep.end()) if sep else None
    return (following, sep[0]) if sep and following and following["unit"] else None


def _part_values(match: re.Match[str]) -> Iterator[int]:
    if match["sign"]:
        yield _value(match["sign"])
        return
    before = 0
    for found in _PART_NUMBER.finditer(match["list"]):
        value = _value(found["n"])
        if found["sep"] and before and _RANGE.fullmatch(found["sep"]) and value - before <= _LONGEST_RANGE:
            yield from range(before + 1, value)
        yield value
        before = value


def _level(unit: str) -> int:
    return "款项目".index(unit)


def _depth(place: Locator) -> int:
    return -1 if not (place.paragraph or place.item) else 2 if place.subitem else 1 if place.item else 0


def _finer(place: Locator, unit: str) -> bool:
    return _level(unit) > _depth(place)


def _filled(place: Locator, unit: str, values: list[int], joined: str) -> list[int]:
    """The values with those between, where 第一项至第三项 joins them to the part before."""
    last = (place.paragraph, place.item, place.subitem)[_level(unit)]
    if last is None or not joined or not _RANGE.fullmatch(joined) or values[0] - last > _LONGEST_RANGE:
        return values
    return [*range(last + 1, values[0]), *values]


def _above(place: Locator, unit: str) -> Locator:
    if unit == "款":
        return replace(place, paragraph=None, item=None, subitem=None)
    return replace(place, item=None, subitem=None) if unit == "项" else replace(place, subitem=None)


def _with(place: Locator, unit: str, value: int) -> Locator:
    if unit == "款":
        return replace(place, paragraph=value)
    return replace(place, item=value) if unit == "项" else replace(place, subitem=value)
