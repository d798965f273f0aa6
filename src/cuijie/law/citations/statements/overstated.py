"""The right article told too strongly: one act as enough where it asks for more, its heavier case for its lighter, an effect that it denies."""

from __future__ import annotations

import re
from collections.abc import Collection

from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.notes import Note, contrary
from cuijie.law.citations.particular_notes import asks_for_more, word_exchanged
from cuijie.law.citations.quotations.quoting import has_word, variants
from cuijie.law.citations.statements.placing import applies_or_denies
from cuijie.law.citations.statements.weighing import weigh
from cuijie.law.structure import Structure

__all__ = ["overstated"]

# 泄露一条就构成犯罪, 骂一句就是侮辱罪
_ONE_IS_ENOUGH = re.compile(
    r"(?<![十百千万第每])一(?:条|次|个|句|回|下|人|分钱|毛钱|块钱)[^，。；]{0,8}?(?:就|即|便|都|也)(?:是|算|可以?|会|能|够|要|属于?|构成|成立|犯|判|涉嫌|触犯)?"
    r"[^，。；不]{0,6}(?:罪|犯|刑|坐牢|抓人?|立案|拘)"
)
_MORE = frozenset({"情节严重", "情节恶劣", "数额较大", "多次", "造成严重后果", "后果严重", "拒不改正"})
_OPEN = re.compile(r"未必|并非|[吗么？?]|除非|如果|误|不(?:是|等于|代表|一定|意味)")
_NOT_ENOUGH = re.compile(r"不(?:构成|够|能|会)|才")
_FITS, _CLEARLY = 0.75, 0.3
_GRADES = ("较轻", "较重")
# 以前的处理自动变成违法, 整份合同也无效
_UNDONE = re.compile(
    r"(?:变成|变为|成为|归于|自动|视为|一律|随之|也|均|都|就|全部)(?:了)?(?:是|属于?|算)?(?:违法|非法|无效|作废|失效|不合法|不算数)"
)
_HOLDS = "不影响"
# 不能请求精神损害赔偿, where the article says that what goes before does not bar it
_BARRED = re.compile(r"(?:不能|不得|无权|不可以?)(?:再|另行|同时|一并)?((?:请求|主张|要求)[^，。；]{2,12})")
# 被告不答辩的视为承认
_DEEMED = re.compile(r"(?:就|即|都|均|一律)?(?:视为|等于|当作|视同)(?:自愿)?(?:承认|同意|放弃|认可|接受|默认)")
_ALSO_DEEMS = ("视为", "推定", "自认", "认定", "默示")
# 五日以下拘留, where the article has only 五日以上十日以下
_BOUNDED = re.compile(r"(?<![十百0-9上至到-])([一二三四五六七八九1-9][日年]以下)(?:拘留|有期徒刑)")
_BEFORE_A_BOUND = ("处", "上")  # 处五日以下, 三年以上五年以下
# 只能选一个, where the article has 一并; 只能请求违约责任, where it has 选择
_ONLY_ONE = re.compile(
    r"只能(?:选|择|主张|请求)[^，。；]{0,6}(?:一[个种项样]|其一)|[二两]选一|(?:不能|不得|不可以?)(?:同时|一并)(?:主张|请求|要求)"
)
_ONLY_THIS = re.compile(
    r"(?:只能|只可以?|仅能|仅可以?)(?:请求|主张|要求|选择?)(?![^，。；]*(?:一[个种项样]|其一|之一))[^，。；]{2,}"
)


def overstated(citation: CitedArticle) -> Note | None:
    """What is wrong of the first statement that goes beyond the article; None where none is known to."""
    if not citation.is_one_law:
        return None
    said, shape, cited = citation.said, citation.shape, citation.keys
    told = [claim.words for claim in said.claims if claim.strength != "facts"] + [one.words for one in said.told]
    for words in dict.fromkeys(told):
        if applies_or_denies(words) or _OPEN.search(words):
            continue
        found = next(filter(None, (one(words, cited, shape) for one in _KINDS)), None)
        if found:
            return found
    return None


def _enough(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    found = _ONE_IS_ENOUGH.search(words)
    if found is None or _NOT_ENOUGH.search(words):
        return None
    asked = [
        {element.word for element in shape.articles[key].elements if (element.paragraph, element.item) == (1, 0)}
        & _MORE
        for key in cited
    ]
    if not asked or not all(asked) or any(word in words for some in asked for word in some):
        return None
    return asks_for_more(min(cited), found[0], sorted(asked[0])[0])


def _graded(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    for written, held in (_GRADES, _GRADES[::-1]):
        if f"情节{written}" in words and not has_word(written, cited, shape) and has_word(f"情节{held}", cited, shape):
            return word_exchanged(min(cited), f"情节{written}", f"情节{held}")
    return None


def _undone(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    barred, undone = _BARRED.search(words), _UNDONE.search(words)
    if not (barred or undone) or "影响" in words or not has_word(_HOLDS, cited, shape):
        return None
    if barred and has_word(barred[1], cited, shape):
        return word_exchanged(min(cited), barred[0], _HOLDS)
    return word_exchanged(min(cited), undone[0], _HOLDS) if undone else None


def _deemed(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    found = _DEEMED.search(words)
    if found is None or any(has_word(word, cited, shape) for word in _ALSO_DEEMS) or not _about(words, cited, shape):
        return None
    return contrary(min(cited), found[0], zh="不作为的后果", en="what follows from doing nothing")


def _bounded(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    found = _BOUNDED.search(words)
    if found is None or not _about(words, cited, shape):
        return None
    bound = variants(found[0])[-1][:5]
    if any(_has_runs(f"{sign}{bound}", key, shape) for key in cited for sign in _BEFORE_A_BOUND):
        return None
    return contrary(min(cited), found[0], zh="幅度", en="the range")


def _only(words: str, cited: Collection[str], shape: Structure) -> Note | None:
    """One of several ways told as the only one."""
    one, this = _ONLY_ONE.search(words), _ONLY_THIS.search(words)
    found = one if one and has_word("一并", cited, shape) else None
    if found is None and this and has_word("有权选择", cited, shape):
        found = this
    if found is None or not _about(words, cited, shape):
        return None
    return contrary(min(cited), found[0], zh="只能还是可以选择", en="the only way or one of several")


def _has_runs(words: str, key: str, shape: Structure) -> bool:
    """Whether the article has *words* as they stand: a fingerprint never lacks what the article has."""
    hashes = shape.prints.long_hashes(words)
    return not len(hashes) or bool(shape.prints.articles[key].has_long(hashes).all())


def _about(words: str, cited: Collection[str], shape: Structure) -> bool:
    fit = weigh(words, cited, shape)
    return fit.here >= _FITS and fit.best >= _CLEARLY


_KINDS = (_enough, _graded, _undone, _deemed, _bounded, _only)
