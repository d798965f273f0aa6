"""Messages of a picture whose time is only a day, or unknown: the text of a backup that can only be they.

A screenshot without a time line, or with 昨天 alone above its messages, shows what the phone's backup has to the second.
Number (or name), side and words must agree, the figures in them wholly: templates differ in days and sums alone.  A day
must be the same; without one exactly one text may fit, as the same template may have been sent on many days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cuijie.clock import shanghai_day
from cuijie.intake.merging.events import EventIndex, is_undated, known_event, same_words
from cuijie.intake.merging.overlapping import is_on_screen
from cuijie.intake.merging.shelf import EntryShelf
from cuijie.intake.merging.titled import is_titled_twin
from cuijie.records import Entry
from cuijie.records.numbers import is_masked

__all__ = ["shown_in_pictures", "text_of"]

_TELLING: Final = 6  # signs: 在吗 and 好的 are said on many days
_TEXTS: Final = frozenset({"sms", "mms"})


def text_of(shown: Entry, shelf: EntryShelf, index: EventIndex) -> str | None:
    """The id of the text in the case that *shown*, a message of a picture just read, is one with; None if none surely is."""
    if not (is_undated(shown) and is_on_screen(shown)):
        return None
    ids = dict.fromkeys(index.texts_with(shown, shelf))
    known = [one for entry_id in ids if (one := shelf.get(entry_id)) is not None]
    if (before := next((one for one in known if shown.places[0] in one.places), None)) is not None:
        return before.entry_id
    fits = [one for one in known if _may_be(shown, one)]
    free = [one for one in fits if not set(one.item_ids) & set(shown.item_ids)]
    return free[0].entry_id if free and _is_sure(shown, fits) else None


def shown_in_pictures(texts: Sequence[Entry], shelf: EntryShelf, index: EventIndex) -> dict[int, str]:
    """By place in *texts* (all of one file that may be shown) the ids of the pictures' messages that they are."""
    known = [bool(shelf.get(text.entry_id) or known_event(shelf, text, index)) for text in texts]
    pairs: dict[int, str] = {}
    for shown in _undated(texts, shelf, index):
        fits = [at for at, text in enumerate(texts) if _may_be(shown, text)]
        free = [at for at in fits if not known[at] and at not in pairs]
        if free and _is_sure(shown, [texts[at] for at in fits]) and not _is_in_case(shown, shelf, index):
            pairs[free[0]] = shown.entry_id
    return pairs


def _undated(texts: Sequence[Entry], shelf: EntryShelf, index: EventIndex) -> Iterator[Entry]:
    for entry_id in dict.fromkeys(one for text in texts for one in index.undated(text)):
        shown = shelf.get(entry_id)
        if (
            shown is not None
            and is_undated(shown)
            and is_on_screen(shown)
            and not set(shown.item_ids) & set(texts[0].item_ids)
        ):
            yield shown


def _is_in_case(shown: Entry, shelf: EntryShelf, index: EventIndex) -> bool:
    """True if no day is known and a text of another file fits already, which was not clear enough to join."""
    if shown.occurred_at is not None:
        return False
    return any(
        (one := shelf.get(known)) is not None and _may_be(shown, one) for known in index.texts_with(shown, shelf)
    )


def _is_sure(shown: Entry, fits: Sequence[Entry]) -> bool:
    """True where one text fits; on a known day each of several is one of those that the picture shows."""
    return len(fits) == 1 or shown.occurred_at is not None


def _may_be(shown: Entry, text: Entry) -> bool:
    """True if nothing but the time of day, which the picture does not tell, may tell the two apart."""
    if text.kind not in _TEXTS or text.is_inferred or text.is_user_converted or not _is_same_other_side(shown, text):
        return False
    if (
        text.occurred_at is None
        or text.time_precision == "day"
        or shown.inbound is None
        or shown.inbound != text.inbound
    ):
        return False
    if shown.is_proof_of_contact != text.is_proof_of_contact:
        return False
    if shown.occurred_at is not None and shanghai_day(shown.occurred_at) != shanghai_day(text.occurred_at):
        return False
    words = "".join((shown.text or "").split()), "".join((text.text or "").split())
    is_telling = min(len(one) for one in words) >= _TELLING and not words[0].startswith("[")
    return is_telling and _figures(words[0]) == _figures(words[1]) and same_words(shown, text)


def _is_same_other_side(shown: Entry, text: Entry) -> bool:
    if is_titled_twin(shown, text):
        return True
    is_known = shown.number is not None and not is_masked(shown.number) and shown.kind in _TEXTS
    return is_known and (shown.owner, shown.number) == (text.owner, text.number)


def _figures(words: str) -> list[str]:
    return re.findall(r"\d+", words)
