"""From what a person writes (民法典1032, 个保法第十三条第一款第二项, cn.psapl/50) to a provision of the library."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from cuijie.law.errors import NotUnderstood, UnknownLaw
from cuijie.law.locator import Locator
from cuijie.law.model import Instrument, Provision
from cuijie.law.naming import names_of, normal

if TYPE_CHECKING:
    from cuijie.law.library import Library

__all__ = ["Match", "Resolver"]

_VERSION = re.compile(r"^\(?(?P<year>[12][0-9]{3})(?:年)?(?:修订|修正|文本|版|制定)*(?:文本|版)?\)?")
_YEAR_IN_BRACKETS = re.compile(r"^\([^()]*?(?P<year>[12][0-9]{3})[^()]*\)")
_ENDING = re.compile(r"[。，、；;,.!！?？:：]+$|(?:之)?规定$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What was meant: always an instrument, and where an article was named its place and the provision held of it.

    ``provision`` is None where no article was named or the library does not hold it.  ``is_whole_article`` says that
    an item was asked for and only its article is held.  ``redirected_from`` is the old id that led here;
    ``alternatives`` are ids that may have been meant instead, because the number changed its article.
    """

    instrument: Instrument
    place: Locator | None = None
    provision: Provision | None = None
    is_whole_article: bool = False
    redirected_from: str | None = None
    alternatives: tuple[str, ...] = ()


class Resolver:
    """Knows every name of the library's laws."""

    def __init__(self, library: Library) -> None:
        self._library = library
        claimed: dict[str, set[str]] = {}
        for instrument in library.instruments:
            for name in names_of(instrument):
                claimed.setdefault(normal(name), set()).add(instrument.family)
        # a number that amended several laws at once names none of them
        self.families = {name: next(iter(of)) for name, of in claimed.items() if len(of) == 1}
        self._longest = max(map(len, self.families), default=0)

    def resolve(self, text: str, on: date | None) -> Match:
        """See ``Library.resolve``."""
        asked = text.strip()
        if re.fullmatch(r"[a-z]{2}\.[a-z0-9.-]+(?:/[a-z0-9.-]+)?", asked):
            return self._by_id(asked, on)
        named = self._name(normal(asked))
        if named is None:
            raise NotUnderstood(f"“{_short(asked)}”里没有认出法律库收录的规范名称。")
        family, rest = named
        year, rest = _year(rest)
        rest = _ENDING.sub("", rest)
        place = Locator.from_text(rest) if rest else None
        if rest and place is None:
            return self._by_label(family, rest, year, on, asked)
        return self._in_family(family, place, year, on)

    def _name(self, text: str) -> tuple[str, str] | None:
        for length in range(min(self._longest, len(text)), 1, -1):
            family = self.families.get(text[:length])
            if family is not None:
                return family, text[length:]
        return None

    def _by_id(self, asked: str, on: date | None) -> Match:
        head, _, key = asked.partition("/")
        held = {instrument.id for instrument in self._library.instruments}
        place = Locator.from_key(key) if key else None
        if head in held:
            instrument = self._library.instrument(head)
            if not key:
                return Match(instrument=instrument)
            if place is None:
                return Match(instrument=instrument, provision=self._library.provision(asked))
            return self._at(instrument, place)
        if not self._library.versions(head):
            raise UnknownLaw(f"法律库里没有 {head}。")
        if key and place is None:
            instrument = self._version(head, None, on)
            return Match(instrument=instrument, provision=self._library.provision(f"{instrument.id}/{key}"))
        return self._in_family(head, place, None, on)

    def _by_label(self, family: str, rest: str, year: str | None, on: date | None, asked: str) -> Match:
        instrument = self._version(family, year, on)
        for provision in self._library.provisions_of(instrument.id):
            if provision.label_zh and normal(provision.label_zh) == rest:
                return Match(instrument=instrument, provision=provision)
        raise NotUnderstood(f"认出了《{instrument.short}》，但没有看懂“{_short(asked)}”里的条号。")

    def _in_family(self, family: str, place: Locator | None, year: str | None, on: date | None) -> Match:
        instrument = self._version(family, year, on)
        if place is None:
            return Match(instrument=instrument)
        match = self._at(instrument, place)
        if year is not None:
            return match
        former = [
            f"{version.id}/{place.article.key}"
            for version in self._library.versions(family)
            if version.successor == instrument.id
        ]
        moved = [(old, new) for old in former for new in self._library.successors(old)]
        moved = [(old, new) for old, new in moved if new != f"{instrument.id}/{place.article.key}"]
        if match.provision is not None or not moved:
            return replace(match, alternatives=tuple(new for _, new in moved))
        old, new = moved[0]
        target = Locator.from_key(new.split("/", 1)[1])
        led = self._at(instrument, target) if target else match
        if led.provision is None:
            return replace(match, alternatives=tuple(new for _, new in moved))
        return replace(led, redirected_from=old, alternatives=tuple(n for _, n in moved if n != new))

    def _version(self, family: str, year: str | None, on: date | None) -> Instrument:
        versions = self._library.versions(family)
        if year is not None:
            fitting = [v for v in versions if v.id.endswith(f".{year}") or year in (v.version or "")]
            if not fitting:
                known = "、".join(v.version or v.id.rsplit(".", 1)[-1] for v in versions)
                raise NotUnderstood(f"法律库里的《{versions[0].short}》没有 {year} 年的文本，收录的有：{known}。")
            return fitting[0]
        chosen = self._library.version_on(family, on) if on else None
        return chosen or versions[-1]

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
