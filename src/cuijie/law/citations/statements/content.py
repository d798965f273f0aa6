"""Does the article say what the text says it says: quotations, known concepts, wordings and subjects of other articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cuijie.law.citations import notes
from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.finding.context import tells_of
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.particular_notes import only_commences
from cuijie.law.citations.quotations.misquoting import misquoted, not_its_words
from cuijie.law.citations.quotations.quoting import SHORTEST, cover, owner_of, shared
from cuijie.law.citations.statements.claims import Claim, Said
from cuijie.law.citations.statements.concepts import Concept, concepts_in
from cuijie.law.citations.statements.exact import exchanged, inexact
from cuijie.law.citations.statements.paraphrased import amount_of_another
from cuijie.law.citations.statements.placing import (
    around,
    leads_with_its_own,
    named_in,
    of_a_case,
    paraphrased_elsewhere,
    place,
    told_alone,
)
from cuijie.law.citations.statements.ranking import telling_pairs
from cuijie.law.citations.statements.saying import (
    absent,
    carried,
    denied,
    is_limit,
    like,
    only_here,
    only_there,
    speaks_of,
    subjects_named,
    tells,
)
from cuijie.law.citations.statements.weighing import is_about, without_penalty
from cuijie.law.citations.verdicts import Verdict, key_of
from cuijie.law.library import Library
from cuijie.law.structure import Structure, normalise, structure
from cuijie.law.textpack import TextPack

__all__ = ["ContentJudge"]

_WEAK, _HALF, _STRONG = 0.35, 0.6, 0.8
_SHARED_LONG, _SHARED_SHORT, _LONG = 0.6, 0.85, 16
_SHORT_CLAIM = 24
_LEAST_WORDING, _LEAST_DRAWN = 12, 20
_LONG_WORDING, _VERBATIM, _PARTLY = 24, 0.97, 0.75
_TELLING = 3  # pairs of characters
_SUBJECT_NEAR, _SHORTEST_SUBJECT = 12, 3
_LITTLE, _CLEARLY, _NEARLY_ALL = 0.15, 0.45, 0.84

_QUOTED = re.compile(r"[“「『]([^“”「」『』\n]{12,})[”」』]")
_SEVERAL = re.compile(r"分别|依次|各自|先后|[与和及、]|以及")
# an article that says since when the law applies, and what else may be said of it
_COMMENCES = re.compile(r"施行(?:日期|时间)")
_OF_COMMENCING = re.compile(r"施行|实施|生效|废止|失效|取代|代替|起算|效力|溯及|新旧|衔接|以前|之前|开始|[0-9]{4}年")
_SAID_TO_BE_WRONG = re.compile(r"[”」』]?的?(?:说法|讲法)(?:有误|不对|不实|是错的)")


class ContentJudge:
    """Judges what is said of provisions that exist and are in force."""

    def __init__(self, library: Library, named: frozenset[str] = frozenset(), texts: TextPack | None = None) -> None:
        """*named* are all laws of the text, *texts* those whose words the user has imported."""
        self.library, self._named, self._texts = library, named, texts

    def whole(self, base: Verdict, said: Said) -> Verdict:
        """A law named without an article: condemned only for limits of hours and numbers that it nowhere has."""
        instrument = base.instrument or ""
        for claim in said.claims if not _SAID_TO_BE_WRONG.search(said.sentence) else ():
            for concept in concepts_in([claim.words]):
                lacks = not any(id_.startswith(f"{instrument}/") for id_ in (*concept.homes, *concept.also))
                if lacks and is_limit(concept, claim) and not denied(claim.words) and not absent(concept, claim):
                    note = notes.nowhere_in(self.library.instrument(instrument).title, concept.says)
                    return replace(base, kind="does_not_say", suggest=concept.homes[:3], note=note)
        return base

    def article(
        self, base: Verdict, mention: Mention, said: Said, run: Sequence[Mention], shape: Structure | None
    ) -> Verdict:
        """The verdict on an article that exists; *run* are the citations that share what is said."""
        verdict = self._article(base, mention, said, run, shape)
        doubtful = verdict.kind == "does_not_say" or not verdict.confirmed
        if mention.refers_back and doubtful and (other := self._of_another_law(mention, said)):
            return replace(base, instrument=other) if mention.inferred else self._unsure(base, mention)
        return verdict

    @staticmethod
    def _unsure(base: Verdict, mention: Mention) -> Verdict:
        return replace(base, confirmed=False, note=notes.not_confirmed(key_of(mention.place) or "", ""))

    def _of_another_law(self, mention: Mention, said: Said) -> str | None:
        """The other law that the text names, where an article without a law beside it is that number of it."""
        key = mention.place.article.key if mention.place else ""
        words = [claim.words for claim in said.claims] + [told.words for told in said.told]
        for id_ in sorted(self._named - set(mention.named.versions)):
            shape = structure(id_)
            if shape is None or key not in shape.articles:
                continue
            if any(f"{id_}/{key}" in c.homes for c in concepts_in(words)) or any(
                is_about(one, key, shape) for one in words
            ):
                return id_
        return None

    def _article(
        self, base: Verdict, mention: Mention, said: Said, run: Sequence[Mention], shape: Structure | None
    ) -> Verdict:
        if shape is None or mention.place is None or shape.by_section:
            return self._unheld(base, mention, said)
        if mention.loose:
            return base
        citation = CitedArticle(mention=mention, place=mention.place, said=said, run=run, shape=shape)
        return (
            self._misquoted(base, citation)
            or exchanged(base, citation)
            or (not_its_words(base, citation) if not said.quotes and len(run) == 1 else None)
            or self._claims(base, citation)
            or self._known_elsewhere(base, citation)
            or self._placed(base, citation)
        )

    def _misquoted(self, base: Verdict, citation: CitedArticle) -> Verdict | None:
        """The first quotation that is not the article's."""
        said = citation.said
        quotes = [quote for quote in said.quotes if len(normalise(quote)) >= SHORTEST]
        if not said.quotes:
            near = _QUOTED.findall(said.after)
            quotes = [quote for quote in near if cover(quote, citation.shape.prints, citation.key) >= _HALF]
        return next(filter(None, (misquoted(base, quote, citation, self._texts) for quote in quotes)), None)

    def _placed(self, base: Verdict, citation: CitedArticle) -> Verdict:
        """What is said is held against all articles of the law, then against the numbers, parts and terms of this one."""
        if _in_its_own_words(citation):
            return inexact(base, citation) or base
        placed = place(citation, self._named)
        names_its_subject = _names_its_subject(citation)
        if placed.elsewhere and not names_its_subject:
            return _belongs_to(base, citation, placed.elsewhere)
        if wrong := inexact(base, citation):
            return wrong
        if names_its_subject or placed.fits or _confirms(citation):
            return base
        if doubtful := self._told_elsewhere(base, citation):
            return doubtful
        return _unconfirmed(base, citation) if placed.told or _telling(citation.said) else base

    def _told_elsewhere(self, base: Verdict, citation: CitedArticle) -> Verdict | None:
        """What stands around the citation clearly belongs to another article, and nothing there fits this one."""
        known = any(p.key.split(".")[0] == citation.key for p in self.library.provisions_of(citation.shape.instrument))
        found = around(citation, self._named, known=known)
        if found is None or not found.is_doubtful or (citation.said.grounded and of_a_case(found.words)):
            return None
        return _belongs_to(base, citation, found.others)

    def _known_elsewhere(self, base: Verdict, citation: CitedArticle) -> Verdict | None:
        """A loose statement that is a known one and stands in another article of the law."""
        told = [Claim(words=words, strength="stated") for words in told_alone(citation)]
        spoken = concepts_in(claim.words for claim in told)
        instrument = citation.shape.instrument
        if not spoken or not all(concept.sure for concept in spoken) or carried(spoken, instrument, citation.key):
            return None
        if _names_it(citation):
            return None
        return self._other_concept(base, citation, told)

    def _claims(self, base: Verdict, citation: CitedArticle) -> Verdict | None:
        """What is claimed outright belongs to another article; None where it is this one's, or nobody's."""
        said, shape, key = citation.said, citation.shape, citation.key
        claims = [c for c in said.claims if len(normalise(c.words)) >= 2 and not denied(c.words)]
        words = [claim.words for claim in claims]
        if any(speaks_of(w, citation.article) >= _STRONG for w in words):
            return None
        told = [Claim(words=one.words, strength="drawn") for one in said.told if not denied(one.words)]
        if verdict := self._other_wording(base, citation, [*claims, *told]):
            return verdict
        if carried(concepts_in(words), base.instrument or "", key):
            return None
        if any(leads_with_its_own(said, one, {key}, shape) for one in words):
            return None
        if any(like(w, shape, key) >= (_SHARED_LONG if len(w) > _LONG else _SHARED_SHORT) for w in words):
            return None
        return self._other_concept(base, citation, claims) or self._other_subject(base, citation, claims)

    def _other_concept(self, base: Verdict, citation: CitedArticle, claims: list[Claim]) -> Verdict | None:
        """The claim is a known one and lives elsewhere."""
        instrument, key = base.instrument or "", citation.key
        cited = [(m.named.versions[-1:], m.place.article.key) for m in citation.run if m.place]
        others = {article for versions, article in cited if instrument in versions} - {key}
        elsewhere = [(versions[0], article) for versions, article in cited if versions and instrument not in versions]
        for claim in claims:
            for concept in concepts_in([claim.words]):
                if concept.carried_by(instrument, key) or not tells(concept, claim, instrument):
                    continue
                if _mentions(concept, claim, citation) or absent(concept, claim):
                    continue
                together = claim.strength not in ("named", "stated") or _SEVERAL.search(claim.words)
                if together and any(concept.named_for(instrument, other) for other in others):
                    continue  # 依第六条、第二十二条，判令……精神抚慰金; 第二十一条与第二十三条分别规定委托处理与对外提供
                if any(concept.named_for(*place) for place in elsewhere):
                    continue  # 民法典第一千零三十二条、个人信息保护法第十条保护隐私权: said of both together
                homes = concept.homes_in(instrument) or concept.homes[:3]
                note = notes.lacks(key, citation.article.subject, concept.says, self._homes(homes[:3]))
                return replace(base, kind="does_not_say", suggest=homes[:4], note=note)
        return None

    @staticmethod
    def _other_wording(base: Verdict, citation: CitedArticle, claims: list[Claim]) -> Verdict | None:
        """The claim is the wording of another article of the same law, and of none of those cited with it."""
        shape, cited = citation.shape, citation.keys
        for claim in claims:
            drawn = claim.strength not in ("named", "stated")
            if len(normalise(claim.words)) < (_LEAST_DRAWN if drawn else _LEAST_WORDING):
                continue
            near = max((cover(claim.words, shape.prints, one) for one in cited), default=0.0)
            owner = owner_of(claim.words, shape, cited)
            has = cover(claim.words, shape.prints, owner) if owner else 0.0
            if (has - near < _CLEARLY and not (has >= _VERBATIM and near <= _PARTLY)) or (
                owner and named_in(owner, citation.said.sentence)
            ):
                return None
            if owner and (has >= _NEARLY_ALL or (near <= _LITTLE and not drawn)):
                return _belongs_to(base, citation, [owner], surely=True)
        return None

    @staticmethod
    def _other_subject(base: Verdict, citation: CitedArticle, claims: list[Claim]) -> Verdict | None:
        """The claim names the subject of another article of the same law, and nothing that is in this one."""
        shape, key = citation.shape, citation.key
        for claim in claims:
            if claim.strength not in ("named", "stated") or len(claim.words) > _SHORT_CLAIM:
                continue
            if like(claim.words, shape, key) > _HALF or speaks_of(claim.words, shape.articles[key]) > _WEAK:
                continue
            scored = subjects_named(claim.words, shape)
            best = max(scored.values(), default=0.0)
            fitting = [other for other, share in scored.items() if share == best and share >= _STRONG]
            fitting = [o for o in fitting if only_there(claim.words, shape.articles[o].subject, shape, key)]
            fitting = [o for o in fitting if not only_here(claim.words, shape, key, o)]
            if fitting and len(fitting) <= 3:
                return _belongs_to(base, citation, fitting, surely=True)
        return None

    def _unheld(self, base: Verdict, mention: Mention, said: Said) -> Verdict:
        """Of an instrument without text: a provision in the library is compared by concept, others are left open."""
        instrument, key = base.instrument or "", mention.place.article.key if mention.place else ""
        held = self.library.holds(f"{instrument}/{key}")
        told = [Claim(words=one.words, strength="stated") for one in said.told if not one.drawn]
        claims = [c for c in (*said.claims, *told) if not denied(c.words)]
        spoken = concepts_in(claim.words for claim in claims)
        for claim in claims:
            for concept in concepts_in([claim.words]):
                homes = concept.homes_in(instrument)
                beyond = is_limit(concept, claim) and not homes and not concept.carried_by(instrument, key)
                if not concept.sure or (not beyond and any(c.carried_by(instrument, key) for c in spoken)):
                    continue
                if (homes and held and claim.strength != "facts") or beyond:
                    suggest = homes or concept.homes[:3]
                    note = notes.lacks(key, None, concept.says, self._homes(suggest))
                    return replace(base, kind="does_not_say", suggest=suggest, note=note)
        if held and (other := paraphrased_elsewhere(mention, said, instrument)):
            note = notes.lacks(key, None, other.words, self._homes([f"{instrument}/{other.key}"]))
            return replace(base, kind="does_not_say", suggest=(f"{instrument}/{other.key}",), note=note)
        if amount := amount_of_another(self.library, f"{instrument}/{key}", said):
            note = notes.other_amount(key, amount.written, amount.held, "", misplaced=False)
            return replace(base, kind="does_not_say", suggest=(f"{instrument}/{key}",), note=note)
        if held and not any(len(normalise(quote)) >= SHORTEST for quote in said.quotes):
            return base
        return replace(base, kind="text_not_held", note=notes.no_text(self.library.instrument(instrument).title, key))

    def fitting(self, said: Said, instrument: str) -> tuple[str, ...]:
        """Where in the instrument the claims belong."""
        found = [home for c in concepts_in(claim.words for claim in said.claims) for home in c.homes_in(instrument)]
        return tuple(dict.fromkeys(found))[:3]

    def _homes(self, ids: Sequence[str]) -> list[tuple[str, str]]:
        """Short title and article of each; without the article where its number is not verified."""
        found = []
        for id_ in ids:
            instrument, _, key = id_.partition("/")
            verified = structure(instrument) or (self.library.holds(id_) and self.library.provision(id_).label_zh)
            found.append((self.library.instrument(instrument).short, key if key[:1].isdigit() and verified else ""))
        return found


def _belongs_to(base: Verdict, citation: CitedArticle, others: Sequence[str], *, surely: bool = False) -> Verdict:
    """Said of this article and to be found in *others*."""
    note = notes.belongs_to(citation.key, citation.article.subject, others, surely=surely)
    return replace(base, kind="does_not_say", suggest=tuple(f"{base.instrument}/{one}" for one in others), note=note)


def _unconfirmed(base: Verdict, citation: CitedArticle) -> Verdict:
    """Something is said and found nowhere: wrong of an article that only tells since when the law applies, else left open."""
    said, shape = citation.said, citation.shape
    near = "，".join([said.context, *_telling(said), *(told.words for told in said.told)])
    if _COMMENCES.search(citation.article.subject) and not _OF_COMMENCING.search(near):
        return replace(base, kind="does_not_say", note=only_commences(citation.key))
    if tells_of(said, citation.keys, shape):
        return base
    if any(len(part) >= _SHORTEST_SUBJECT and part in said.clause for part in citation.subject.split("、")):
        return base  # 被告另行主张名誉权，可依第一千零二十四条……
    return replace(base, confirmed=False, note=notes.not_confirmed(citation.key, citation.subject))


def _confirms(citation: CitedArticle) -> bool:
    """Whether something is said of the article that is known to stand there."""
    said, shape, key = citation.said, citation.shape, citation.key
    if any(len(normalise(quote)) >= SHORTEST for quote in said.quotes):
        return True  # held against the fingerprint already
    words = [without_penalty(one) or one for one in _telling(said)]
    near = (max(speaks_of(one, citation.article), like(one, shape, key)) for one in words)
    return carried(concepts_in(words), shape.instrument, key) or max(near, default=0.0) >= _SHARED_LONG


def _in_its_own_words(citation: CitedArticle) -> bool:
    """Whether a long statement is the article's own, word for word."""
    said, prints = citation.said, citation.shape.prints
    told = [claim.words for claim in said.claims if claim.strength == "stated"] + [one.words for one in said.told]
    return any(
        len(normalise(words)) >= _LONG_WORDING and cover(words, prints, citation.key) >= _VERBATIM for words in told
    )


def _mentions(concept: Concept, claim: Claim, citation: CitedArticle) -> bool:
    """Whether the article has the very words of the concept."""
    found = concept.words.search(claim.words)
    if found is None or len(normalise(found[0])) < 2:
        return False
    return shared(found[0], citation.shape.prints, citation.key) >= 1.0


def _telling(said: Said) -> list[str]:
    """The words said of the article that tell what it should provide."""
    return [c.words for c in said.claims if c.strength != "facts" and len(telling_pairs(c.words)) >= _TELLING]


def _names_it(citation: CitedArticle) -> bool:
    """Whether a subject of the article is named in so many words: 【正当防卫】被非法拘禁时……."""
    return any(len(part) > _SHORTEST_SUBJECT and part in citation.said.context for part in citation.subject.split("、"))


def _names_its_subject(citation: CitedArticle) -> bool:
    """Whether right behind the citation its own subject is named: 第一千零二十四条管的名誉权."""
    near = citation.said.after[:_SUBJECT_NEAR]
    named = {claim.words for claim in citation.said.claims}
    parts = citation.subject.split("、")
    return any(part in named or (len(part) >= _SHORTEST_SUBJECT and part in near) for part in parts)
