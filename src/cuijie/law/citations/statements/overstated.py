"""The right article told too strongly: one act as enough where it asks for more, its heavier case for its lighter, an effect that it denies."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from cuijie.law.citations.finding.reader import Mention
from cuijie.law.citations.notes import Note
from cuijie.law.citations.particular_notes import asks_for_more, word_exchanged
from cuijie.law.citations.quotations.quoting import shared
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.placing import applies_or_denies
from cuijie.law.structure import Structure

__all__ = ["overstated"]

# 泄露一条就构成犯罪, 骂一句就是侮辱罪
_ONE_IS_ENOUGH = re.compile(
    r"(?<![十百千万第每])一(?:条|次|个|句|回|下|人|分钱|毛钱|块钱)[^，。；]{0,8}?(?:就|即|便|都|也)(?:是|算|可以?|会|能|够|要|属于?|构成|成立|犯|判|涉嫌|触犯)?"
    r"[^，。；不]{0,6}(?:罪|犯|刑|坐牢|抓人?|立案|拘)"
)
_MORE = frozenset({"情节严重", "情节恶劣", "数额较大", "多次", "造成严重后果", "后果严重", "拒不改正"})
_OPEN = re.compile(r"不(?:是|等于|代表|一定|构成|够|能|会)|未必|并非|[吗么？?]|除非|如果|才|误")
_GRADES = ("较轻", "较重")
# 以前的处理自动变成违法, 整份合同也无效
_UNDONE = re.compile(
    r"(?:变成|变为|成为|归于|自动|视为|一律|随之|也|均|都|就|全部)(?:了)?(?:是|属于?|算)?(?:违法|非法|无效|作废|失效|不合法|不算数)"
)
_HOLDS = "不影响"


def overstated(mention: Mention, said: Said, run: Sequence[Mention], shape: Structure) -> Note | None:
    """What is wrong of the first statement that goes beyond the article; None where none is known to."""
    if mention.place is None or any(m.place is None or shape.instrument not in m.named.versions for m in run):
        return None
    cited = {m.place.article.key for m in run if m.place} & set(shape.articles)
    told = [claim.words for claim in said.claims if claim.strength != "facts"] + [one.words for one in said.told]
    for words in dict.fromkeys(told):
        if applies_or_denies(words) or _OPEN.search(words):
            continue
        found = _enough(words, cited, shape) or _graded(words, cited, shape) or _undone(words, cited, shape)
        if found:
            return found
    return None


def _has(word: str, cited: Collection[str], shape: Structure) -> bool:
    return any(shared(word, shape.prints, key) == 1.0 for key in cited)


def _enough(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    found = _ONE_IS_ENOUGH.search(words)
    if found is None:
        return None
    asked = [{element.word for element in shape.articles[key].elements} & _MORE for key in cited]
    if not asked or not all(asked) or any(word in words for some in asked for word in some):
        return None
    return asks_for_more(min(cited), found[0], sorted(asked[0])[0])


def _graded(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    for written, held in (_GRADES, _GRADES[::-1]):
        if f"情节{written}" in words and not _has(written, cited, shape) and _has(f"情节{held}", cited, shape):
            return word_exchanged(min(cited), f"情节{written}", f"情节{held}")
    return None


def _undone(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    found = _UNDONE.search(words)
    if found is None or "影响" in words or not _has(_HOLDS, cited, shape):
        return None
    return word_exchanged(min(cited), found[0], _HOLDS)
