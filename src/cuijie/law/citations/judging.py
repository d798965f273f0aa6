"""Judges one citation: which version is meant, was it the law that day, does the article exist; then what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cuijie.law.citations import notes
from cuijie.law.citations.age import historical, new_name, year_before
from cuijie.law.citations.finding.inferring import AMENDMENT, MOST_OF_AN_AMENDMENT
from cuijie.law.citations.finding.invented import is_invented
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.finding.when import Events
from cuijie.law.citations.notes import Note
from cuijie.law.citations.particular_notes import no_such_law
from cuijie.law.citations.renumbered import Renumbering
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.concepts import pitfalls_of
from cuijie.law.citations.statements.content import ContentJudge
from cuijie.law.citations.statements.misreadings import misread
from cuijie.law.citations.verdicts import CONDEMNING, Verdict, VerdictKind, key_of
from cuijie.law.citations.versions import Versions, all_before, begun
from cuijie.law.dates import LegalDate
from cuijie.law.library import Library
from cuijie.law.locator import Locator
from cuijie.law.model import Instrument
from cuijie.law.structure import Structure, normalise, structure
from cuijie.law.textpack import TextPack

__all__ = ["Judge"]

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
        self.library, self.on, self._named = library, on, named
        self._texts = Versions(library=library, on=on, dated=dated)
        self._renumbered = Renumbering(library=library)
        self._says = ContentJudge(library, named, texts)

    def judge(self, mention: Mention, said: Said, events: Events, run: Sequence[Mention], context: str) -> Verdict:
        """The verdict on *mention*, one of *run*, of which the text says *said*; *context* is the whole text."""
        named = mention.named
        if not named.versions:
            return self._outside(mention, said, events, context)
        if mention.by_number and mention.place is None and len(named.versions) > 1:
            return Verdict(kind="ok", instrument=_named_in(context, named.versions, self.library), article=None)
        if unknown := self._later_text(mention, said):
            return unknown
        chosen = self._texts.meant(mention, said, events, new=new_name(mention, said, context))
        verdicts = [self._version(id_, mention, said, events, run, context) for id_ in chosen]
        verdict = min(verdicts, key=lambda verdict: verdict.kind in CONDEMNING)
        if not (verdict.confirmed or events.close) and verdicts[0].kind == "does_not_say":
            verdict = verdicts[0]  # an older text excuses what today's has not only where it has it
        return self._unless_older(verdict, mention, said)

    def _outside(self, mention: Mention, said: Said, events: Events, context: str) -> Verdict:
        named = mention.named
        article = key_of(mention.place)
        gone = date.fromisoformat(named.gone_since) if named.gone_since else None
        if gone and gone <= self.on and not historical(said) and not events.were_before(gone):
            successor = (named.successor,) if named.successor and self.library.holds(named.successor) else ()
            note = notes.repealed_outside(named.title, LegalDate(gone, gone), named.gone_by)
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

    def _version(
        self, id_: str, mention: Mention, said: Said, events: Events, run: Sequence[Mention], context: str
    ) -> Verdict:
        instrument = self.library.instrument(id_)
        shape = structure(id_)
        base = Verdict(kind="ok", instrument=id_, article=key_of(self._completed(mention.place, shape)))
        if gone := self._texts.out_of_force(instrument, base, said, events, new=new_name(mention, said, context)):
            return gone
        if missing := self._missing(instrument, mention.place, shape):
            return self._renumbered.moved(instrument, mention, said, context, absent=True) or self._absent(
                base, mention, said, missing, explicit=context[mention.start] in "该同此"
            )
        if pitfall := self._pitfall(
            base, mention, said, all_before(instrument, events) or not begun(instrument, self.on)
        ):
            return pitfall
        if moved := self._renumbered.moved(instrument, mention, said, context):
            return moved
        if mention.place is None:
            return self._says.whole(base, said)
        verdict = self._told_of(base, mention, said, run, shape)
        older_may = all_before(instrument, events) or not (mention.named.year or begun(instrument, self.on))
        if verdict.kind == "does_not_say" and older_may:  # an older text may have said it
            return replace(base, confirmed=False, note=notes.not_confirmed(mention.place.article.key, ""))
        return verdict

    def _told_of(
        self, base: Verdict, mention: Mention, said: Said, run: Sequence[Mention], shape: Structure | None
    ) -> Verdict:
        """What is told of the article: held against its own text first, then against what it is known to be misread as."""
        verdict = self._says.article(base, mention, said, run, shape)
        if verdict.kind not in ("ok", "text_not_held") or mention.loose or mention.place is None:
            return verdict
        listed = {m.place.article.key for m in run if m.place and base.instrument in m.named.versions}
        told = {article: misread(base.instrument or "", article, said) for article in listed}
        note = told.get(mention.place.article.key) if all(told.values()) else None  # of a list the others may have it
        if note is None:
            return verdict
        return replace(
            base, kind="does_not_say", suggest=(f"{base.instrument}/{mention.place.article.key}",), note=note
        )

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

    def _pitfall(self, base: Verdict, mention: Mention, said: Said, earlier: bool) -> Verdict | None:
        """A wrong statement that travels; *earlier*: the text is about days on which an older text was still right."""
        article = mention.place.article.key if mention.place else None
        told = "，".join(told.words for told in said.told)
        behind = said.after if normalise(said.after) else told  # ……（第…条）; a heading and its line
        places = {"sentence": (said.sentence, said.clause), "context": (said.context, f"{said.earlier}。{said.clause}")}
        for pitfall in pitfalls_of(base.instrument, article):
            kind: VerdictKind = "superseded" if pitfall.verdict == "superseded" else "does_not_say"
            if kind == "superseded" and earlier:
                continue
            if all(map(pitfall.found_in, places.get(pitfall.where, (behind,)))):
                return replace(base, kind=kind, suggest=pitfall.suggest, note=pitfall.note)
        return None


def _named_in(context: str, versions: tuple[str, ...], library: Library) -> str:
    """Of several instruments under one number the one whose name the text uses, else the first."""
    for id_ in versions:
        instrument = library.instrument(id_)
        if instrument.title in context or instrument.short in context:
            return id_
    return versions[0]
