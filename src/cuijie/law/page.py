"""What a reader is told of one law or one article: status on a day, where it moved, how well it is known, its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cuijie.law.errors import NotUnderstood, TextPackError
from cuijie.law.library import Library
from cuijie.law.locator import Locator
from cuijie.law.model import Instrument, Provision
from cuijie.law.resolving import Match
from cuijie.law.textpack import PackedText, TextPack

__all__ = ["LawPage", "law_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawPage:
    """One law, or one place in it, on one day.

    ``provision`` is None for a whole instrument and for an article the library holds no summary of (``place`` is set
    then).  ``text`` is the imported wording, ``lead`` the words before the items where it is an item, ``text_source``
    the files they came from, ``text_problem`` why an imported text cannot be shown.  ``kin`` are the library's other
    provisions of the same article; ``contents`` those of a whole instrument.
    """

    instrument: Instrument
    on: date
    heading: str
    in_force: bool | None
    place: Locator | None
    provision: Provision | None
    subject: str | None
    is_whole_article: bool
    redirected_from: str | None
    alternatives: tuple[str, ...]
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    read_at: str | None
    lead: str | None
    text: str | None
    text_source: str | None
    text_problem: str | None
    kin: tuple[Provision, ...]
    contents: tuple[Provision, ...]

    @property
    def id(self) -> str:
        """The id of the place, held as a provision or not."""
        if self.provision:
            return self.provision.id
        return f"{self.instrument.id}/{self.place.keys[0]}" if self.place else self.instrument.id


def law_page(library: Library, match: Match, on: date, pack: TextPack) -> LawPage:
    """The page of *match* on the day *on*.  Raises NotUnderstood for an article that the law does not have."""
    instrument, provision, place = match.instrument, match.provision, match.place
    if provision is not None and place is None:
        place = provision.place
    unheld = place if provision is None or match.is_whole_article else None
    subject = _subject(library, instrument, unheld) if unheld else None
    law = provision or instrument
    id_ = provision.id if provision else f"{instrument.id}/{place.keys[0]}" if place else instrument.id
    packed, problem = _packed(pack, instrument)
    lead, text = packed.words(place) if packed and place else (None, None)
    return LawPage(
        instrument=instrument,
        on=on,
        heading=_heading(library, match),
        in_force=law.in_force_on(on),
        place=place,
        provision=provision,
        subject=subject,
        is_whole_article=match.is_whole_article,
        redirected_from=match.redirected_from,
        alternatives=match.alternatives,
        predecessors=library.predecessors(id_) if place else (),
        successors=(library.successors(id_) if place else ()) or _following(instrument),
        read_at=library.read_at(instrument),
        lead=lead,
        text=text,
        text_source=packed.source if packed and text is not None else None,
        text_problem=problem,
        kin=_kin(library, provision),
        contents=() if place or provision else library.provisions_of(instrument.id),
    )


def _packed(pack: TextPack, instrument: Instrument) -> tuple[PackedText | None, str | None]:
    try:
        return pack.text(instrument.id), None
    except TextPackError as error:
        return None, str(error)  # the page itself does not need the text


def _heading(library: Library, match: Match) -> str:
    title = library.title(match.instrument)
    if match.provision is not None and not (match.is_whole_article and match.place):
        return title + (match.provision.label_zh or "")
    return title + (match.place.label if match.place else "")


def _following(instrument: Instrument) -> tuple[str, ...]:
    return (instrument.successor,) if instrument.successor else ()


def _kin(library: Library, provision: Provision | None) -> tuple[Provision, ...]:
    if provision is None or provision.place is None:
        return ()
    article = provision.key.split(".", 1)[0]
    held = library.provisions_of(provision.instrument.id)
    return tuple(p for p in held if p is not provision and p.key.split(".", 1)[0] == article)


def _subject(library: Library, instrument: Instrument, place: Locator) -> str | None:
    from cuijie.law.structure import structure  # brings numpy along, which most pages do without

    shape = structure(instrument.id)
    if shape is None:
        return None
    article = shape.articles.get(place.article.key)
    if article is None:
        last = Locator.from_key(shape.last)
        raise NotUnderstood(
            f"{library.title(instrument)}没有{place.article.label}（最后一条是{last.label if last else shape.last}）。"
        )
    if not article.has(place.paragraph, place.item):
        raise NotUnderstood(
            f"{library.title(instrument)}{place.article.label}没有{place.label[len(place.article.label) :]}。"
        )
    return article.subject or None
