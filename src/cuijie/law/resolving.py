"""From what a person writes (民法典1032, 个保法第十三条第一款第二项, cn.psapl/50) to a provision of the library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cuijie.law.errors import NotUnderstood, UnknownLaw
from cuijie.law.holdings import Holdings
from cuijie.law.locator import Locator
from cuijie.law.model import Instrument, Provision
from cuijie.law.naming import names_of, normal

__all__ = ["Match", "Resolver"]

_VERSION = re.compile(r"^\(?(?P<year>[12][0-9]{3})(?:年)?(?:修订|修正|文本|版|制定)*(?:文本|版)?\)?")
_YEAR_IN_BRACKETS = re.compile(r"^\([^()]*?(?P<year>[12][0-9]{3})[^()]*\)")
_BEFORE = re.compile(r"^(?:(?:根据|依据|依照|按照|违反|参照|适用|新修订的|新修订|修订后的|现行的|现行|新版|新)+)")
_FORMER = re.compile(r"^(?:旧版|旧|原|修订前的)")
_DIGITS = "零一二三四五六七八九十百千"
_ENDING = re.compile(r"[。，、；;,.!！?？:：]+$|[的之]?规定$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What was meant: always an instrument, and where an article was named its place and the provision held of it.

    ``provision`` is None where no article was named or the library does not hold it.  ``is_whole_article`` says that
    an item was asked for and only its article is held.  ``redirected_from`` is the old id that led here;
    ``alternatives`` are ids that may have been meant instead, because the number changed its article or several
    provisions of a standard stand under it.
    """

    instrument: Instrument
    place: Locator | None = None
    provision: Provision | None = None
    is_whole_article: bool = False
    redirected_from: str | None = None
    alternatives: tuple[str, ...] = ()


class Resolver:
    """Knows every name of the library's laws."""

    def __init__(self, library: Holdings) -> None:
        self._library = library
        claimed: dict[str, list[Instrument]] = {}
        for instrument in library.instruments:
            for name in names_of(instrument):
                claimed.setdefault(normal(name), []).append(instrument)
        # a number that amended several laws at once names none of them
        self.named = {name: of for name, of in claimed.items() if len({one.family for one in of}) == 1}
        self._longest = max(map(len, self.named), default=0)
        self._spoken = {
            normal(name): library.versions(library.instrument(id_).family) for name, id_ in library.contents.spoken
        }

    def resolve(self, text: str, on: date | None) -> Match:
        """See ``Library.resolve``."""
        asked = text.strip()
        if re.fullmatch(r"[a-z]{2}\.[a-z0-9.-]+(?:/[a-z0-9.-]+)?", asked.lower()):
            return self._by_id(asked.lower(), on)
        head, _, key = asked.lower().partition("/")
        if key and len(bare := self._without_jurisdiction(head)) == 1:
            return self._by_id(f"{bare.pop()}/{key}", on)
        versions, rest = self._named(normal(asked), asked)
        year, rest = _year(rest)
        rest = _ENDING.sub("", rest)
        instrument = self._version(versions, year, on)
        if not rest:
            return Match(instrument=instrument)
        place = Locator.from_text(rest) or Locator.from_key(rest) if instrument.numbering != "clause" else None
        if place is None:
            return self._by_label(instrument, rest, asked)
        is_meant = year is not None or len(versions) < len(self._library.versions(instrument.family))
        return self._at(instrument, place) if is_meant else self._on_the_day(instrument, place)

    def _named(self, text: str, asked: str) -> tuple[Sequence[Instrument], str]:
        found = self._name(text) or self._name(_BEFORE.sub("", text))
        if found is not None:
            return found
        if spoken := self._said(_BEFORE.sub("", text)):
            return spoken
        old = _FORMER.sub("", text)
        former = (self._name(old) or self._said(old)) if _FORMER.match(text) else None
        if former is None:
            raise NotUnderstood(f"“{_short(asked)}”里没有认出法律库收录的规范名称。")
        versions, rest = former
        ordered = [v for v in self._library.versions(versions[0].family) if v in versions]
        return ordered[:-1] or ordered, rest

    def _name(self, text: str) -> tuple[Sequence[Instrument], str] | None:
        for length in range(min(self._longest, len(text)), 1, -1):
            found = self.named.get(text[:length])
            if found is not None:
                return list(dict.fromkeys(found)), text[length:]
        return None

    def _said(self, text: str) -> tuple[Sequence[Instrument], str] | None:
        """What one says for a law, alone or right before a number: 公约17, 国标5.3."""
        fitting = [name for name in self._spoken if re.fullmatch(rf"{re.escape(name)}(?:第?[0-9{_DIGITS}].*)?", text)]
        name = max(fitting, key=len, default=None)
        return None if name is None else (self._spoken[name], text[len(name) :])

    def _without_jurisdiction(self, head: str) -> set[str]:
        """The ids of which *head* is all but the jurisdiction: psapl."""
        ids = {id_ for one in self._library.instruments for id_ in (one.id, one.family)}
        return {id_ for id_ in ids if id_.partition(".")[2] == head}

    def _by_id(self, asked: str, on: date | None) -> Match:
        head, _, key = asked.partition("/")
        is_version = self._library.holds(head)
        if not is_version and not self._library.versions(head):
            raise UnknownLaw(f"法律库里没有 {head}。")
        versions = [self._library.instrument(head)] if is_version else self._library.versions(head)
        instrument = self._version(versions, None, on)
        place = Locator.from_key(key) if key and instrument.numbering != "clause" else None
        if key and (place is None or (self._library.holds(f"{instrument.id}/{key}") and is_version)):
            provision = self._library.provision(f"{instrument.id}/{key}")
            return Match(instrument=instrument, place=provision.place, provision=provision)
        if is_version:
            return self._at(instrument, place) if place else Match(instrument=instrument)
        return self._on_the_day(instrument, place) if place else Match(instrument=instrument)

    def _by_label(self, instrument: Instrument, rest: str, asked: str) -> Match:
        held = self._library.provisions_of(instrument.id)
        fitting = [one for one in held if rest in {one.key, normal(one.label_zh or one.key)}]
        if fitting:  # several rules of a standard may stand under one number
            others = tuple(one.id for one in fitting[1:])
            return Match(instrument=instrument, provision=fitting[0], alternatives=others)
        raise NotUnderstood(
            f"认出了《{instrument.short}》，但没有看懂“{_short(asked)}”里的条号。",
            remedy=f"一次查一条。它收录了 {len(held)} 条，用 cuijie law show {instrument.short} 看有哪些。",
        )

    def _on_the_day(self, instrument: Instrument, place: Locator) -> Match:
        """The place in the version of the day, or where the same number of the version before it has moved to."""
        match = self._at(instrument, place)
        key, here = place.keys[0], instrument.id
        former = [f"{v.id}/{key}" for v in self._library.versions(instrument.family) if v.successor == here]
        moved = [(old, new) for old in former for new in self._library.successors(old)]
        moved = [(old, new) for old, new in moved if new not in {f"{here}/{key}", f"{here}/{place.article.key}"}]
        if match.provision is not None or not moved:
            return replace(match, alternatives=(*(new for _, new in moved), *self._was(instrument, key)))
        old, new = moved[0]
        target = Locator.from_key(new.split("/", 1)[1])
        led = self._at(instrument, target) if target else match
        if led.provision is None:
            return replace(match, alternatives=tuple(new for _, new in moved))
        return replace(led, redirected_from=old, alternatives=tuple(n for _, n in moved if n != new))

    def _was(self, instrument: Instrument, key: str) -> list[str]:
        """Where the place of this number in the next version stood on the day: one who knows today's number means it."""
        later = [v.id for v in self._library.versions(instrument.family) if v.id == instrument.successor]
        stood = [old for id_ in later for old in self._library.predecessors(f"{id_}/{key}")]
        return [old for old in stood if old.startswith(f"{instrument.id}/") and old != f"{instrument.id}/{key}"]

    def _version(self, versions: Sequence[Instrument], year: str | None, on: date | None) -> Instrument:
        """The version of that year, else the one in force on the day, else the one nearest to it."""
        if year is not None:
            fitting = [v for v in versions if v.id.endswith(f".{year}") or year in (v.version or "")]
            if not fitting:
                known = "、".join(v.version or v.id.rsplit(".", 1)[-1] for v in versions)
                raise NotUnderstood(f"法律库里的《{versions[0].short}》没有 {year} 年的文本，收录的有：{known}。")
            return fitting[0]
        ordered = [v for v in self._library.versions(versions[0].family) if v in versions]
        chosen = self._library.version_on(versions[0].family, on) if on else None
        if chosen is not None and chosen in ordered:
            return chosen
        start = ordered[0].in_force
        return ordered[0] if on and start and start.reached(on) is False else ordered[-1]

    def _at(self, instrument: Instrument, place: Locator) -> Match:
        keys = place.keys
        for key in keys:
            id_ = f"{instrument.id}/{key}"
            if self._library.holds(id_):
                return Match(
                    instrument=instrument,
                    place=place,
                    provision=self._library.provision(id_),
                    is_whole_article=key != keys[0],
                )
        return Match(instrument=instrument, place=place)


def _year(rest: str) -> tuple[str | None, str]:
    bracketed = _YEAR_IN_BRACKETS.match(rest)
    if bracketed:
        return bracketed["year"], rest[bracketed.end() :]
    if rest.startswith("("):
        closing = rest.find(")")
        return None, rest[closing + 1 :] if closing >= 0 else rest
    version = _VERSION.match(rest)
    if version and not rest[version.end() :].startswith("条") and len(version[0]) > 4:
        return version["year"], rest[version.end() :]
    return None, rest


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
