"""The article's own words with one of them exchanged for its opposite: 视为同意 for 视为不同意, 二年 for 一年.

No text is needed: where the words of a sentence with the opposite put back are runs of the article's fingerprint, and as they
stand they are not, the sentence tells the article and changes that word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.quotations.quoting import has_word
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.concepts import refuted
from cuijie.law.numerals import chinese, number
from cuijie.law.structure import Structure, normalise
from cuijie.law.structure.amounts import find_amounts
from cuijie.law.structure.fingerprints import LONG

__all__ = ["Swapped", "swapped"]

_OPPOSITES = (
    ("应当", "可以"),
    ("必须", "可以"),
    ("可以", "不得"),
    ("应当", "不得"),
    ("有权", "无权"),
    ("不能", "可以"),
    ("不可以", "可以"),
    ("可", "不得"),
    ("应", "可以"),
    ("同意", "不同意"),
    ("同意", "拒绝"),
    ("视为接受", "视为拒绝"),
    ("以上", "以下"),
    ("同时履行", "先履行"),
    ("单独同意", "书面同意"),
    ("明确同意", "书面同意"),
    ("有效", "无效"),
    ("中止", "中断"),
    ("按份", "连带"),
    ("连带责任保证", "一般保证"),
    ("口头", "书面"),
    ("债权人", "债务人"),
    ("让与人", "受让人"),
    ("债务人", "受让人"),
    ("借款人", "贷款人"),
    ("保证人", "债务人"),
    ("原告", "被告"),
    ("上级", "下级"),
    ("补充责任", "连带责任"),
    ("相应的责任", "连带责任"),
    ("相应责任", "连带责任"),
    ("从轻", "从重"),
    ("加重", "减轻"),
    ("全部", "部分"),
    ("所在地", "户籍地"),
    ("工作日", "日"),
    ("主动", "依申请"),
    ("公开", "不公开"),
    ("适用", "不适用"),
    ("承担", "不承担"),
    ("影响", "不影响"),
    ("有利于", "不利于"),
    ("合同成立时", "起诉时"),
    ("支持", "不予支持"),
    ("支持", "不支持"),
    ("属于", "不属于"),
    ("受", "不受"),
)
_SWAPS = {
    word: [b if word == a else a for a, b in _OPPOSITES if word in (a, b)]
    for word in {w for p in _OPPOSITES for w in p}
}
_WORD = re.compile("|".join(sorted(_SWAPS, key=len, reverse=True)))
_NUMERAL = re.compile(r"[0-9]+|[零一二两三四五六七八九十百千]+")
_STRETCH = re.compile(r"[。！？；\n|]+")
_ONLY_DASHES = re.compile(r"-{1,2}《?")
_QUOTES_NEXT = re.compile(r"[^，。；]{0,24}条(?:之[一二三四])?(?:规定)?：“")  # 在第…条后增加|第…条规定：“……
_NEGATED = re.compile(r"[不未无非没否]$")
_OPEN = re.compile(
    r"[？?]|吗|是否|能否|可否|不是|并非|而非|不等于|改为|改成|原第|旧法|曾|有误|错误|写错|写成|删去|漏掉|不能理解|不应理解"
)
# 检察院可以要求说明理由, where it must: people say 可以 of an office's duty, and not of a firm's;
# in quotation marks, or word for word on both sides, it is wrong
_DUTIES = frozenset(("应当", "应", "必须"))
_OFFICE = re.compile(r"检察院|法院|公安|机关|部门|政府")
_FIRM = re.compile(r"处理者|经营者|平台|机构|公司|银行|运营者|从业|出卖人|贷款人|[“「『]")
# PIPL 29 asks for the one and names the other of an exception: the article has both, and the rule is this one
_OF_THE_RULE = frozenset(("单独同意", "明确同意"))
_BANS = frozenset(("不得", "无权", "不能", "不可以", "不适用", "不予支持", "不支持"))
_CONDITIONAL = re.compile(
    r"除|如果|仅|只有|才|同意|例外|但|授权|之?后，|批准"
)  # of a liberty that depends on something
_LIKE, _VERBATIM = 3, 5  # runs in a row
_CONTEXT = 2 * LONG
_LONGEST = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """The word as written, and the one that the article has in its place."""

    written: str
    held: str


def swapped(citation: CitedArticle) -> Swapped | None:
    """The first word beside the citation that is the opposite of the article's own in the article's own words."""
    if not citation.is_one_law:
        return None
    said, shape, cited = citation.said, citation.shape, citation.keys
    if refuted(said.sentence):
        return None
    excepted = any(has_word(word, cited, shape) for word in ("但是", "除外"))
    for at, stretch in enumerate(_stretches(said)):
        if len(stretch) < LONG or _OPEN.search(stretch) or (at and not _has_runs(stretch, cited, shape)):
            continue
        depends = excepted and _CONDITIONAL.search(stretch) is not None
        found = [
            (held, start, end, other)
            for start, end, other in (*_words(stretch, depends=depends), *_numbers(stretch, cited, shape))
            if not _in_a_subject(stretch, start, end, cited, shape)
            and not (stretch[start:end] in _OF_THE_RULE and has_word(stretch[start:end], cited, shape))
            and (held := max(_exchanged(stretch, start, end, other, key, shape) for key in cited))
        ]
        if found:
            _, start, end, other = max(found, key=lambda one: one[0])
            return Swapped(written=stretch[start:end], held=other)
    return None


def _has_runs(stretch: str, cited: Collection[str], shape: Structure) -> bool:
    """Whether a sentence further on has any run of the articles cited: else it tells of other things."""
    hashes = shape.prints.long_hashes(stretch)
    return any(shape.prints.articles[key].has_long(hashes).any() for key in cited)


def _in_a_subject(stretch: str, start: int, end: int, cited: Collection[str], shape: Structure) -> bool:
    """Whether the word stands in a cited article's subject as we tell it: 债务人对受让人的抗辩."""
    parts = (part for key in cited for part in shape.articles[key].subject.split("、") if stretch[start:end] in part)
    return any(part in stretch[max(0, start - len(part)) : end + len(part)] for part in parts)


def _stretches(said: Said) -> Iterator[str]:
    """The part of the sentence that the citation stands in, and those that follow up to the next citation."""
    at = said.sentence.find(said.before) + len(said.before)
    *earlier, ahead = _STRETCH.split(said.sentence[:at])
    if earlier and _ONLY_DASHES.fullmatch(ahead):  # ……。——第…条
        ahead = earlier[-1]
    beside, own = _STRETCH.split(said.clause[at:])[0], _STRETCH.split(said.passage)[0]
    own_end = beside.find(own) + len(own) if own in beside else len(beside)
    yield ahead + (beside[:own_end] if _QUOTES_NEXT.match(beside, own_end) else beside)
    yield from _STRETCH.split(said.passage[:_LONGEST])[1:]


def _words(stretch: str, *, depends: bool) -> Iterator[tuple[int, int, str]]:
    """The words with opposites; *depends*: what is banned may be free under a condition."""
    for found in _WORD.finditer(stretch):
        if not _NEGATED.search(stretch[: found.start()]):
            for other in _SWAPS[found[0]]:
                if not (depends and {found[0], other} & _BANS):
                    yield found.start(), found.end(), other


def _numbers(stretch: str, cited: Collection[str], shape: Structure) -> Iterator[tuple[int, int, str]]:
    """The numerals of amounts that no cited article has, and those of the same kind that they have."""
    held = {amount for key in cited for part in shape.articles[key].amounts.values() for amount in part}
    for found in find_amounts(stretch):
        numeral = _NUMERAL.search(found.written)
        value = numeral and (int(numeral[0]) if numeral[0].isascii() else number(numeral[0].replace("两", "二")))
        if numeral is None or not value or found.amount in held:
            continue
        factor = found.amount.value / value
        start = found.start + numeral.start()
        for other in {amount.value / factor for amount in held if amount.kind == found.amount.kind and factor}:
            if other == int(other) and 0 < other < 10000:
                yield start, start + len(numeral[0]), chinese(int(other))


def _exchanged(stretch: str, start: int, end: int, other: str, key: str, shape: Structure) -> int:
    """How many runs of the article *other* makes between the same words; 0 where it makes too few or what stands there makes some.

    A strange run passes for one of the article with a probability of 1/64, so three in a row count and a lone one does not.
    """
    left, right = normalise(stretch[:start])[-_CONTEXT:], normalise(stretch[end:])[:_CONTEXT]
    word = stretch[start:end]
    same = _shared_start(word, other)
    same_end = _shared_start(word[same:][::-1], other[same:][::-1])
    as_said, as_held = (_hits(left, one, right, (same, same_end), key, shape) for one in (word, other))
    loosely = word == "可以" and other in _DUTIES and not _FIRM.search(stretch)
    if loosely and _OFFICE.search(stretch):
        return 0
    enough = "xx" not in as_said and "x" * (_VERBATIM if loosely else _LIKE) in as_held
    return as_held.count("x") if enough else 0


def _hits(left: str, word: str, right: str, same: tuple[int, int], key: str, shape: Structure) -> str:
    """An x for each run over the part of *word* that differs (over the seam, where none does) that the article has, else a -.

    *same* is how many signs at both ends of the word are those of its opposite.
    """
    words = left + word + right
    first, last = len(left) + same[0], len(left) + len(word) - same[1]
    if first == last:  # nothing stands where the other word has something
        first, last = first - 1, last + 1
        starts = range(max(0, last - LONG), min(first, len(words) - LONG) + 1)
    else:
        starts = range(max(0, first - LONG + 1), min(last - 1, len(words) - LONG) + 1)
    if first < 0 or not starts:
        return ""
    hits = shape.prints.articles[key].has_long(shape.prints.long_hashes(words))
    return "".join("x" if hits[at] else "-" for at in starts)


def _shared_start(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
