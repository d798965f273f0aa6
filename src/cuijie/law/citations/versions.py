"""Which text of a law a citation means, and whether that was the law on the day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from cuijie.law.citations import notes
from cuijie.law.citations.age import denied, historical, old_name, year_before
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.finding.when import Events
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.verdicts import Verdict
from cuijie.law.dates import LegalDate
from cuijie.law.library import Library
from cuijie.law.model import Instrument

__all__ = ["Versions", "all_before", "begun"]

_TODAY = re.compile(r"现在|如今|目前|眼下|今后|现行|今年|增设|新增|新设")  # told of now, or of when the article came
_DATED_NAME = re.compile(r"((?:19|20)\d{2})年的?《?$")
# told of a law that is to come
_TO_COME = re.compile(
    r"将|尚未|还[没未]|未(?:施行|生效)|即将|草案|审议|立法|待|未来|明年|通过|公布|出台|征求意见|拟|才(?:会)?(?:施行|生效)|没有(?:一部|专门|单独|统一)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The texts of the library's laws as they stand on one day; *dated*: it is the day that the text itself bears."""

    library: Library
    on: date
    dated: bool

    def meant(self, mention: Mention, said: Said, events: Events, *, new: bool) -> list[str]:
        """The versions the citation may mean on the days that the text speaks of."""
        versions = [self.library.instrument(id_) for id_ in mention.named.versions]
        stated = mention.named.year or year_before(said.before)
        exact = [v for v in versions if stated and v.id.endswith(f".{stated}")]
        if exact and mention.refers_back and old_name(said):  # 《…》（2025年修订）第五十八条（原第四十九条）
            return [versions[max(versions.index(exact[-1]) - 1, 0)].id]
        if exact:
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
        return standing[-1] if standing else versions[-1] if begun(versions[-1], on) else versions[0]

    def _during(self, versions: list[Instrument], day: LegalDate) -> Instrument:
        if day.first > self.on:
            return self._on(versions, self.on)
        first, last = self._on(versions, day.first), self._on(versions, day.last)
        return first if first.in_force_on(day.first) is not False else last

    def out_of_force(
        self, instrument: Instrument, base: Verdict, said: Said, events: Events, *, new: bool
    ) -> Verdict | None:
        """What is held of a citation of a law that was none on the day: a draft, one to come, or one repealed."""
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
        if self.dated and not several and not begun(instrument, self.on) and not _TO_COME.search(said.sentence):
            return (
                self._not_yet(instrument, base) if instrument.version is None else self._earlier_text(instrument, base)
            )
        if several and new and not today and all_before(instrument, events) and instrument.in_force:
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

    def _earlier_text(self, instrument: Instrument, base: Verdict) -> Verdict:
        """A law of which only a later text is held: what its article said that day is not known."""
        return replace(base, kind="text_not_held", note=notes.no_text_of_year(instrument.title, self.on.year))

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


def _passed(instrument: Instrument, on: date) -> bool:
    """Whether there was such a text on the day, in force or about to be."""
    return begun(instrument, on) or (instrument.adopted is not None and instrument.adopted.reached(on) is not False)


def begun(instrument: Instrument, on: date) -> bool:
    """Whether the text was in force on the day, or had been."""
    return instrument.in_force is not None and instrument.in_force.reached(on) is not False


def all_before(instrument: Instrument, events: Events) -> bool:
    """Whether all that the text tells of near the citation happened before the instrument was in force."""
    start = instrument.in_force
    return events.close and start is not None and all(start.reached(day.last) is False for day in events.days)
