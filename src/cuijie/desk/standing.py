"""How a case stands, for its pages: the records as they are now, and what the last assessment made of them.

An assessment of a large case takes seconds.  It is made anew in the background whenever the records have changed;
until it is ready the pages show the records as they are and the findings as they were, and say so.  A small case is
waited for, so that an answer shows its effect on the very next page.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

from cuijie.assessment import Assessment, ContactEvidence, assess, inputs_from_state
from cuijie.desk.errors import ShelfError
from cuijie.reading import Reading, read
from cuijie.records import CaseState, ContactRecord

__all__ = ["CaseView", "Judged", "Standing", "once_per_judging", "once_per_view"]

_Made = TypeVar("_Made")
_SMALL = 1_500  # entries: such a case is assessed in well under a second
_PATIENCE_S = 60.0  # for a newer picture of a small case
_MOMENT_S = 0.7  # for the first picture of a large one, before the page says that it takes longer
_GLANCE_S = 0.1  # for a large one
_BUSY_FACTOR = 5  # while files come in, an assessment rests this many times as long as it takes


class _Readable(Protocol):
    def ledger_length(self) -> int: ...

    def state(self) -> CaseState: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Judged:
    """One assessment with the records that it was made from."""

    state: CaseState
    contacts: tuple[ContactRecord, ...]
    evidence: dict[str, ContactEvidence]
    assessment: Assessment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class CaseView:
    """What every page of one case works from: its records now, and the newest assessment there is."""

    state: CaseState
    judged: Judged

    @property
    def is_current(self) -> bool:
        """False while a newer assessment is being made."""
        return self.judged.state is self.state

    @property
    def contacts(self) -> tuple[ContactRecord, ...]:
        """The contacts as they were assessed."""
        return self.judged.contacts

    @property
    def evidence(self) -> dict[str, ContactEvidence]:
        """What each assessed contact rests on."""
        return self.judged.evidence

    @property
    def assessment(self) -> Assessment:
        """Findings and questions."""
        return self.judged.assessment


def once_per_view(make: Callable[[CaseView], _Made]) -> Callable[[CaseView], _Made]:
    """Works *make* out once for each state of a case; what it made goes with the view when the case is locked."""
    made: WeakKeyDictionary[CaseView, _Made] = WeakKeyDictionary()

    @wraps(make)
    def kept(view: CaseView) -> _Made:
        if view not in made:
            made[view] = make(view)
        return made[view]

    return kept


_READY_MADE: list[Callable[[CaseView], object]] = []


def once_per_judging(make: Callable[[CaseView], _Made]) -> Callable[[CaseView], _Made]:
    """Works *make* out once for each assessment, in the background with it, so that no page has to wait."""
    made: WeakKeyDictionary[Judged, _Made] = WeakKeyDictionary()

    @wraps(make)
    def kept(view: CaseView) -> _Made:
        if view.judged not in made:
            made[view.judged] = make(view)
        return made[view.judged]

    _READY_MADE.append(kept)
    return kept


class _Remembering:
    """The reader of the reading room; equal texts are read once for as long as the case is open."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str, str | None], Reading] = {}

    def __call__(self, text: str, *, recipient: str = "unknown", channel: str | None = None) -> Reading:
        key = (text, recipient, channel)
        if key not in self._read:
            self._read[key] = read(text, recipient=recipient, channel=channel)
        return self._read[key]


class Standing:
    """The picture of one open case.  Pages ask it from many threads; one thread of its own makes it anew."""

    def __init__(
        self, *, is_busy: Callable[[], bool] = lambda: False, on_ready: Callable[[], None] = lambda: None
    ) -> None:
        self._is_busy = is_busy  # True while files come in: the records will change again at once
        self._on_ready = on_ready
        self._changed = threading.Condition()
        self._reader = _Remembering()
        self._head = -1
        self._state: CaseState | None = None
        self._view: CaseView | None = None
        self._failed: Exception | None = None  # of assessing the present state
        self._is_working = self._is_over = False
        self._awaited = 0  # pages that wait for a newer picture
        self._worker: threading.Thread | None = None

    def view(self, case: _Readable) -> CaseView:
        """The case as *case* holds it now; the first picture is waited for however long it takes.

        Raises what the assessment raised, and ShelfError if the case is locked meanwhile.
        """
        with self._changed:
            self._look(case)
            if threading.current_thread() is not self._worker:  # which would wait for itself
                self._wait()
            return self._shown()

    def is_ready(self, case: _Readable, seconds: float | None = None) -> bool:
        """False where the first picture of a large case takes more than a moment (or *seconds*): the page says so."""
        with self._changed:
            self._look(case)
            patience = seconds if seconds is not None else None if self._is_small else _MOMENT_S
            return self._changed.wait_for(self._has_answer, patience)

    @property
    def entries(self) -> int:
        """How many entries were last seen."""
        state = self._state
        return len(state.entries) if state is not None else 0

    def current(self) -> CaseView | None:
        """The picture if it is up to date with the records last looked at, else None; does not wait."""
        with self._changed:
            view = self._view
            return view if view is not None and view.judged.state is self._state else None

    def hurry(self) -> None:
        """The files are in: assess now what is waiting."""
        with self._changed:
            self._changed.notify_all()

    def end(self) -> None:
        """Forget everything: the case is locked."""
        with self._changed:
            self._is_over = True
            self._state = self._view = None
            self._reader = _Remembering()
            self._changed.notify_all()

    def _look(self, case: _Readable) -> None:
        head = case.ledger_length()
        if head == self._head:
            return
        state = case.state()
        self._head = head
        if self._view is not None and state == self._view.judged.state:  # an act that assessment does not depend on
            state = self._view.judged.state
        elif self._state is not None and state == self._state:
            state = self._state
        self._failed = None if state is not self._state else self._failed
        self._state = state
        self._changed.notify_all()  # who waits for an earlier state may have to wait no longer
        if (self._view is None or self._view.judged.state is not state) and not self._is_working:
            self._is_working = True
            self._worker = threading.Thread(target=self._work, name="assessing", daemon=True)
            self._worker.start()

    @property
    def _is_small(self) -> bool:
        return self._state is not None and len(self._state.entries) <= _SMALL

    def _has_answer(self) -> bool:
        return self._is_over or self._view is not None or self._failed is not None

    def _wait(self) -> None:
        self._changed.wait_for(self._has_answer)
        patience = _PATIENCE_S if self._is_small else _GLANCE_S
        self._awaited += 1
        try:
            self._changed.notify_all()  # a worker that rests goes on
            self._changed.wait_for(lambda: self._is_over or self._failed is not None or not self._is_behind(), patience)
        finally:
            self._awaited -= 1

    def _is_behind(self) -> bool:
        return self._view is None or self._view.judged.state is not self._state

    def _shown(self) -> CaseView:
        if self._failed is not None:
            raise self._failed
        if self._view is None or self._state is None:
            raise ShelfError("这个案卷刚刚锁上了。", remedy="请在首页输入密码打开。")
        if self._view.state is not self._state:
            self._view = CaseView(state=self._state, judged=self._view.judged)
        return self._view

    def _work(self) -> None:
        while True:
            state = self._to_assess()
            if state is None:
                return
            began = time.monotonic()
            view, failed = None, None
            try:
                view = self._assessed(state)
            except Exception as error:  # shown by every page that needs the picture
                failed = error
            with self._changed:
                if view is not None and not self._is_over:
                    self._view = view
                elif state is self._state:
                    self._failed = failed
                self._changed.notify_all()
            with contextlib.suppress(Exception):  # only made beforehand: the page that needs it says what is wrong
                self._on_ready()
            rest = _BUSY_FACTOR * (time.monotonic() - began)
            with self._changed:
                self._changed.wait_for(lambda: self._is_over or not self._is_busy() or self._is_urgent(), rest)

    def _is_urgent(self) -> bool:
        return self._awaited > 0 and self._is_small

    def _to_assess(self) -> CaseState | None:
        """The records to assess next, or None: then the work is over."""
        with self._changed:
            if not self._is_over and self._failed is None and self._is_behind():
                return self._state
            self._is_working = False
            return None

    def _assessed(self, state: CaseState) -> CaseView:
        inputs = inputs_from_state(state, self._reader)
        judged = Judged(
            state=state, contacts=inputs.contacts, evidence=dict(inputs.evidence), assessment=assess(inputs)
        )
        view = CaseView(state=state, judged=judged)
        for make in _READY_MADE:
            make(view)
        return view
