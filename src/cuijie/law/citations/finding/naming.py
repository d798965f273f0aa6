"""Finds the names of laws and document numbers in a text, in title marks and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cuijie.law.citations.finding.lexicon import Lexicon, Named
from cuijie.law.citations.finding.view import View
from cuijie.law.numerals import NUMBER

__all__ = ["DOCUMENT_NUMBER", "NameFound", "names_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFound:
    """A name between ``start`` and ``end`` of the view; ``named`` is None for a title that is no law."""

    start: int
    end: int
    named: Named | None  # None: a title that is no law
    vague: bool = False
    bracketed: bool = False
    by_number: bool = False


_AFTER_NAME = re.compile(
    r"律|学(?!习)|理论|原理|教授|专家|专业|课|教材|领域|界|庭|院|官(?!方)|务|人(?!民)|型|则(?!第|规|明|中)|系(?!统规)|规(?![定范制])|定(?!了|义)|草案|修正案|案例|案件|条文释义|实施条例|实施细则|司法解释|解释（|的?(?:角度|视角|层面)|意义上"
)
# the sign before closes a word of its own: 取消|法…, 公民|法…; 符合|同法第…条 is the law named before
_ARTICLE_NEXT = re.compile(r"第?[零一二三四五六七八九十百0-9]{2,}条")
_BEFORE_NAME = {"消法": "取撤抵打勾吊注", "刑法": "罪死酷受服缓", "公约": "国际该约", "民法": "公市村农居人"}
_BEFORE_NAME |= {"合同法": "符综结适吻契不配联场整混复切"}
DOCUMENT_NUMBER = re.compile(
    r"(?:法释|法发|法办发|公通字|银保监规|银保监办发|银保监发|银监发|银发|金规|金发|金办发|整治办函|国信办秘字|国发|国办发|法\b)"
    r"〔(?:19|20)\d{2}〕第?\d{1,4}号"
    r"|(?:主席令|国务院令|银保监会令|银监会令|国家金融监督管理总局令|金融监管总局令|中国人民银行令|公安部令|工商总局令|国家工商行政管理总局令"
    r"|市场监管总局令|国家市场监督管理总局令|工业和信息化部令|工信部令|国家互联网信息办公室令)"
    r"(?:〔?(?:19|20)\d{2}〕?年?)?第\d{1,3}号"
    r"|GB/?T\d{4,6}(?:\.\d+)?(?:-\d{4})?|T/NIFA\d+(?:-\d{4})?"
)
"""How documents are numbered: 法释〔2020〕17号, 国务院令第631号, GB/T 45251-2025."""
_SHORTENED = re.compile(
    r"（?(?:以下|下文|下称|下)(?:均|统)?(?:简称|称)(?:为)?[：]?[“《「‘\"']{0,2}([\u4e00-\u9fffA-Za-z]{2,20}?)[”》」’\"']{0,2}[）、，。]"
)

_TYPES = frozenset(
    ["法典", "法律", "法", "条例", "办法", "规定", "解释", "规则", "通知", "意见", "指引", "公约", "决定", "批复"]
)


def names_in(view: View, lexicon: Lexicon) -> list[NameFound]:
    """Every name in the view, in order, none inside another."""
    found = list(_unmarked(view.text, lexicon))
    taken = [(name.start, name.end) for name in found]
    found += (name for name in _bracketed(view.text, lexicon) if not _inside(name.start, taken))
    taken = [(name.start, name.end) for name in found]
    for match in DOCUMENT_NUMBER.finditer(view.text):
        if not _inside(match.start(), taken):
            named = lexicon.numbers.get(match[0].replace("GBT", "GB/T")) or _number_by_head(match[0], lexicon)
            found.append(NameFound(start=match.start(), end=match.end(), named=named, by_number=True))
    for start, end, name in lexicon.find(view.text):
        if not _inside(start, taken) and _stands_alone(view.text, start, end, name):
            found.append(NameFound(start=start, end=end, named=lexicon.resolve(name), vague=lexicon.is_vague(name)))
    return sorted([*found, *_shortened(view.text, found)], key=lambda name: (name.start, -name.end))


def _number_by_head(number: str, lexicon: Lexicon) -> Named:
    """GB/T 45251 without its year is the one standard of that number; any other unknown number is just that."""
    if number.startswith("GB") and "-" not in number:
        head = number.replace("GBT", "GB/T")
        held = [named for full, named in lexicon.numbers.items() if full.split("-", 1)[0] == head]
        if held:
            return held[0]
    return Named(title=number)


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _bracketed(text: str, lexicon: Lexicon) -> Iterator[NameFound]:
    """The titles between 《 and 》; a title inside a title belongs to it where the outer one is a law."""
    at = 0
    while (start := text.find("《", at)) >= 0:
        end = _closing(text, start)
        if end is None:
            at = start + 1
            continue
        if text[start + 1 : end - 1] in _TYPES:  # 《规定》: the one named before
            at = end
            continue
        article = _WITH_ARTICLE.match(text, start + 1, end - 1)
        title_end = article.end("name") if article else end - 1
        named = lexicon.resolve(text[start + 1 : title_end])
        inner = text.find("《", start + 1, end)
        if named is None and inner >= 0:
            at = start + 1
            continue
        yield NameFound(start=start, end=title_end if article else end, named=named, bracketed=True)
        at = end


# 《刑法第二百九十三条》
_WITH_ARTICLE = re.compile(
    rf"(?P<name>[^《》\n]{{2,40}}?)第{NUMBER}条(?:之{NUMBER})?(?:第{NUMBER}款)?(?:第（?{NUMBER}）?项)?(?:的?规定)?$"
)
_ABOUT = re.compile(
    r"(?:最高人民法院|最高人民检察院|最高法院?|最高检|两高|、|和)*关于适用[^。；，\n《]{0,20}《[^》\n]{2,20}》[^。；，\n《]{0,24}?(?:解释|规定|意见|批复)(?:（[一二三四五]）)?"
)


def _unmarked(text: str, lexicon: Lexicon) -> Iterator[NameFound]:
    """Interpretations whose title has title marks inside but none around it: 关于适用《民法典》合同编通则若干问题的解释."""
    for match in _ABOUT.finditer(text):
        named = lexicon.resolve(match[0])
        if named is not None and named.versions and text[match.start() - 1 : match.start()] != "《":
            yield NameFound(start=match.start(), end=match.end(), named=named)


def _closing(text: str, start: int) -> int | None:
    depth = 0
    for at in range(start, min(len(text), start + 120)):
        if text[at] == "《":
            depth += 1
        elif text[at] == "》":
            depth -= 1
            if not depth:
                return at + 1
        elif text[at] == "\n":
            return None
    return None


def _stands_alone(text: str, start: int, end: int, name: str) -> bool:
    if _AFTER_NAME.match(text, end) and not (name.endswith("解释") or text.startswith("规定", end)):
        return False
    before = text[start - 1 : start]
    if name == "刑法" and _ARTICLE_NEXT.match(text, start + len(name)):
        return True  # **关于单位犯罪** 刑法第…条: the blank between is dropped
    return not (before and before in _BEFORE_NAME.get(name, ""))


def _shortened(text: str, found: list[NameFound]) -> Iterator[NameFound]:
    """The uses of names that the text itself gives: 《…》（以下简称《规定》）."""
    own: dict[str, Named] = {}
    taken = [(name.start, name.end) for name in found]
    for match in _SHORTENED.finditer(text):
        before = [name for name in found if name.end <= match.start() and match.start() - name.end <= 30]
        if before and before[-1].named is not None:
            own.setdefault(match[1], before[-1].named)
    for short, named in own.items():
        if short in {"本法", "本合同"}:
            continue
        for use in re.finditer(rf"《?{re.escape(short)}》?", text):
            if not _inside(use.start(), taken) and not _SHORTENED.match(text, max(0, text.rfind("（", 0, use.start()))):
                yield NameFound(start=use.start(), end=use.end(), named=named, vague=not use[0].startswith("《"))
