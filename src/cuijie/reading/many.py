"""Labels for many texts: texts of one shape are read once, plainly lawful ones hardly at all.

Gives exactly the labels and spans that ``reader.read`` gives for each text; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cuijie.reading.bulk import first_look, shapes_of
from cuijie.reading.normalise import normalise
from cuijie.reading.reader import labels_of, labels_of_plain
from cuijie.reading.result import LabelHit, Recipient

__all__ = ["KnownShapes", "labels_many"]

_Labels = tuple[LabelHit, ...]
_MOST_SHAPES = 200_000


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
    firsts = [members[0] for members in alike.values()]
    read = dict(zip((*firsts, *alone), _labels_each([rows[at] for at in (*firsts, *alone)]), strict=True))
    for at in alone:
        said[at] = read[at].labels
    for key, members in alike.items():
        labels, is_plain = read[members[0]]
        if is_plain:
            known.add(key, labels)
            for at in members:
                said[at] = labels
        else:  # a digit may be part of a disguise
            for at in members:
                said[at] = labels_of(normalise(rows[at][0]), key[1])
    return said


class _Read(NamedTuple):
    labels: _Labels
    is_plain: bool


def _labels_each(rows: Sequence[tuple[str, Recipient]]) -> list[_Read]:
    """The labels of each text, and whether it is spelled plainly."""
    looks = first_look(rows)
    read = [_Read(labels=(), is_plain=True)] * len(rows)
    together = [at for at, look in enumerate(looks) if look.worth and look.plain is not None]
    plain = labels_of_plain([(looks[at].plain or "", rows[at][1]) for at in together])
    for at, labels in zip(together, plain, strict=True):
        read[at] = _Read(labels, is_plain=True)
    for at, look in enumerate(looks):
        if look.plain is None:
            folded = normalise(rows[at][0])
            read[at] = _Read(labels_of(folded, rows[at][1]), folded.is_plain)
    return read
