"""Labels for many texts: texts of one shape are read once, plainly lawful ones hardly at all.

Gives exactly the labels and spans that ``reader.read`` gives for each text; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Sequence

from cuijie.reading.bulk import shapes_of, worth_reading
from cuijie.reading.normalise import normalise
from cuijie.reading.reader import labels_of
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
    worth = iter(worth_reading([rows[at] for at in (*firsts, *alone)]))
    for key, members in alike.items():
        if not next(worth):
            known.add(key, ())
        else:
            _read_alike(key, members, rows, said, known)
    for at in alone:
        if next(worth):
            said[at] = _labels_alone(rows[at])
    return said


def _read_alike(
    key: tuple[str, Recipient],
    members: Sequence[int],
    rows: Sequence[tuple[str, Recipient]],
    said: list[_Labels],
    known: KnownShapes,
) -> None:
    """Read texts of one shape: one of them if it is plainly spelled, else each, for a digit may be part of a disguise."""
    folded = normalise(rows[members[0]][0])
    if folded.is_plain:
        labels = labels_of(folded, key[1])
        known.add(key, labels)
        for at in members:
            said[at] = labels
        return
    for at in members:
        said[at] = _labels_alone(rows[at])


def _labels_alone(row: tuple[str, Recipient]) -> _Labels:
    return labels_of(normalise(row[0]), row[1])
