"""Judges one citation: which version is meant, was it the law that day, does the article exist; then what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cuijie.law.citations import notes
from cuijie.law.citations.age import denied, historical, new_name, old_name, year_before
from cuijie.law.citations.finding.inferring import AMENDMENT, MOST_OF_AN_AMENDMENT
from cuijie.law.citations.finding.invented import is_invented
from cuijie.law.citations.finding.reader import Mention
from cuijie.law.citations.finding.when import Events
from cuijie.law.citations.notes import Note
from cuijie.law.citations.particular_notes import no_such_law
from cuijie.law.citations.quotations.older_text import quotes_older_text
from cuijie.law.citations.quotations.quoting import SHORTEST, cover, shared
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.concepts import concepts_in, pitfalls_of
from cuijie.law.citations.statements.content import ContentJudge
from cuijie.law.citations.statements.saying import has_each, like
from cuijie.law.citations.statements.weighing import is_about
from cuijie.law.citations.verdicts import CONDEMNING, Verdict, VerdictKind, key_of
from cuijie.law.dates import LegalDate
from cuijie.law.library import Library
from cuijie.law.locator import Locator
from cuijie.law.model import Instrument
from cuijie.law.structure import Structure, normalise, structure
from cuijie.law.textpack import TextPack

__all__ = ["Judge"]

_TODAY = re.compile(r"现在|如今|目前|眼下|今后|现行|今年|增设|新增|新设")  # told of now, or of when the article came
_DATED_NAME = re.compile(r"((?:19|20)\d{2})年的?《?$")
# told of a law that is to come
_TO_COME = re.compile(
    r"将|尚未|还[没未]|未(?:施行|生效)|即将|草案|审议|立法|待|未来|明年|通过|公布|出台|征求意见|拟|才(?:会)?(?:施行|生效)|没有(?:一部|专门|单独|统一)"
)
_OUR_SUBJECT = re.compile(r"催收|催债|催款|欠款|欠债|滋扰|纠缠|逾期|借款|贷款|网贷|通讯录|骚扰|个人信息")
_CLAUSES, _CLAUSES_BEFORE = re.compile(r"[，；：]"), 3
_OFFENCES = re.compile(
    r"(?:涉嫌|属于|构成|系|是|犯|因)(诈骗|盗窃|抢夺|敲诈勒索|寻衅滋事|殴打|侮辱|诽谤|侵入住宅|招摇撞骗|偷窥|偷拍|结伙斗殴|虐待|遗弃)"
)
_TOO_SHORT = 80  # characters of a text that need not say what it is about
_TELLING = 4  # characters of a claim that says something
_HALF = 0.6
_DRAFT = re.compile(r"征求意见|草案|送审稿")
_SAID_TO_BE_LAW = re.compile(
    r"(?<![未不没])(?:现|早?已经?)(?:正式)?(?:生效|施行|实施)|现行有效|(?<!不)(?<!没有)具有(?:法律|强制)(?:约束力|效力)|必须(?:遵守|执行)"
)
# how many articles an instrument has whose text is not held
_TOTALS = {"cn.consumer-finance-measures.2024": 79, "cn.microloan-measures.2024": 60, "cn.cba-collection.2026": 54}


class Judge:
    """Judges citations on one day, unless the text near them speaks of another.

    *named* are all laws of the text; *texts* those whose words are at hand.
    """

    def __init__(
        self,
        library: Library,
        on: date,
        named: frozenset[str] = frozenset(),
        texts: TextPack | None = None,
        *,
        dated: bool = False,
    ) -> None:
        """*dated*: *on* is the day that the text itself bears."""
        self.library, self.on, self._named, self._dated = library, on, named, dated
        self._says = ContentJudge(library, named, texts)

    def judge(self, mention: Mention, said: Said, events: Events, run: Sequence[Mention], context: str) -> Verdict:
        """The verdict on *mention*, one of *run*, of which the text says *said*; *context* is the whole text."""
        named = mention.named
        if not named.versions:
            return self._outside(mention, said, context)
        if mention.by_number and mention.place is None and len(named.versions) > 1:
            return Verdict(kind="ok", instrument=_named_in(context, named.versions, self.library), article=None)
        if unknown := self._later_text(mention, said):
            return unknown
        chosen = self._versions(mention, said, events, new=new_name(mention, said, context))
        verdicts = [self._version(id_, mention, said, events, run, context) for id_ in chosen]
        verdict = min(verdicts, key=lambda verdict: verdict.kind in CONDEMNING)
        return self._unless_older(verdict, mention, said)

    def _outside(self, mention: Mention, said: Said, context: str) -> Verdict:
        named = mention.named
        article = key_of(mention.place)
        if named.gone_since and date.fromisoformat(named.gone_since) <= self.on and not historical(said):
            successor = (named.successor,) if named.successor and self.library.holds(named.successor) else ()
            note = notes.repealed_outside(named.title, LegalDate.parse(named.gone_since), named.gone_by)
            return Verdict(kind="repealed", instrument=None, article=article, suggest=successor, note=note)
        if named.gone_since:
            return Verdict(kind="ok", instrument=None, article=article, note=notes.gone_as_said())
        if named.title == AMENDMENT and mention.place and mention.place.article.main > MOST_OF_AN_AMENDMENT:
            note = notes.no_article(named.title, article.split(".")[0] if article else "")
            return Verdict(kind="no_such_article", instrument=None, article=article, note=note)
        if is_invented(named.title, said.context):
            return Verdict(kind="no_such_article", instrument=None, article=article, note=no_such_law(named.title))
        written = named.title + context[mention.start : mention.end]
        if _DRAFT.search(written) and _SAID_TO_BE_LAW.search(said.sentence):
            return Verdict(kind="not_in_force", instrument=None, article=article, note=notes.draft(named.title))
        note = notes.not_held(named.title)
        return Verdict(kind="not_in_library", instrument=None, article=article, note=note)

    def _unless_older(self, verdict: Verdict, mention: Mention, said: Said) -> Verdict:
        """A text of a stated year that the library does not hold is not condemned by another year's text."""
        stated = mention.named.year or year_before(said.before)
        if (
            stated is None
            or verdict.kind not in CONDEMNING
            or any(v.endswith(f".{stated}") for v in mention.named.versions)
        ):
            return verdict
        newest = self.library.instrument(mention.named.versions[-1])
        if newest.adopted is None or stated >= newest.adopted.first.year:
            return verdict
        note = notes.no_text_of_year(newest.title, stated)
        return replace(verdict, kind="text_not_held", suggest=(), note=note)

    def _later_text(self, mention: Mention, said: Said) -> Verdict | None:
        """A text of a year after the newest one of the library: it may be invented, or newer than the library."""
        stated = mention.named.year or year_before(said.before)
        newest = self.library.instrument(mention.named.versions[-1])
        years = [day.last.year for day in (newest.adopted, newest.in_force) if day is not None]
        known = f"{newest.version}{newest.number}{newest.note}"
        if stated is None or not years or stated <= max(years) or str(stated) in known or "修正案" in known:
            return None
        note = notes.newer_than_held(newest.title, max(years), stated)
        return Verdict(kind="not_in_library", instrument=newest.id, article=key_of(mention.place), note=note)

    def _versions(self, mention: Mention, said: Said, events: Events, *, new: bool) -> list[str]:
        """The versions the citation may mean on the days that the text speaks of."""
        versions = [self.library.instrument(id_) for id_ in mention.named.versions]
        stated = mention.named.year or year_before(said.before)
        if stated and (exact := [v for v in versions if v.id.endswith(f".{stated}")]):
            return [exact[-1].id]
        if len(versions) > 1 and old_name(said):
            return [versions[0].id]
        if len(versions) > 1 and new and _passed(versions[-1], self.on):
            return [versions[-1].id]
        dated = _DATED_NAME.search(said.before)  # 2012年《…》
        if dated and (exact := [v for v in versions if v.id.endswith(f".{dated[1]}")]):
            return [exact[-1].id]
        if not events.days:
            return [self._on(versions, self.on).id]
        days = [self._during(versions, day) for day in events.days]
        if not events.close:
            days.insert(0, self._on(versions, self.on))
        return list(dict.fromkeys(version.id for version in days))

    def _on(self, versions: list[Instrument], on: date) -> Instrument:
        standing = [version for version in versions if version.in_force_on(on) is not False]
        return standing[-1] if standing else versions[-1] if _begun(versions[-1], on) else versions[0]

    def _during(self, versions: list[Instrument], day: LegalDate) -> Instrument:
        if day.first > self.on:
            return self._on(versions, self.on)
        first, last = self._on(versions, day.first), self._on(versions, day.last)
        return first if first.in_force_on(day.first) is not False else last

    def _version(
        self, id_: str, mention: Mention, said: Said, events: Events, run: Sequence[Mention], context: str
    ) -> Verdict:
        instrument = self.library.instrument(id_)
        shape = structure(id_)
        base = Verdict(kind="ok", instrument=id_, article=key_of(self._completed(mention.place, shape)))
        if gone := self._out_of_force(instrument, base, said, events, new=new_name(mention, said, context)):
            return gone
        if missing := self._missing(instrument, mention.place, shape):
            return self._moved(instrument, mention, said, context, absent=True) or self._absent(
                base, mention, said, missing, explicit=context[mention.start] in "该同此"
            )
        if pitfall := self._pitfall(
            base, mention, said, _all_before(instrument, events) or not _begun(instrument, self.on)
        ):
            return pitfall
        if moved := self._moved(instrument, mention, said, context):
            return moved
        if mention.place is None:
            return self._says.whole(base, said)
        if older := quotes_older_text(self.library, instrument, base, said, shape):
            return older
        verdict = self._says.article(base, mention, said, run, shape)
        older_may = _all_before(instrument, events) or not (mention.named.year or _begun(instrument, self.on))
        if verdict.kind == "does_not_say" and older_may:  # an older text may have said it
            return replace(base, confirmed=False, note=notes.not_confirmed(mention.place.article.key, ""))
        return verdict

    def _absent(self, base: Verdict, mention: Mention, said: Said, missing: Note, *, explicit: bool) -> Verdict:
        """No such article; where only the reader tied it to this law and the text names others, it may be another's.

        *explicit*: the text itself says which law (该法第…条), so that only one that has the article may be meant instead.
        """
        near = mention.heads_line or mention.beside
        tied = mention.refers_back and not near and self._named - set(mention.named.versions)
        if tied and not (explicit and not self._may_be_anothers(mention)):
            return replace(base, confirmed=False, note=notes.not_confirmed((base.article or "").split(".")[0], ""))
        return replace(
            base, kind="no_such_article", note=missing, suggest=self._says.fitting(said, base.instrument or "")
        )

    def _may_be_anothers(self, mention: Mention) -> bool:
        """Whether another law that the text names may have such an article."""
        others = (self.library.instrument(id_) for id_ in self._named - set(mention.named.versions))
        return any(self._missing(other, mention.place, structure(other.id)) is None for other in others)

    @staticmethod
    def _completed(place: Locator | None, shape: Structure | None) -> Locator | None:
        """第一千零三十三条第（一）项 with its paragraph, where only one paragraph has items."""
        if place is None or place.item is None or place.paragraph is not None or shape is None:
            return place
        article = shape.articles.get(place.article.key)
        return replace(place, paragraph=(article.with_item(place.item) if article else None) or 1)

    def _missing(self, instrument: Instrument, place: Locator | None, shape: Structure | None) -> Note | None:
        if place is None:
            return None
        title, key = instrument.title, place.article.key
        if shape is None:
            total = _TOTALS.get(instrument.id)
            return notes.no_article(title, key, total=total) if total and place.article.main > total else None
        article = shape.articles.get(key)
        if article is None:
            beyond = place.article.main > int(shape.last.split("-")[0])
            return None if shape.by_section else notes.no_article(title, key, last=shape.last if beyond else "")
        if article.has(place.paragraph, place.item):
            return None
        return notes.no_part(title, place, article.items)

    def _out_of_force(
        self, instrument: Instrument, base: Verdict, said: Said, events: Events, *, new: bool
    ) -> Verdict | None:
        if denied(said):
            return None
        if instrument.is_draft:
            if re.search(r"草案|征求意见|未生效|尚未|未来|将|拟|方向|还没", said.before[-30:] + said.after):
                return replace(base, note=notes.draft_as_said())
            return replace(base, kind="not_in_force", note=notes.draft(instrument.title))
        today = _TODAY.search(said.sentence)
        if early := base.article and not today and self._too_early(instrument, base, events):
            return early
        several = len(self.library.versions(instrument.family)) > 1
        if self._dated and not several and not _begun(instrument, self.on) and not _TO_COME.search(said.sentence):
            return self._not_yet(instrument, base)
        if several and new and not today and _all_before(instrument, events) and instrument.in_force:
            return self._not_yet(instrument, base)
        ended = instrument.repealed
        if several or ended is None or ended.reached(self.on) is not True or historical(said):
            return None
        living = [instrument.in_force_on(day.first) is not False for day in events.days]
        if living and (any(living) if events.close else all(living)):
            return None
        return self._repealed(instrument, base)

    @staticmethod
    def _not_yet(instrument: Instrument, base: Verdict) -> Verdict:
        if instrument.in_force is None:
            return base
        return replace(base, kind="not_in_force", note=notes.began_later(instrument.title, "", instrument.in_force))

    def _too_early(self, instrument: Instrument, base: Verdict, events: Events) -> Verdict | None:
        """A law, or an article added later, cited for what happened before it was there."""
        if not events.close or any(day.first > self.on for day in events.days):
            return None
        id_ = f"{instrument.id}/{(base.article or '').split('.')[0]}"
        article = self.library.provision(id_) if base.article and self.library.holds(id_) else None
        first_text = instrument.version is None and len(self.library.versions(instrument.family)) == 1
        start = article.in_force if article and article.in_force != instrument.in_force else None
        start = start or (instrument.in_force if first_text else None)
        if start is None or not all(start.reached(day.last) is False for day in events.days):
            return None
        key = article.key if article and start == article.in_force else ""
        return replace(base, kind="not_in_force", note=notes.began_later(instrument.title, key, start))

    def _repealed(self, instrument: Instrument, base: Verdict) -> Verdict:
        id_ = f"{instrument.id}/{base.article}" if base.article else instrument.id
        suggest = self.library.successors(id_) if base.article else ()
        if not suggest and instrument.successor:
            suggest = (instrument.successor,)
        successor = self.library.instrument(instrument.successor).title if instrument.successor else ""
        note = notes.repealed(instrument.title, instrument.repealed, successor)
        return replace(base, kind="repealed", suggest=suggest, note=note)

    def _pitfall(self, base: Verdict, mention: Mention, said: Said, earlier: bool) -> Verdict | None:
        """A wrong statement that travels; *earlier*: the text is about days on which an older text was still right."""
        article = mention.place.article.key if mention.place else None
        behind = said.after or "，".join(told.words for told in said.told)  # ……，第…条; a heading and its line
        places = {"sentence": (said.sentence, said.clause), "context": (said.context, f"{said.earlier}。{said.clause}")}
        for pitfall in pitfalls_of(base.instrument, article):
            kind: VerdictKind = "superseded" if pitfall.verdict == "superseded" else "does_not_say"
            if kind == "superseded" and earlier:
                continue
            if all(map(pitfall.found_in, places.get(pitfall.where, (behind,)))):
                return replace(base, kind=kind, suggest=pitfall.suggest, note=pitfall.note)
        return None

    def _moved(
        self, instrument: Instrument, mention: Mention, said: Said, context: str, *, absent: bool = False
    ) -> Verdict | None:
        """An article cited by the number it has in another version of the same law; *absent*: this one has none such."""
        if mention.place is None or historical(said) or mention.named.year:
            return None
        family = self.library.versions(instrument.family)
        key = mention.place.article.key
        for other in family:
            if other.id == instrument.id:
                continue
            here, there = (self._fits(version.id, key, said) for version in (instrument, other))
            if f"{instrument.id}/{key}" in self._numbers(instrument, other, key):
                continue  # the same number in both
            if absent and there is None and self._has(other.id, mention.place):
                there = True
            older = family.index(other) < family.index(instrument)
            silent = here is None and there is None and not new_name(mention, said, context)
            if (there and not here) or (older and silent and self._only_old(instrument, other, key, said, context)):
                return self._renumbered(instrument, other, mention.place, older=older)
        return None

    def _fits(self, id_: str, key: str, said: Said) -> bool | None:
        """Whether what is said fits the article: None where nothing telling is said."""
        shape = structure(id_)
        if shape is None or key not in shape.articles:
            return False
        for quote in said.quotes:
            if len(normalise(quote)) >= SHORTEST:
                return cover(quote, shape.prints, key) >= 0.5
        claims = [claim.words for claim in said.claims]
        near = _CLAUSES.split(said.before)[-_CLAUSES_BEFORE:]
        if any(is_about(words, key, shape) for words in (*claims, *(told.words for told in said.told), *near)):
            return True
        if offences := _OFFENCES.findall("，".join(near)):
            return any(shared(offence, shape.prints, key) == 1.0 for offence in offences)
        spoken = concepts_in(claims)
        if not spoken:
            return True if any(has_each(words, shape, key) for words in claims) else None
        if any(concept.carried_by(id_, key) and f"{id_}/*" not in concept.also for concept in spoken):
            return True
        return any(like(words, shape, key) >= _HALF for words in claims)

    @staticmethod
    def _has(id_: str, place: Locator) -> bool:
        shape = structure(id_)
        article = shape.articles.get(place.article.key) if shape else None
        return article is not None and article.has(place.paragraph, place.item)

    def _only_old(self, new: Instrument, old: Instrument, key: str, said: Said, context: str) -> bool:
        """Whether the number speaks of debt collection in the old text only, in a text about it or too short to tell."""
        says_more = any(claim.strength in ("named", "stated") and len(claim.words) >= _TELLING for claim in said.claims)
        if (says_more or len(context) > _TOO_SHORT) and not _OUR_SUBJECT.search(context):
            return False
        known = [p for p in self.library.provisions_of(old.id) if p.key.split(".")[0] == key]
        was_ours = any(set(p.topics) - {"penalty"} for p in known)
        is_ours = any(p.key.split(".")[0] == key for p in self.library.provisions_of(new.id))
        return was_ours and not is_ours

    def _numbers(self, here: Instrument, other: Instrument, key: str) -> tuple[str, ...]:
        """What the article *key* of the version *other* has become, or was, in *here*."""
        family, id_ = self.library.versions(here.family), f"{other.id}/{key}"
        older = family.index(other) < family.index(here)
        found = self.library.successors(id_) if older else self.library.predecessors(id_)
        return tuple(target for target in found if target.startswith(here.id + "/"))

    def _renumbered(self, here: Instrument, other: Instrument, place: Locator, *, older: bool) -> Verdict:
        suggest = self._numbers(here, other, place.article.key)
        keys, article = [target.split("/")[1] for target in suggest], place.article.key
        note = (
            notes.old_number(article, here.in_force, keys) if older else notes.new_number(article, other.in_force, keys)
        )
        kind: VerdictKind = "superseded" if older else "not_in_force"
        return Verdict(kind=kind, instrument=here.id, article=key_of(place), suggest=suggest, note=note)


def _passed(instrument: Instrument, on: date) -> bool:
    """Whether there was such a text on the day, in force or about to be."""
    return _begun(instrument, on) or (instrument.adopted is not None and instrument.adopted.reached(on) is not False)


def _begun(instrument: Instrument, on: date) -> bool:
    return instrument.in_force is not None and instrument.in_force.reached(on) is not False


def _all_before(instrument: Instrument, events: Events) -> bool:
    """Whether all that the text tells of near the citation happened before the instrument was in force."""
    start = instrument.in_force
    return events.close and start is not None and all(start.reached(day.last) is False for day in events.days)


def _named_in(context: str, versions: tuple[str, ...], library: Library) -> str:
    """Of several instruments under one number the one whose name the text uses, else the first."""
    for id_ in versions:
        instrument = library.instrument(id_)
        if instrument.title in context or instrument.short in context:
            return id_
    return versions[0]
