"""Which column of a log may be which of ours, by what its header says: word for word, or by its parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cuijie.audit.logs.mapping import header_word, words
from cuijie.datafiles import Lines, load_table

__all__ = ["Proposals", "may_be_institution", "proposals"]


_PART = re.compile(r"\{([a-z]\w*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Columns of the log by our names, best first.

    Beside them ``answered_at``: when a call was answered, and ``recording``: where its recording lies.  ``guessed``: those whose header only has the parts of such a
    name; ``unclear``: headers that may be several columns; ``inverted``: those in which a yes is our no; ``dates`` and
    ``times``: what may say the day or the hour of a contact.
    """

    columns: Mapping[str, tuple[str, ...]]
    guessed: frozenset[str]
    unclear: Mapping[str, tuple[str, ...]]
    inverted: frozenset[str]
    dates: tuple[str, ...]
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shapes:
    columns: dict[str, re.Pattern[str]] = field(default_factory=dict)
    inverted: frozenset[str] = frozenset()
    date: re.Pattern[str] = re.compile("")
    time: re.Pattern[str] = re.compile("")
    institution: re.Pattern[str] = re.compile("")

    def fitting(self, word: str) -> tuple[str, ...]:
        """Our columns that a header may be."""
        return tuple(name for name, shape in self.columns.items() if shape.fullmatch(word))

    def is_time(self, word: str) -> bool:
        """Whether a header says when a contact was made, word for word or by its parts."""
        return word in words().headers["occurred_at"] or self.time.fullmatch(word) is not None


def proposals(header: Sequence[str]) -> Proposals:
    """What the columns of *header* may be."""
    shapes = _shapes()
    exact = {word: name for name, theirs in words().headers.items() for word in theirs}
    places = {word: place for place, word in enumerate(exact)}
    known: dict[str, list[str]] = {}
    guessed: dict[str, list[str]] = {}
    unclear: dict[str, tuple[str, ...]] = {}
    for given in header:
        word = header_word(given)
        if word in exact:
            known.setdefault(exact[word], []).append(given)
            continue
        within = header_word(given.rpartition(".")[2])  # of an object within, its own key
        if "." in given and within in exact and exact[within] != "occurred_at":
            guessed.setdefault(exact[within], []).append(given)
            continue
        fits = shapes.fitting(word) or (shapes.fitting(within) if "." in given else ())
        if len(fits) == 1:
            guessed.setdefault(fits[0], []).append(given)
        elif fits:
            unclear[given] = fits
    dates, times = (tuple(g for g in header if shape.fullmatch(header_word(g))) for shape in (shapes.date, shapes.time))
    times = (*known.pop("occurred_at", ()), *times)
    if (
        not times and not dates
    ):  # a whole record may stand in an object; beside a time of its own, one within is another's
        times = tuple(g for g in header if "." in g and shapes.is_time(header_word(g.rpartition(".")[2])))
    for theirs in known.values():  # in each list the plainest words (编号, duration) come last
        theirs.sort(key=lambda given: places[header_word(given)])
    names = [name for name in (*words().headers, *shapes.columns) if name in known or name in guessed]
    return Proposals(
        columns={name: (*known.get(name, ()), *guessed.get(name, ())) for name in dict.fromkeys(names)},
        guessed=frozenset(given for found in guessed.values() for given in found),
        unclear=unclear,
        inverted=frozenset(given for name in shapes.inverted for given in guessed.get(name, ())),
        dates=dates,
        times=tuple(dict.fromkeys(times)),
    )


def may_be_institution(given: str) -> bool:
    """Whether a column headed *given* may name an institution: a lender, an agency, a branch, whoever took a request."""
    return _shapes().institution.fullmatch(re.sub(r"\W+", "", header_word(given))) is not None


@cache
def _shapes() -> _Shapes:
    value = load_table(Path(__file__).parent / "header_shapes.yaml")
    parts, shapes = value.table("parts"), value.table("shapes")

    def compiled(of: Lines, name: str) -> re.Pattern[str]:
        text = of.text(name)
        while _PART.search(text):  # parts may be made of parts
            text = _PART.sub(lambda found: parts.text(found[1]), text)
        return re.compile(text)

    return _Shapes(
        {name: compiled(shapes, name) for name in shapes},
        frozenset(value.texts("inverted")),
        compiled(value, "date"),
        compiled(value, "time"),
        compiled(value, "institution"),
    )
