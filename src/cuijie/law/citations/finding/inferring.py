"""Whose article a number without a law beside it is: another law's named before, or no law's at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cuijie.law.citations.finding.lexicon import Named
from cuijie.law.locator import Locator
from cuijie.law.structure import structure

__all__ = ["AMENDMENT", "MOST_OF_AN_AMENDMENT", "has", "meant", "numbers_evidence"]

AMENDMENT, MOST_OF_AN_AMENDMENT = "刑法修正案", 52  # the ninth has most; what it adds has numbers of the law itself

# 证据1第5条, 通话清单第3条: the fifth entry of a list
_LIST_BEFORE = re.compile(
    r"(?:证据|附件|附表|附录|清单|目录|(?<!并)(?<!予以)记录|台账|流水|时间轴|明细|截图|录音|录像|笔录|短信|微信|聊天|通话|来电|列表|编号|序号)"
    r"(?:材料|资料|目录|清单|记录|文件)?[（]?[零一二三四五六七八九十0-9]{0,4}[）]?(?:的|中|之|里)?$"
)
# 告知书第二条, 本合同第5条: an article of a paper that is no law
_PAPER_BEFORE = re.compile(
    r"(?:告知书|通知书|催告函|催收函|律师函|承诺书|协议书?|合同书?|公告|帖子|声明|条款|讲义|手册|剧本|话术|笔记|群规|截图)(?:里|中|上|的)*(?:的?[那这])?$"
)
# 第5条短信, 第3条通话记录
_LIST_BEHIND = re.compile(
    r"(?:催收)?(?:短信|微信|彩信|消息|留言|语音|录音|通话|来电|评论|弹幕|证据|截图|跟帖|回复|聊天)"
)

_MOST_OF_OTHERS = 600  # only the civil code has more articles


def numbers_evidence(text: str, start: int, end: int) -> bool:
    """Whether 第…条 between *start* and *end* counts the entries of a list of evidence, or is one of a paper that is no law."""
    before = text[max(0, start - 16) : start]
    return bool(_LIST_BEFORE.search(before) or _PAPER_BEFORE.search(before) or _LIST_BEHIND.match(text, end))


def meant(place: Locator, last: Named, named: Iterable[Named]) -> Named:
    """The law that an article without a law belongs to: the one named *last*, or, where that has no such article,
    the only other one of those *named* that has."""
    if has(last, place) is not False:
        return last
    others = {other.versions: other for other in named if other.versions != last.versions and has(other, place)}
    return next(iter(others.values())) if len(others) == 1 else last


def has(named: Named, place: Locator) -> bool | None:
    """Whether a version of the law has the place; None where no text of it was read, unless so few have as many articles."""
    shapes = [shape for id_ in named.versions if (shape := structure(id_))]
    if not shapes:
        return False if place.article.main > _MOST_OF_OTHERS else None
    found = [article for shape in shapes if (article := shape.articles.get(place.article.key))]
    return any(article.has(place.paragraph, place.item) for article in found)
