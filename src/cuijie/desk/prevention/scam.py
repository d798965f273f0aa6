"""An offer of “help” as its page shows it: its words with the signs marked, why each matters, what a safe one contains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from cuijie.casefile.results import keep_text
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.cites import cites
from cuijie.desk.errors import ShelfError
from cuijie.desk.render import marked
from cuijie.prevention.keeping import keep_scam
from cuijie.prevention.results import KeptScam, KeptSign, kept_of
from cuijie.prevention.scam import check_offer, scam_guide
from cuijie.records.results import CheckResult
from cuijie.remedies.english import english
from cuijie.remedies.rungs import rungs
from cuijie.remedies.urgent_words import words_of_despair

__all__ = ["ScamPage", "SignCard", "keep", "kept_page", "look", "safe_offer"]

_MAX = 60_000
_NAME = 12  # characters of the offer that name it in lists


@dataclass(frozen=True, slots=True, kw_only=True)
class SignCard:
    """One kind of sign with the words that show it."""

    title: Words
    why: Words
    words: tuple[str, ...]
    certain: bool  # False: only a trained reader sees it
    laws: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScamPage:
    """Everything the page of one offer shows."""

    text: str
    marked: Markup
    cards: tuple[SignCard, ...]
    basis: Words
    result_id: str
    help_first: tuple[Words, Words] | None  # title and words for somebody who does not want to live


def safe_offer() -> tuple[Words, ...]:
    """What a safe offer of help contains."""
    guide = scam_guide()
    return tuple(Words(zh, en) for zh, en in zip(guide.safe_zh, guide.safe_en, strict=True))


def look(text: str, on: date) -> ScamPage:
    """The offer, read and not kept.  Raises ShelfError for nothing, or for a whole book."""
    hits = check_offer(_checked(text)).hits
    return _page(KeptScam(text=text, signs=tuple(map(KeptSign.of, hits))), "", on)


def keep(place: OpenCase, text: str) -> CheckResult:
    """The offer kept as evidence with its signs.  Raises ShelfError."""
    found = check_offer(_checked(text))
    name = "".join(one for one in text if one.isalnum())[:_NAME]
    return keep_scam(place.opened, keep_text(place.opened, text, f"帮忙的话-{name}.txt"), text, found)


def kept_page(result: CheckResult, on: date) -> ScamPage:
    """An offer that the case keeps."""
    return _page(kept_of(result, KeptScam), result.result_id, on)


def _checked(text: str) -> str:
    if not text.strip():
        raise ShelfError("还没有贴文字。", remedy="把对方发来的话原样贴进来。")
    if len(text) > _MAX:
        raise ShelfError("贴得太长了。", remedy="只贴对方说能帮你的那一段。")
    return text


def _page(kept: KeptScam, result_id: str, on: date) -> ScamPage:
    guide = scam_guide()
    by_sign: dict[str, list[KeptSign]] = {}
    for sign in kept.signs:
        by_sign.setdefault(sign.sign, []).append(sign)
    cards = tuple(
        SignCard(
            title=sign.title,
            why=sign.why,
            words=tuple(dict.fromkeys(kept.text[slice(*one.span)] for one in by_sign[sign.id])),
            certain=any(one.certain for one in by_sign[sign.id]),
            laws=cites(sign.provisions, on),
        )
        for sign in (*guide.signs, guide.by_reader)
        if sign.id in by_sign
    )
    return ScamPage(
        text=kept.text,
        marked=marked(kept.text, [sign.span for sign in kept.signs]),
        cards=cards,
        basis=guide.basis,
        result_id=result_id,
        help_first=_help_first() if words_of_despair(kept.text) else None,
    )


def _help_first() -> tuple[Words, Words]:
    rung, (title, why) = rungs()["help_first"], english().rungs["help_first"]
    return Words(rung.title, title), Words(rung.why, why)
