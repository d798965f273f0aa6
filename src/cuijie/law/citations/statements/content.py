"""Does the article say what the text says it says: quotations, known concepts, wordings and subjects of other articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cuijie.law.citations import notes
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
from cuijie.law.structure import ArticleShape, Structure, normalise, structure
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


def _in_its_own_words(said: Said, key: str, shape: Structure) -> bool:
    """Whether a long statement is the article's own, word for word."""
    told = [claim.words for claim in said.claims if claim.strength == "stated"] + [one.words for one in said.told]
    return any(
        len(normalise(words)) >= _LONG_WORDING and cover(words, shape.prints, key) >= _VERBATIM for words in told
    )


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
        key = mention.place.article.key
        for quote in said.quotes:
            if len(normalise(quote)) >= SHORTEST and (
                verdict := misquoted(base, key, quote, said, run, shape, self._texts)
            ):
                return verdict
        for quote in _QUOTED.findall(said.after) if not said.quotes else ():
            if cover(quote, shape.prints, key) >= _HALF and (
                verdict := misquoted(base, key, quote, said, run, shape, self._texts)
            ):
                return verdict
        if exact := exchanged(base, mention, said, run, shape):
            return exact
        if not said.quotes and len(run) == 1 and (foreign := not_its_words(base, key, said, shape)):
            return foreign
        verdict = self._claims(base, key, said, shape, run)
        if verdict is not base:
            return verdict
        if known := self._known_elsewhere(base, mention, said, run, shape):
            return known
        if _in_its_own_words(said, key, shape):
            return inexact(base, mention, said, run, shape) or base
        placed = place(mention, said, run, shape, self._named)
        if _names_its_subject(said, shape.articles[key].subject if shape.articles[key].written_by_hand else ""):
            return inexact(base, mention, said, run, shape) or base
        if placed.elsewhere:
            note = notes.belongs_to(key, shape.articles[key].subject, placed.elsewhere, surely=False)
            suggest = tuple(f"{base.instrument}/{other}" for other in placed.elsewhere)
            return replace(base, kind="does_not_say", suggest=suggest, note=note)
        if wrong := inexact(base, mention, said, run, shape):
            return wrong
        if placed.fits or self._confirms(said, key, shape):
            return base
        if doubtful := self._told_elsewhere(base, mention, said, run, shape):
            return doubtful
        if not placed.told and not _telling(said):
            return base
        near = "，".join([said.context, *_telling(said), *(told.words for told in said.told)])
        if _COMMENCES.search(shape.articles[key].subject) and not _OF_COMMENCING.search(near):
            return replace(base, kind="does_not_say", note=only_commences(key))
        cited = {m.place.article.key for m in run if m.place and shape.instrument in m.named.versions}
        if tells_of(said, cited & set(shape.articles), shape):
            return base
        article = shape.articles[key]
        about = article.subject if article.written_by_hand else ""
        if any(len(part) >= _SHORTEST_SUBJECT and part in said.clause for part in about.split("、")):
            return base  # 被告另行主张名誉权，可依第一千零二十四条……
        return replace(base, confirmed=False, note=notes.not_confirmed(key, about))

    @staticmethod
    def _confirms(said: Said, key: str, shape: Structure) -> bool:
        """Whether something is said of the article that is known to stand there."""
        if any(len(normalise(quote)) >= SHORTEST for quote in said.quotes):
            return True  # held against the fingerprint already
        article, words = shape.articles[key], [without_penalty(one) or one for one in _telling(said)]
        near = (max(speaks_of(one, article), like(one, shape, key)) for one in words)
        return carried(concepts_in(words), shape.instrument, key) or max(near, default=0.0) >= _SHARED_LONG

    def _told_elsewhere(
        self, base: Verdict, mention: Mention, said: Said, run: Sequence[Mention], shape: Structure
    ) -> Verdict | None:
        """What stands around the citation clearly belongs to another article, and nothing there fits this one."""
        key = mention.place.article.key if mention.place else ""
        known = any(p.key.split(".")[0] == key for p in self.library.provisions_of(shape.instrument))
        found = around(mention, said, run, shape, self._named, known=known)
        if found is None or not found.is_doubtful or (said.grounded and of_a_case(found.words)):
            return None
        note = notes.belongs_to(key, shape.articles[key].subject, found.others, surely=False)
        suggest = tuple(f"{base.instrument}/{other}" for other in found.others)
        return replace(base, kind="does_not_say", suggest=suggest, note=note)

    def _known_elsewhere(
        self, base: Verdict, mention: Mention, said: Said, run: Sequence[Mention], shape: Structure
    ) -> Verdict | None:
        """A loose statement that is a known one and stands in another article of the law."""
        if mention.place is None:
            return None
        key = mention.place.article.key
        told = [Claim(words=words, strength="stated") for words in told_alone(mention, said, run)]
        spoken = concepts_in(claim.words for claim in told)
        if not spoken or not all(concept.sure for concept in spoken) or carried(spoken, shape.instrument, key):
            return None
        if _names_it(said.context, shape.articles[key]):
            return None
        return self._other_concept(base, key, told, shape, run)

    def _claims(self, base: Verdict, key: str, said: Said, shape: Structure, run: Sequence[Mention]) -> Verdict:
        claims = [c for c in said.claims if len(normalise(c.words)) >= 2 and not denied(c.words)]
        words = [claim.words for claim in claims]
        instrument = base.instrument or ""
        if any(speaks_of(w, shape.articles[key]) >= _STRONG for w in words):
            return base
        told = [Claim(words=one.words, strength="drawn") for one in said.told if not denied(one.words)]
        if verdict := self._other_wording(base, key, [*claims, *told], shape, run, said.sentence):
            return verdict
        if carried(concepts_in(words), instrument, key):
            return base
        if any(leads_with_its_own(said, one, {key}, shape) for one in words):
            return base
        if any(like(w, shape, key) >= (_SHARED_LONG if len(w) > _LONG else _SHARED_SHORT) for w in words):
            return base
        return (
            self._other_concept(base, key, claims, shape, run) or self._other_subject(base, key, claims, shape) or base
        )

    def _other_concept(
        self, base: Verdict, key: str, claims: list[Claim], shape: Structure, run: Sequence[Mention]
    ) -> Verdict | None:
        """The claim is a known one and lives elsewhere."""
        instrument = base.instrument or ""
        cited = [(m.named.versions[-1:], m.place.article.key) for m in run if m.place]
        others = {article for versions, article in cited if instrument in versions} - {key}
        elsewhere = [(versions[0], article) for versions, article in cited if versions and instrument not in versions]
        for claim in claims:
            for concept in concepts_in([claim.words]):
                if concept.carried_by(instrument, key) or not tells(concept, claim, instrument):
                    continue
                if self._mentions(concept, claim, key, shape) or absent(concept, claim):
                    continue
                together = claim.strength not in ("named", "stated") or _SEVERAL.search(claim.words)
                if together and any(concept.named_for(instrument, other) for other in others):
                    continue  # 依第六条、第二十二条，判令……精神抚慰金; 第二十一条与第二十三条分别规定委托处理与对外提供
                if any(concept.named_for(*place) for place in elsewhere):
                    continue  # 民法典第一千零三十二条、个人信息保护法第十条保护隐私权: said of both together
                homes = concept.homes_in(instrument) or concept.homes[:3]
                note = notes.lacks(key, shape.articles[key].subject, concept.says, self._homes(homes[:3]))
                return replace(base, kind="does_not_say", suggest=homes[:4], note=note)
        return None

    def _mentions(self, concept: Concept, claim: Claim, key: str, shape: Structure) -> bool:
        """Whether the article has the very words of the concept."""
        found = concept.words.search(claim.words)
        return found is not None and len(normalise(found[0])) >= 2 and shared(found[0], shape.prints, key) >= 1.0

    def _other_wording(
        self, base: Verdict, key: str, claims: list[Claim], shape: Structure, run: Sequence[Mention], sentence: str
    ) -> Verdict | None:
        """The claim is the wording of another article of the same law, and of none of those cited with it."""
        cited = {m.place.article.key for m in run if m.place and shape.instrument in m.named.versions}
        for claim in claims:
            drawn = claim.strength not in ("named", "stated")
            if len(normalise(claim.words)) < (_LEAST_DRAWN if drawn else _LEAST_WORDING):
                continue
            near = max((cover(claim.words, shape.prints, one) for one in cited if one in shape.articles), default=0.0)
            owner = owner_of(claim.words, shape, cited)
            has = cover(claim.words, shape.prints, owner) if owner else 0.0
            if (has - near < _CLEARLY and not (has >= _VERBATIM and near <= _PARTLY)) or (
                owner and named_in(owner, sentence)
            ):
                return None
            if owner and (has >= _NEARLY_ALL or (near <= _LITTLE and not drawn)):
                note = notes.belongs_to(key, shape.articles[key].subject, [owner], surely=True)
                return replace(base, kind="does_not_say", suggest=(f"{base.instrument}/{owner}",), note=note)
        return None

    def _other_subject(self, base: Verdict, key: str, claims: list[Claim], shape: Structure) -> Verdict | None:
        """The claim names the subject of another article of the same law, and nothing that is in this one."""
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
                note = notes.belongs_to(key, shape.articles[key].subject, fitting, surely=True)
                suggest = tuple(f"{base.instrument}/{other}" for other in fitting)
                return replace(base, kind="does_not_say", suggest=suggest, note=note)
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


def _telling(said: Said) -> list[str]:
    """The words said of the article that tell what it should provide."""
    return [c.words for c in said.claims if c.strength != "facts" and len(telling_pairs(c.words)) >= _TELLING]


def _names_it(words: str, article: ArticleShape) -> bool:
    """Whether *words* name a subject of the article in so many words: 【正当防卫】被非法拘禁时……."""
    parts = article.subject.split("、") if article.written_by_hand else ()
    return any(len(part) > _SHORTEST_SUBJECT and part in words for part in parts)


def _names_its_subject(said: Said, subject: str) -> bool:
    """Whether right behind the citation its own subject is named: 第一千零二十四条管的名誉权."""
    near = said.after[:_SUBJECT_NEAR]
    named = {claim.words for claim in said.claims}
    return any(part in named or (len(part) >= _SHORTEST_SUBJECT and part in near) for part in subject.split("、"))
