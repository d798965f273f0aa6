"""Labels for many texts: texts of one shape are read once, plainly lawful ones hardly at all.

Gives exactly the labels and spans that ``reader.read`` gives for each text; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cuijie.reading.bulk import fold_many, shapes_of
from cuijie.reading.judging import Heard, labels_of
from cuijie.reading.result import LabelHit, Recipient
from cuijie.reading.turns import voices_of

__all__ = ["KnownShapes", "labels_many"]

_Labels = tuple[LabelHit, ...]
_MOST_SHAPES = 200_000
_MOST_TEXTS = 4096  # folded and judged together
_MOST_CHARACTERS = 400_000


class KnownShapes(dict[tuple[str, Recipient], _Labels]):
    """The labels of text shapes read before, kept from one batch to the next; forgets all when it is full."""

    def add(self, shape: tuple[str, Recipient], labels: _Labels) -> None:
        """Remember the labels of one shape."""
        if len(self) >= _MOST_SHAPES:
            self.clear()
        self[shape] = labels


def labels_many(rows: Sequence[tuple[str, Recipient]], known: KnownShapes | None = None) -> list[_Labels]:
    """The labels alone of many (text, recipient).

    Texts that differ in amounts, dates and the like only are read once; with *known*, once for all batches.
    """
    known = KnownShapes() if known is None else known
    said: list[_Labels] = []
    for block in _blocks(rows):
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
    alike: dict[tuple[str, Recipient], list[int]] = {}
    alone: list[int] = []
    for at, shape in enumerate(shapes_of([text for text, _ in rows])):
        if shape is None:
            alone.append(at)
            continue
        key = (shape, rows[at][1])
        labels = known.get(key)
        if labels is None:
            alike.setdefault(key, []).append(at)
        elif labels:
            said[at] = labels
    alone += [members[0] for members in alike.values()]
    read = dict(zip(alone, _read([rows[at] for at in alone]), strict=True))
    disguised: list[int] = []
    for key, members in alike.items():
        labels, is_plain = read[members[0]]
        if is_plain:
            known.add(key, labels)
            for at in members[1:]:
                said[at] = labels
        else:  # a digit may be part of a disguise
            disguised += members[1:]
    read.update(zip(disguised, _read([rows[at] for at in disguised]), strict=True))
    for at, (labels, _) in read.items():
        said[at] = labels
    return said


def _read(rows: Sequence[tuple[str, Recipient]]) -> list[tuple[_Labels, bool]]:
    """The labels of each text, and whether it is spelled plainly."""
    folded = fold_many([text for text, _ in rows])
    heard, places = [], []
    for at, (one, (_, to)) in enumerate(zip(folded, rows, strict=True)):
        voices = voices_of(one.text)
        if voices.collector is not None:
            heard.append(Heard(one, voices.collector, to, may_be_own=voices.is_unmarked))
            places.append(at)
    labels: list[_Labels] = [()] * len(rows)
    for at, said in zip(places, labels_of(heard), strict=True):
        labels[at] = said
    return [(said, one.is_plain) for said, one in zip(labels, folded, strict=True)]
