"""What the law library holds, by id and by family: instruments, provisions, versions, and where an article went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cuijie.law.errors import UnknownLaw
from cuijie.law.loading import Contents
from cuijie.law.model import Authority, Instrument, Provision, Renumbering
from cuijie.law.naming import normal

__all__ = ["Holdings"]


class Holdings:
    """Instruments and provisions by id; dates decide which version of a family speaks."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self._instruments = {instrument.id: instrument for instrument in contents.instruments}
        self._provisions = {provision.id: provision for provision in contents.provisions}
        self._families: dict[str, list[Instrument]] = {}
        for instrument in contents.instruments:
            self._families.setdefault(instrument.family, []).append(instrument)

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Every instrument, ordered by id."""
        return self.contents.instruments

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """Every provision, in the order of its instrument."""
        return self.contents.provisions

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """The authorities that no longer exist under their names."""
        return self.contents.authorities

    def authority(self, name: str) -> Authority | None:
        """The authority that went by *name* and no longer exists; None for any other name."""
        wanted = normal(name)
        found = (a for a in self.contents.authorities if wanted in {normal(known) for known in (a.name, *a.also)})
        return next(found, None)

    @property
    def renumberings(self) -> tuple[Renumbering, ...]:
        """The tables of articles that were renumbered."""
        return self.contents.renumberings

    def instrument(self, id_: str) -> Instrument:
        """The instrument with this id; raises UnknownLaw."""
        found = self._instruments.get(id_)
        if found is None:
            raise UnknownLaw(f"法律库里没有 {id_}。")
        return found

    def provision(self, id_: str) -> Provision:
        """The provision with this id; raises UnknownLaw."""
        found = self._provisions.get(id_)
        if found is None:
            raise UnknownLaw(f"法律库里没有 {id_}。")
        return found

    def note_en(self, id_: str) -> str | None:
        """The note of a provision or an instrument by id, of an authority by its name, in English; None without one."""
        return dict(self.contents.notes_en).get(id_)

    def holds(self, id_: str) -> bool:
        """Whether *id_* is an instrument or a provision of the library."""
        return id_ in self._provisions or id_ in self._instruments

    def provisions_of(self, instrument_id: str) -> tuple[Provision, ...]:
        """The provisions that the library holds of one instrument."""
        return tuple(p for p in self.contents.provisions if p.instrument.id == instrument_id)

    def in_force(self, id_: str, on: date) -> bool | None:
        """Whether the provision or instrument is in force on *on*; None where a date known to the month leaves it open.

        Raises UnknownLaw.
        """
        return self._of(id_).in_force_on(on)

    def versions(self, family: str) -> tuple[Instrument, ...]:
        """All versions of one law (``cn.psapl``), the oldest first; empty where the family is unknown."""
        found = self._families.get(family, [])
        return tuple(sorted(found, key=lambda i: (i.in_force.first if i.in_force else date.max, i.id)))

    def version_on(self, family: str, on: date) -> Instrument | None:
        """The version in force on *on*, or that may be (a date known to the month); None where there is none."""
        by_answer = {version.in_force_on(on): version for version in self.versions(family)}
        return by_answer.get(True) or by_answer.get(None)

    def successors(self, id_: str) -> tuple[str, ...]:
        """The ids under which this place lives on in the law that replaced it (not all are held as provisions).

        Where the tables know no more than the article, an item leads to the article.
        """
        instrument, _, key = id_.partition("/")
        tables = [table for table in self.contents.renumberings if table.old == instrument]
        return tuple(f"{table.new}/{new}" for table in tables for new in _nearest(table.articles, key))

    def predecessors(self, id_: str) -> tuple[str, ...]:
        """The ids under which this place stood in the law that its own law replaced."""
        instrument, _, key = id_.partition("/")
        tables = [table for table in self.contents.renumberings if table.new == instrument]
        return tuple(f"{table.old}/{old}" for table in tables for old in _nearest(_reversed(table), key))

    def _of(self, id_: str) -> Provision | Instrument:
        return self.provision(id_) if "/" in id_ else self.instrument(id_)


def _nearest(table: Mapping[str, tuple[str, ...]], key: str) -> tuple[str, ...]:
    return table.get(key) or table.get(key.split(".", 1)[0], ())


def _reversed(table: Renumbering) -> dict[str, tuple[str, ...]]:
    backward: dict[str, tuple[str, ...]] = {}
    for old, new in table.articles.items():
        for key in new:
            backward[key] = (*backward.get(key, ()), old)
    return backward
