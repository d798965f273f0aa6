"""What is told around a citation without being said of it in so many words: the clauses beside it, the sentence before.

A text rarely says 第…条规定…; it tells a thing and puts the number behind it, or the number and then what follows.
Each stretch around the citation is weighed by itself against all articles of the law (``weighing``), and what they
say together decides: something told clearly belongs to another article, and nothing told fits the one cited.

The weights were found by logistic regression on the annotated texts of ``tests/law/citations`` and on the same texts
with the numbers of right citations exchanged; ``docs/citation-check.md`` tells what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.weighing import Weighed, weigh
from cuijie.law.structure import Structure

__all__ = ["Surroundings", "surroundings_of", "tells_of"]

_CLAUSE = re.compile(r"[，；：（）|。！？]+|-{2,}")
_LEADS_ON = re.compile(
    r"(?:[，、：（|-]|(?:法律)?依据(?:是|为)?|根据|依照|按照|参照|依|按|见|参见|看|违反了?|触犯|适用|援引|引用?|《|“|是|为|在|据|就是"
    r"|写在|规定在|涉嫌|已经?|可能|构成)+$"
)
_OPENS = re.compile(r"^[》”」|\s]*(?:的规定|之规定|规定)?[，：、）\s]*")
_BREAKS = re.compile(r"[，；：。（）|]|-{2}")
_BROKEN = re.compile(r"(?:违反|违背|触犯)了?(?:中华人民共和国)?[《“]?$")
_DECIDED = re.compile(
    r"酌[定情]|判[处令]|判决如下|被(?:多次|反复)?(?:援引|引用)|^(?:详?见)?(?:证据|附件|附表|附录)"
)  # what became of a case, and its proof
_CONCEDED = re.compile(
    r"(?:即使|即便|哪怕|尽管|虽然|就算|纵使|不论|无论|不管)"
)  # told of what the article is applied to in spite of
# 根据第…条及最高人民法院司法解释，……: sources, and nothing told
_SOURCES = re.compile(
    r"(?:以?及|和|与|暨|结合)[^，。；]{0,30}(?:解释|规定|办法|条例|法律|法规|法|通知|意见)(?:的(?:相关|有关)?(?:规定|精神))?$"
)
_LEAST, _LONGEST = 2, 90
_FITS, _MUCH = 0.75, 0.3

_AT_REST = 3.8
_WHOLE, _NEAREST = 0.22, 0.43  # for each nat of doubt of the whole sentence, and of the stretch that fits best
_AFTER_HERE, _WHOLE_HERE, _EACH_FIT = -0.5, -1.3, -0.3
_KNOWN, _GENERAL = -1.3, -0.9  # an article that this subject often cites, an article of principle
_SILENT, _FARTHEST, _CLOSEST = -4.0, 8.0, -7.0
_SIGNS = (-1.0, -1.0), (1.7, -2.0)  # log odds of all together and of the clearest stretch that condemn
_ENOUGH, _SURELY = 8.0, 1.0  # nats of a stretch that can tell by itself; log odds
_NEXT_TO_NOTHING = 0.2  # the cited article's share of its words
_BACKS = 4.0  # nats that an article must have of words that fit no other better


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the stretches around a citation say together.

    ``doubt`` are the log odds that the citation is wrong, ``clearest`` those of the one stretch of its own that speaks most
    clearly for another article; ``others`` the articles that the words of the clearest stretch
    fit better (by the share ``best``), none where that is not clear; ``fits``: one of them tells what the article cited provides.
    """

    doubt: float
    clearest: float
    others: tuple[str, ...]
    best: float
    words: str
    fits: bool

    @property
    def is_doubtful(self) -> bool:
        """Whether all together and one stretch by itself speak against the citation: neither alone condemns."""
        return any(self.doubt > whole and self.clearest > one for whole, one in _SIGNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    name: str
    words: str
    weighed: Weighed

    @property
    def fits(self) -> bool:
        return self.weighed.here >= _FITS and self.weighed.best >= _MUCH

    @property
    def can_tell(self) -> bool:
        """Whether by itself it may speak against the article: it says enough, and surely or of what the article has next to nothing."""
        lacking = self.weighed.here * self.weighed.best <= _NEXT_TO_NOTHING
        return self.weighed.weight >= _ENOUGH and (lacking or self.weighed.doubt > _SURELY)


def surroundings_of(
    said: Said, cited: Collection[str], shape: Structure, *, known: bool, general: bool
) -> Surroundings | None:
    """What is told around the citation of the articles *cited*; None where nothing telling is."""
    found = [stretch for stretch in _stretches(said, cited, shape) if stretch.weighed.weight > 0]
    if not found:
        return None
    held = {stretch.name: stretch.weighed for stretch in found}
    whole, after = held.get("whole"), held.get("after")
    nearest = max(min(stretch.weighed.doubt for stretch in found), _CLOSEST)
    fitting = [stretch for stretch in found if stretch.fits]
    doubt = (
        _AT_REST
        + _WHOLE * (max(min(whole.doubt, _FARTHEST), _CLOSEST) if whole else _SILENT)
        + _NEAREST * min(nearest, _FARTHEST)
        + _AFTER_HERE * (after.here if after else 0.5)
        + _WHOLE_HERE * (whole.here if whole else 0.5)
        + _EACH_FIT * len(fitting)
        + _KNOWN * known
        + _GENERAL * general
    )
    clearest = max(found, key=lambda stretch: (bool(stretch.weighed.others), stretch.weighed.doubt))
    own = [one for one in found if one.name != "earlier"] or found  # ……的权利。第十五条: nothing else is told of it
    telling = (one.weighed.doubt for one in own if one.can_tell)
    return Surroundings(
        doubt=doubt,
        clearest=max(telling, default=_CLOSEST),
        others=clearest.weighed.others,
        best=clearest.weighed.best,
        words=clearest.words,
        fits=bool(fitting),
    )


def tells_of(said: Said, cited: Collection[str], shape: Structure) -> bool:
    """Whether of all articles of the law those *cited* fit best what stands around the citation, or what is said of it."""
    own = [one.weighed for one in _stretches(said, cited, shape) if one.name != "earlier"]
    own += [weigh(claim.words[:_LONGEST], cited, shape) for claim in said.claims]
    return any(one.here >= 1.0 and one.best * one.weight >= _BACKS for one in own)


def _stretches(said: Said, cited: Collection[str], shape: Structure) -> Iterator[_Stretch]:
    """The clauses before and after the citation, the sentence before it, and all of its own sentence."""
    before, after = _before(said), _clauses(_OPENS.sub("", said.after))
    if _BROKEN.search(said.before):  # 违反第十四条的，处……: what follows is another article's
        after = []
    words = {
        "before": "，".join(before[-2:]),
        "after": "".join(after[:1]),
        "rest": "，".join(after[:2]),
        "earlier": said.earlier,
        "whole": "，".join([*before[-2:], *after[:2]]),
    }
    for name, told in words.items():
        if len(told) >= _LEAST:
            cut = told[-_LONGEST:] if name in ("before", "earlier") else told[:_LONGEST]
            yield _Stretch(name=name, words=cut, weighed=weigh(cut, cited, shape))


def _before(said: Said) -> list[str]:
    """The clauses before the citation; the rest of the clause of a citation before it is told of that one."""
    clauses = _clauses(_LEADS_ON.sub("", said.before))
    shared = not said.sentence.startswith(said.before) and not _BREAKS.match(said.before)
    return clauses[1:] if shared else clauses


def _clauses(words: str) -> list[str]:
    clauses = (clause for clause in _CLAUSE.split(words) if len(clause) >= _LEAST)
    return [
        clause
        for clause in clauses
        if not any(one.match(clause) for one in (_CONCEDED, _SOURCES)) and not _DECIDED.search(clause)
    ]
