"""What words said of a provision tell: which concept they name, whether they deny it, how near they are to an article."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cuijie.law.citations.quotations.quoting import shared
from cuijie.law.citations.statements.claims import Claim
from cuijie.law.citations.statements.concepts import Concept
from cuijie.law.structure import ArticleShape, Structure, normalise

__all__ = [
    "absent",
    "asserts",
    "carried",
    "denied",
    "has_each",
    "is_limit",
    "like",
    "narrows",
    "only_here",
    "only_there",
    "speaks_of",
    "subjects_named",
    "tells",
]

# 依据第…条，我请求……: speaks of the case at hand, for which an article may be one of several grounds
_OF_THE_CASE = re.compile(
    r"侵犯|侵害|违反|违背|构成|涉嫌|[你您我]|贵[司行方]|他们|对方|被告|原告|本人|申请|要求|请求|主张|投诉|起诉(?!条件)|追究|客户|老板|本案"
)
_MAINLY, _STRONG = 0.4, 0.8
_SHORT_STATEMENT = 14
_SHORT_CLAUSE = 6
_GENERAL = re.compile(
    r"第[零一二三四五六七八九十百千0-9]+[条款项]|规定|应当|可以|不得|有关|相关|法律|责任|行为|承担|要求|明确|依法|任何|或者|以及|其他"
)
_NONE = re.compile(r"(?:并无|没有|不含|未规定|不包括|并未|不存在|并不是|不是|而非|未提到|未涉及)[^，。；]{0,10}$")
_NORMATIVE = re.compile(
    r"不得|不能|禁止|违法|不允许|不可以|严禁|不应|不宜|时间(?:为|是|限|段)|应当在|只能|才能|规定|限于|至|最多|超"
)


def absent(concept: Concept, claim: Claim) -> bool:
    """Whether the claim says that the concept is *not* there: 该条并无……的规定."""
    found = concept.words.search(claim.words)
    return found is not None and bool(_NONE.search(claim.words[: found.start()]))


def is_limit(concept: Concept, claim: Claim) -> bool:
    """Whether the claim is a rule (on hours, numbers of calls …) that surely stands nowhere else."""
    return concept.only_here and claim.strength != "facts" and bool(_NORMATIVE.search(claim.words))


def tells(concept: Concept, claim: Claim, instrument: str) -> bool:
    """Whether the claim surely says of the article that it carries the concept."""
    if concept.only_here and claim.strength != "named":
        return is_limit(concept, claim)
    if claim.strength == "named":
        return True
    if claim.strength == "stated":
        return (concept.sure and _said_first(concept, claim)) or len(claim.words) < _SHORT_STATEMENT
    own = bool(concept.homes_in(instrument)) and concept.sure
    drawn = claim.strength == "drawn" and not _OF_THE_CASE.search(claim.words)
    return own and (drawn or instrument == "cn.criminal-law.1997")


def _said_first(concept: Concept, claim: Claim) -> bool:
    """Whether the concept stands in the first clause: what follows may tell of other things (……，构成犯罪的另当别论)."""
    found = concept.words.search(claim.words)
    comma = claim.words.find("，", _SHORT_CLAUSE)
    return found is not None and (comma < 0 or found.start() < comma)


def carried(spoken: Sequence[Concept], instrument: str, key: str) -> bool:
    """Whether the article is right for one of the concepts.

    That the instrument as a whole may be cited does not help where another concept said has its own article in it.
    """
    if any(concept.named_for(instrument, key) for concept in spoken):
        return True
    own = any(
        concept.sure and concept.homes_in(instrument) for concept in spoken if f"{instrument}/*" not in concept.also
    )
    return not own and any(concept.carried_by(instrument, key) for concept in spoken)


def like(words: str, shape: Structure, key: str) -> float:
    """How much of the telling words is in the article."""
    telling = _GENERAL.sub("", words)
    return shared(telling, shape.prints, key) if len(normalise(telling)) >= 3 else 0.0


def has_each(words: str, shape: Structure, key: str) -> bool:
    """Whether the article has what is said, or each of the things listed: 更正、删除."""
    parts = [part for part in words.split("、") if len(part) > 1]
    listed = len(parts) > 1 and all(shared(part, shape.prints, key) == 1.0 for part in parts)
    return listed or like(words, shape, key) >= _STRONG


def speaks_of(words: str, article: ArticleShape) -> float:
    """The share of one of the article's subjects (written by hand) that the words name."""
    if not article.written_by_hand:
        return 0.0
    said = _pairs(words)
    parts = [pairs for part in article.subject.split("、") if len(pairs := _pairs(part)) >= 2]
    return max(
        (len(pairs & said) / len(pairs) for pairs in parts if len(pairs & said) >= _MAINLY * len(said)), default=0.0
    )


def subjects_named(words: str, shape: Structure) -> Mapping[str, float]:
    """``speaks_of`` for all articles of a law at once: those above zero, in the order of the law."""
    said, parts = _pairs(words), _subjects(shape)
    found: dict[str, float] = {}
    for key, pairs in dict.fromkeys(part for pair in said for part in parts.get(pair, ())):
        shared_pairs = len(pairs & said)
        if shared_pairs >= _MAINLY * len(said):
            found[key] = max(found.get(key, 0.0), shared_pairs / len(pairs))
    return {key: found[key] for key in shape.articles if key in found}


@lru_cache(maxsize=64)
def _subjects(shape: Structure) -> Mapping[str, list[tuple[str, frozenset[str]]]]:
    """The subjects written by hand, by each of their pairs of characters."""
    index: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for key, article in shape.articles.items():
        for part in article.subject.split("、") if article.written_by_hand else ():
            pairs = _pairs(part)
            for pair in pairs if len(pairs) >= 2 else ():
                index.setdefault(pair, []).append((key, pairs))
    return index


def only_there(words: str, subject: str, shape: Structure, key: str) -> bool:
    """Whether what *words* name of another article's *subject* has any pair of characters that the article *key* lacks."""
    named = sorted(_pairs(words) & frozenset().union(*map(_pairs, subject.split("、"))))
    return not shape.prints.articles[key].has_short(shape.prints.hashes_of(named)).all()


def only_here(words: str, shape: Structure, key: str, other: str) -> bool:
    """Whether *words* name something of the subject of the article *key* that the *other* one has not: 诉前财产保全."""
    own, others = (_pairs(shape.articles[one].subject) for one in (key, other))
    named = sorted(_pairs(words) & own - others) if shape.articles[key].written_by_hand else []
    return not shape.prints.articles[other].has_short(shape.prints.hashes_of(named)).all()


@lru_cache(maxsize=4096)
def _pairs(words: str) -> frozenset[str]:
    plain = normalise(_GENERAL.sub("", words))
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def denied(words: str) -> bool:
    """Whether the words begin by denying: 没有规定……, 并不是……."""
    return bool(
        re.match(
            r".{0,8}(?:没有|并无|未(?:规定|提|涉及|要求|明确|写|对)|不含|并不|并没有|不是|并非|而不是|而非)", words
        )
    )


_CONSEQUENCE = re.compile(
    r"构成|犯罪|罪|有期徒刑|拘留|罚金|罚款|追究|处罚|违法|即可|就(?:是|要|能|可)|任何|一律|所有|均|必须|立即|都"
)


def asserts(sentence: str) -> bool:
    """Whether the sentence says that a consequence follows (an offence, a penalty)."""
    return bool(_CONSEQUENCE.search(sentence))


_NARROWS = re.compile(
    r"限于|仅限|只限|仅适用|只适用|只有|不适用|无从适用|不构成|不属于|不成立|不符合|不在此列|够不上|套不上|并非|与(?:本案|之)无关"
)


def narrows(sentence: str) -> bool:
    """Whether the sentence holds the article to few cases or denies that it applies: what it leaves out is not passed over."""
    return bool(_NARROWS.search(sentence))
