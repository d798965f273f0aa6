"""Labels for many texts: texts of one shape are read once, plainly lawful ones hardly at all.

Gives exactly the labels and spans that ``reader.read`` gives for each text; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cuijie.garbage import garbage_left_alone
from cuijie.reading.bulk import fold_many, shapes_of
from cuijie.reading.compiled import expect
from cuijie.reading.judging import Heard, labels_of
from cuijie.reading.result import LabelHit, Recipient
from cuijie.reading.turns import may_be_marked, voices_of

__all__ = ["KnownShapes", "labels_many"]

_Labels = tuple[LabelHit, ...]
# what is added to a shape for its recipient: signs of the private range, which no folded text holds
_SIGNS: dict[Recipient, str] = {"debtor": "\ue001", "third_party": "\ue002", "unknown": "\ue003"}
_MOST_SHAPES = 200_000
_MOST_TEXTS = 4096  # folded and judged together
_MOST_CHARACTERS = 400_000


class KnownShapes(dict[str, _Labels]):
    """The labels of text shapes read before, kept from one batch to the next; forgets all when it is full."""

    def add(self, shape: str, labels: _Labels) -> None:
        """Remember the labels of one shape."""
        if len(self) >= _MOST_SHAPES:
            self.clear()
        self[shape] = labels


def labels_many(rows: Sequence[tuple[str, Recipient]], known: KnownShapes | None = None) -> list[_Labels]:
    """The labels alone of many (text, recipient).

    Texts that differ in amounts, dates and the like only are read once; with *known*, once for all batches.
    """
    known = KnownShapes() if known is None else known
    expect(len(rows))
    said: list[_Labels] = []
    for block in _blocks(rows):
        with garbage_left_alone():
            said += _labels_block(block, known)
    return said


def _blocks(rows: Sequence[tuple[str, Recipient]]) -> Iterator[Sequence[tuple[str, Recipient]]]:
    """The rows in blocks of bounded size, so that long texts do not fill memory; a longer text is a block of its own."""
    first, size = 0, 0
    for at, (text, _) in enumerate(rows):
        if at - first == _MOST_TEXTS or (at > first and size + len(text) > _MOST_CHARACTERS):
            yield rows[first:at]
            first, size = at, 0
        size += len(text)
    yield rows[first:]


def _labels_block(rows: Sequence[tuple[str, Recipient]], known: KnownShapes) -> list[_Labels]:
    said: list[_Labels] = [()] * len(rows)
    first: dict[str, int] = {}  # of each shape, the text that is read
    alike: dict[int, list[int]] = {}  # and those that are like it
    alone: list[int] = []
    for at, shape in enumerate(shapes_of([text for text, _ in rows])):
        if shape is None:
            alone.append(at)
            continue
        key = shape + _SIGNS[rows[at][1]]
        labels = known.get(key)
        if labels is None:
            leader = first.setdefault(key, at)
            if leader != at:
                alike.setdefault(leader, []).append(at)
        elif labels:
            said[at] = labels
    disguised = _read(rows, [*alone, *first.values()], said)
    unlike: list[int] = []
    for key, at in first.items():
        if at in disguised:  # a digit may be part of the disguise
            unlike += alike.get(at, ())
            continue
        known.add(key, said[at])
        for other in alike.get(at, ()):
            said[other] = said[at]
    _read(rows, unlike, said)
    return said


def _read(rows: Sequence[tuple[str, Recipient]], places: Sequence[int], said: list[_Labels]) -> set[int]:
    """Read the texts at these places into *said*; which of them are not spelled plainly."""
    folded = fold_many([rows[at][0] for at in places])
    recipients = [rows[at][1] for at in places]
    judged, may_be_own = list(folded.texts), [True] * len(folded)
    for at, text in enumerate(judged):
        if may_be_marked(text):
            voices = voices_of(text)
            judged[at], may_be_own[at] = voices.collector or "", voices.is_unmarked
    for at, labels in zip(places, labels_of(Heard(folded, judged, recipients, may_be_own)), strict=True):
        if labels:
            said[at] = labels
    return {at for one, at in enumerate(places) if not folded.is_plain(one)}
