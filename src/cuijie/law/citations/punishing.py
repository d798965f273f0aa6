"""A penalty named for the breach of an article: 违反第三十一条的，罚则在第四十二条 is wrong where another article punishes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cuijie.law.citations.reader import Mention
from cuijie.law.structure import structure

__all__ = ["punished_elsewhere"]

_PENALTY = r"(?:罚则|罚责|处罚|法律责任|责任条款|行政责任)"
_LEADS = re.compile(
    rf"{_PENALTY}(?:的?(?:依据|条款|规定|标准|条文))?(?:则|就|都|具体|相应)*(?:在|见|是|为|看|规定在|写在|适用|依照|按照|依|按|：|，)*(?:该法|同法|本法)?[《“]?$"
)
_APPLIES, _PUNISHED = (
    re.compile(r"(?:依照|按照|根据|依据|适用|由|按|依)(?:该法|同法|本法)?[《“]?$"),
    re.compile(r"^[》”]?(?:的规定|之规定|规定)?(?:，)?(?:来|予以|给予|进行)?(?:处罚|罚|追究)"),
)
_TELLS = re.compile(
    rf"^[》”]?(?:则|就|对此|正?是|相应)*(?:规定|设定|写|列)?(?:了|的是|着|的)?(?:它的|其|相应的?|对应的?)?{_PENALTY}"
)
_BREACH = re.compile(r"(?:违反|违背|触犯)了?[^，。；]{0,24}$")
_REACH = 120


def punished_elsewhere(text: str, mention: Mention, before: Sequence[Mention]) -> tuple[str, ...]:
    """The articles that punish the breach told right before, where the one cited for it is none of them."""
    if mention.place is None or not mention.named.versions or not before:
        return ()
    last = next((m for m in reversed(before) if m.place and m.end <= mention.start), None)
    instrument = mention.named.versions[-1]
    shape = structure(instrument)
    if shape is None or last is None or last.place is None or instrument not in last.named.versions:
        return ()
    lead, rest = text[max(0, mention.start - 24) : mention.start], text[mention.end : mention.end + 24]
    told = _LEADS.search(lead) or _TELLS.match(rest) or (_APPLIES.search(lead) and _PUNISHED.match(rest))
    broken = _BREACH.search(text[max(0, last.start - 30) : last.start])
    if not told or not broken or mention.start - last.end > _REACH:
        return ()
    breach, cited = last.place.article.key, mention.place.article.key
    owners = tuple(f"{instrument}/{key}" for key, article in shape.articles.items() if breach in article.punishes)
    return () if not owners or f"{instrument}/{cited}" in owners or cited == breach else owners[:3]
