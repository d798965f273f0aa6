"""Where the article is the right one and a particular of what is said of it is not its own: kind, body, actor, manner.

The particulars of each article (``structure/terms.py``) are facts that its words fix: the kind of consent or penalty, who
decides, from when a term runs, who must and who may.  A statement is held against all of them in one way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.quotations.quoting import cover, shared
from cuijie.law.citations.statements.bearing import borne_by_another
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.placing import applies_or_denies, of_a_case, of_the_law
from cuijie.law.citations.statements.ranking import telling_pairs
from cuijie.law.citations.statements.weighing import weigh
from cuijie.law.structure import ArticleShape, Structure
from cuijie.law.structure.phrases import Manner, Phrase, phrases_in
from cuijie.law.structure.terms import Actor, TermFound, actors_said, find_terms, polar_said

__all__ = ["Contrary", "contrary"]

# what follows is told of another rule, or of the author's own
_BEYOND = re.compile(
    r"[。；]|，(?=但(?!要|须|需|得|经|除)|另外|此外|同时|而且|并且|不过|实践中|如果|否则|也可以?|还可以?|再|然后)|还(?=可能|会|要|将|可被)"
)
_LEADING = re.compile(r"^(?:的(?!规定)|而且|并且|但是?|另外|此外|同时(?:规定|明确|要求)?，?)?")
_ADDED = re.compile(r"(?:而且|并且|但|另外|此外|同时(?!规定|明确|要求)|不过|后来)")
_OURS = re.compile(
    r"我[司方]|(?:我们?|本)公司|调解员|催收(?:公司|员|机构|方)"
)  # a creditor who says that an office's powers are its own
_LEAST_DOUBT = -2.0
_LESS_DOUBT = -1.0
_FITS, _CLEARLY, _SURELY = 0.75, 0.3, 0.2
_FAIRLY, _SOME = 0.55, 0.25
_MOSTLY, _OTHERS = 0.4, 0.5
_VERBATIM = 0.97
_OFFICIAL = frozenset(
    f"office.{name}"
    for name in ("police", "cyberspace", "market", "telecom", "finance", "central_bank", "justice", "competent")
)
_REGULATORS = _OFFICIAL - {"office.police"}
_ABSOLUTE = frozenset({"一律", "必须"})
_OPEN = re.compile(r"可以?不|除外|例外|同意|授权|批准|经过|[后才]|必需|所必须|不可以?|约定|未[^，。；]{0,8}的")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrary:
    """Words that are not the article's, and the kind of thing they are, in Chinese and in English."""

    words: str
    zh: str
    en: str


def contrary(citation: CitedArticle) -> Contrary | None:
    """The first particular said of the article that it excludes; None where none is known to be."""
    if not citation.is_one_law:
        return None
    said, shape, cited = citation.said, citation.shape, citation.keys
    for words, sure in _statements(said):
        if any(cover(words, shape.prints, key) >= _VERBATIM for key in cited):
            continue
        held = frozenset().union(*(_held(words, one, shape) for one in citation.run))
        found = _any_of(words, held, cited, shape) if held else _borne(words, cited, shape)
        if found is None:  # what is dear, to place the statement among all articles, comes last
            continue
        fit = weigh(words, cited, shape)
        fits = fit.here >= _FITS and fit.best >= (_SURELY if sure else _CLEARLY)
        fits = fits or (
            sure and not fit.others and fit.here >= _FAIRLY and fit.best >= _SOME
        )  # no other article has it
        if fit.doubt > (_LESS_DOUBT if sure and fits else _LEAST_DOUBT) or not (sure or fits):
            continue
        found = found if fits else _term(words, held, fits=False)
        if found and not any(found.words in shape.articles[key].subject for key in cited):
            return found
    return None


def _any_of(words: str, held: frozenset[str], cited: Collection[str], shape: Structure) -> Contrary | None:
    """What is contrary in *words* if they are told of the articles cited."""
    return (
        _term(words, held, fits=True)
        or _actor(words, held, cited, shape)
        or _denied(words, held, cited, shape)
        or _turned(words, cited, shape)
        or _borne(words, cited, shape)
    )


def _held(words: str, mention: Mention, shape: Structure) -> frozenset[str]:
    """The codes of the paragraph cited, of the one that has what is said, else of the whole article."""
    place = mention.place
    article = shape.articles.get(place.article.key) if place else None
    if place is None or article is None:
        return frozenset()
    paragraph = place.paragraph or _paragraph_of(words, article, shape)
    if paragraph and paragraph <= len(article.terms):
        return article.terms[paragraph - 1]
    return frozenset().union(*article.terms)


def _paragraph_of(words: str, article: ArticleShape, shape: Structure) -> int | None:
    """The one paragraph of the article that has most of the words, where the others have far fewer."""
    keys = [f"{article.key}.{at}" for at in range(1, len(article.items) + 1)]
    pairs = telling_pairs(words)
    if len(keys) < 2 or not pairs or not set(keys) <= shape.part_prints.articles.keys():
        return None
    prints = shape.part_prints
    shares = [float(prints.articles[key].has_short(prints.hashes_of(pairs)).mean()) for key in keys]
    best = max(shares)
    alone = sum(share > _OTHERS * best for share in shares) == 1
    return shares.index(best) + 1 if best >= _MOSTLY and alone else None


def _statements(said: Said) -> Iterator[tuple[str, bool]]:
    """What is told of the article, and whether surely of it."""
    told = [(claim.words, claim.strength != "drawn") for claim in said.claims if claim.strength != "facts"]
    told += [(one.words, not one.drawn) for one in said.told]
    for whole, sure in told:
        if _ADDED.match(whole) and whole in said.after:  # ……，第…条，而且……: told of what comes next
            continue
        words = _BEYOND.split(_LEADING.sub("", of_the_law(whole), count=1), maxsplit=1)[0]
        if applies_or_denies(words) or (not sure and of_a_case(words) and not _OURS.search(words)):
            continue
        yield words, sure


# 须取得书面同意, 未经书面同意不得: the narrower thing is asked for
_ASKED = re.compile(r"(?:须|应当?|必须|需要?|要|才|只有|经|取得|征得|得到|获得|获|未|没有?|必得)[^，。；]{0,10}$")


def _term(words: str, held: frozenset[str], *, fits: bool) -> Contrary | None:
    said = list(find_terms(words))
    for one in said:
        group = one.group
        of_group = {code for code in held if code.startswith(f"{group.name}.")}
        if _has(one, of_group) or not (of_group or (group.alone and fits)):
            continue
        if one.wider in of_group and not _ASKED.search(words[: one.start]):  # 书面同意还款 is a consent too
            continue
        if (
            not of_group and not group.each and "，" in words[: one.start]
        ):  # it may be the matter of an article beside it
            continue
        if not group.each and any(_has(other, of_group) for other in said if other.group is group):
            continue
        return Contrary(words=one.written, zh=group.zh, en=group.en)
    return None


def _has(one: TermFound, held: Collection[str]) -> bool:
    if one.code in held:
        return True
    if one.code in _OFFICIAL and "office.competent" in held:
        return True
    return one.code in _REGULATORS and "office.regulator" in held


_ANYBODY_MAY = re.compile(r"[^，。；]{0,10}(?:反映|投诉|举报|咨询|建议|求助|报警)")

# 公司不能以个人行为为由推脱, 债权人不能证明……的: no act of its own is forbidden
_NO_EXCUSE = re.compile(
    r"(?:证明|举证|提供证据)|(?:再)?(?:以|拿|用|把)[^，。；]{1,16}(?:为由|借口|推[脱卸诿]|免责|逃避)"
)


def _names(actor: Actor, cited: Collection[str], shape: Structure) -> bool:
    return any(shared(actor.name, shape.prints, key) == 1.0 for key in cited)


def _of_parties(cited: Collection[str], shape: Structure) -> bool:
    """Whether the article speaks of the parties, who are people and firms alike: 当事人 may be the creditor."""
    return any(shared("当事人", shape.prints, key) == 1.0 for key in cited)


def _actor(words: str, held: frozenset[str], cited: Collection[str], shape: Structure) -> Contrary | None:
    """Who is said to have to, to be free to, or not to be allowed to do what the article asks of others, or otherwise."""
    for actor in actors_said(words):
        behind = words.index(actor.written) + len(actor.written)
        if actor.how == "may" and _ANYBODY_MAY.match(words, behind):
            continue
        if actor.how == "ban" and _NO_EXCUSE.match(words, behind):
            continue
        same = {code for code in held if code.startswith("who.") and code.endswith(f".{actor.how}")}
        if actor.who != "state" and _of_parties(cited, shape) and not _names(actor, cited, shape):
            continue
        if same and actor.code not in same and f"who.any.{actor.how}" not in same:
            return Contrary(words=actor.written, zh="由谁、应当还是可以", en="who must, may or may not")
        opposite = {"may": "ban", "ban": "may"}.get(actor.how)
        obliged = actor.how == "may" and f"who.{actor.who}.duty" in held  # people say 可以 of an office's duty
        refused = opposite and f"who.{actor.who}.{opposite}" in held
        if not same and not obliged and refused and not _OPEN.search(words):
            return Contrary(words=actor.written, zh="可以还是不得", en="free to or not allowed to")
    return None


_WITHIN = re.compile(
    r"[日天月]内[^，。；]{0,6}(?:起诉|提起|申请)"
)  # 三十日内起诉, where the article says what follows if not
_CONDITIONS = re.compile(r"除|(?:^|，)不[^，。；]{1,6}就|已[经履尽依]|如果|仅|只有|才|(?<!不)同意|例外|但|[？?吗]")


def _denied(words: str, held: frozenset[str], cited: Collection[str], shape: Structure) -> Contrary | None:
    """What the article only denies said to be so, or the other way round."""
    if (
        _CONDITIONS.search(words)
        or _WITHIN.search(words)
        or any(shared("不予支持", shape.prints, key) == 1.0 for key in cited)
    ):
        return None
    said = list(polar_said(words))
    codes = {code for code, _, _ in said}
    for code, group, written in said:
        other = code.removesuffix(".yes") + ".no" if code.endswith(".yes") else code.removesuffix(".no") + ".yes"
        if other in held and code not in held and other not in codes:
            return Contrary(words=written, zh=group.zh, en=group.en)
    return None


def _borne(words: str, cited: Collection[str], shape: Structure) -> Contrary | None:
    """A cost or a debt said to be another's than the article says."""
    if _CONDITIONS.search(words) or not (written := borne_by_another(words, cited, shape)):
        return None
    return Contrary(words=written, zh="由谁承担", en="who bears it")


_FREE = re.compile(
    r"^[^，。；除仅只如才]*(?:必须|一律)[^，。；除仅只如才同]*(?:[，。；]|$)"
)  # a duty told without condition
_TOLD = 14  # characters of what is said to be done
_TELLING = 3  # marks of what is to be done: 不予执行 alone tells too little
_MOSTLY_IT, _HALF_IT = 0.66, 0.5


def _turned(words: str, cited: Collection[str], shape: Structure) -> Contrary | None:
    """What others must do, what must not be done said to be free, or the other way round; a liberty told as without exception."""
    conditional = _CONDITIONS.search(words) is not None
    held = [phrase for key in cited for phrase in shape.articles[key].phrases]
    for told in phrases_in(words, _TOLD, said=True):
        if conditional and not (told.manner == "must" and told.written[:2] in _ABSOLUTE and _FREE.search(words)):
            continue
        if told.manner == "free" and _excused(told, held):
            return Contrary(words=told.written, zh="应当、可以还是不得", en="must, may or must not")
        near = [phrase for phrase in held if phrase.covered(told.marks) >= _HALF_IT]
        same = [phrase for phrase in near if phrase.manner == told.manner]
        clearly = [phrase for phrase in near if phrase.covered(told.marks) >= _MOSTLY_IT]
        if not same and any(phrase.manner in _against(told) and len(phrase.marks) >= _TELLING for phrase in clearly):
            return Contrary(words=told.written, zh="应当、可以还是不得", en="must, may or must not")
        parties = told.who != "state" and _of_parties(cited, shape)
        others = [phrase for phrase in same if told.who and phrase.who and phrase.who != told.who and not parties]
        if others and len(others) == len(same) and set(others) & set(clearly):
            return Contrary(words=told.written, zh="由谁做", en="who does it")
    return None


def _excused(told: Phrase, held: Sequence[Phrase]) -> bool:
    """Whether all that is said to need not be done is what the article says must be: 可以不说明理由."""
    duties = [phrase for phrase in held if phrase.manner == "must"]
    return len(told.marks) >= _TELLING and any(told.marks <= phrase.marks for phrase in duties)


def _against(told: Phrase) -> frozenset[Manner]:
    """The manners that what is *told* denies."""
    if told.manner == "ban":
        return frozenset({"may", "must"})
    return frozenset({"ban", "may"} if told.manner == "must" and told.written[:2] in _ABSOLUTE else {"ban"})
