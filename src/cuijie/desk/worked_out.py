"""What the pages of one open case have worked out last: it is worked out once for each state of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:  # what takes long to import is needed only once a case is open: the first page comes before
    from cuijie.desk.papers.ids import PaperId, PaperRow
    from cuijie.remedies.clocks import Deadline
    from cuijie.remedies.documents.draft import Draft
    from cuijie.remedies.ladder import Step
    from cuijie.remedies.material import Material

__all__ = ["Latest", "Recent", "WorkedOut"]

_FEW = 4

_Source = TypeVar("_Source")
_Key = TypeVar("_Key")
_Made = TypeVar("_Made")


@dataclass(slots=True)
class Latest(Generic[_Source, _Key, _Made]):
    """The last thing of its kind, with the very source that it was made of and what was asked of it."""

    known: tuple[_Source, _Key, _Made] | None = None

    def of(self, source: _Source, key: _Key, make: Callable[[], _Made]) -> _Made:
        """The thing for *key*, made anew if *source* is another object or the key another value."""
        known = self.known
        if known is None or known[0] is not source or known[1] != key:
            known = self.known = (source, key, make())
        return known[2]


@dataclass(slots=True)
class Recent(Generic[_Source, _Key, _Made]):
    """The last few things of their kind, all made of the very same source."""

    _kept: tuple[_Source | None, dict[_Key, _Made]] = (None, {})  # one value: pages of several threads look at it

    def known(self, source: _Source, key: _Key) -> _Made | None:
        """The thing for *key* if it was made of this very *source* and is still kept."""
        made_of, made = self._kept
        return made.get(key) if made_of is source else None

    def of(self, source: _Source, key: _Key, make: Callable[[], _Made]) -> _Made:
        """The thing for *key*, made anew if it is not known; the one made longest ago gives way."""
        known = self.known(source, key)
        if known is not None:
            return known
        made = make()
        made_of, kept = self._kept
        others = kept.items() if made_of is source else ()
        self._kept = (source, dict([*others, (key, made)][-_FEW:]))
        return made


@dataclass(slots=True)
class WorkedOut:
    """Everything that is kept while a case is open and goes when it is locked."""

    material: Latest[None, object, Material] = field(default_factory=Latest)  # what remedies work from, and of when
    drafts: Recent[Material, tuple[PaperId, date], Draft] = field(default_factory=Recent)
    files: Recent[Material, tuple[PaperId, date, str], bytes] = field(default_factory=Recent)  # by their suffix
    plan: Latest[Material, date, tuple[tuple[Step, ...], tuple[Deadline, ...]]] = field(default_factory=Latest)
    papers: Latest[Material, None, tuple[PaperRow, ...]] = field(default_factory=Latest)  # that can be made of it
