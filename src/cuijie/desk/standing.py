"""How a case stands, for its pages: the records as they are now, and what the last assessment made of them.

An assessment of a large case takes seconds.  It is made anew in the background whenever the records have changed;
until it is ready the pages show the records as they are and the findings as they were, and say so.  A small case is
waited for, so that an answer shows its effect on the very next page.  While the very first one is being made there are
records and no findings yet (``glance``), and how far it is (``progress``).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

from cuijie.assessment import Assessment, AssessmentInputs, ContactEvidence, assess, inputs_from_state
from cuijie.desk.errors import ShelfError
from cuijie.reading import Reading, read
from cuijie.records import CaseState, ContactRecord
from cuijie.rulebook import load_rulebook

__all__ = ["CaseView", "Judged", "Progress", "Standing", "once_per_judging", "once_per_view"]

_Made = TypeVar("_Made")
_SMALL = 1_500  # entries: such a case is assessed in well under a second
_PATIENCE_S = 60.0  # for a newer picture of a small case
_MOMENT_S = 0.7  # for the first picture of a large one, before the page says that it takes longer
_GLANCE_S = 0.1  # for a newer one of a large case, and for its first where the records are shown meanwhile
_TURN_S = 0.5  # how often a case that queues looks whether it is its turn
_TURNS = threading.BoundedSemaphore(2)
"""Of many cases opened together so many are assessed at once: the first are ready soon, instead of all at the end."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an assessment is: which of its three stages, and how many records of how many are read in the first."""

    stage: int  # 1 reading what was said, 2 holding it against the law of its day, 3 setting it in order
    done: int
    total: int

    @property
    def percent(self) -> int:
        """About how much of the work is done; the stages take about as long as each other."""
        share = min(1.0, self.done / self.total) if self.total else 0.0
        return int((self.stage - 1 + (share if self.stage == 1 else 0)) * 33)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class CaseView:
    """What every page of one case works from: its records now, and the newest assessment there is."""

    state: CaseState
    judged: Judged
    is_first: bool = False  # no assessment was made yet: there are records, and no findings

    @property
    def is_current(self) -> bool:
        """False while a newer assessment is being made."""
        return self.judged.state is self.state

    @property
    def contacts(self) -> tuple[ContactRecord, ...]:
        """The contacts as they were assessed."""
        return self.judged.contacts

    @property
    def rules_broken(self) -> tuple[str, ...]:
        """The rules of the findings, each once, however many days, numbers and lenders it has findings for."""
        return tuple(dict.fromkeys(finding.rule for finding in self.assessment.findings))

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
        self.asked = 0
        self._read: dict[tuple[str, str, str | None], Reading] = {}

    def __call__(self, text: str, *, recipient: str = "unknown", channel: str | None = None) -> Reading:
        self.asked += 1
        key = (text, recipient, channel)
        if key not in self._read:
            self._read[key] = read(text, recipient=recipient, channel=channel)
        return self._read[key]


def _nothing_judged(state: CaseState) -> Judged:
    blank = Assessment(
        findings=(), questions=(), parts=(), inputs=AssessmentInputs(contacts=()), rulebook=load_rulebook()
    )
    return Judged(state=state, contacts=(), evidence={}, assessment=blank)


def _locked() -> ShelfError:
    return ShelfError("这个案卷刚刚锁上了。", remedy="请在首页输入密码打开。")


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
        self._awaited = 0  # pages that wait for a picture, or a newer one
        self._stage, self._asked_before = 1, 0
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

    def glance(self, case: _Readable) -> CaseView:
        """As ``view``, but where the first picture takes more than a moment: the records, without findings."""
        if self.is_ready(case, moment_s=_GLANCE_S):
            return self.view(case)
        with self._changed:
            if self._state is None:
                raise _locked()
            return CaseView(state=self._state, judged=_nothing_judged(self._state), is_first=True)

    def is_ready(self, case: _Readable, *, moment_s: float = _MOMENT_S, at_once: bool = False) -> bool:
        """False where there is no picture yet: a small case is waited for, a large one for a moment, neither *at_once*."""
        with self._changed:
            self._look(case)
            if at_once or self._has_answer():
                return self._has_answer()
            with self._awaiting():
                return self._changed.wait_for(self._has_answer, None if self._is_small else moment_s)

    @property
    def progress(self) -> Progress:
        """How far the assessment is that is being made."""
        state = self._state
        total = len(state.entries) if state is not None else 0
        return Progress(stage=self._stage, done=min(total, self._reader.asked - self._asked_before), total=total)

    @property
    def is_working(self) -> bool:
        """True while an assessment, or what is worked out with it, is being made."""
        return self._is_working

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
        patience = _PATIENCE_S if self._is_small else _GLANCE_S
        with self._awaiting():
            self._changed.wait_for(self._has_answer)
            self._changed.wait_for(lambda: self._is_over or self._failed is not None or not self._is_behind(), patience)

    @contextlib.contextmanager
    def _awaiting(self) -> Iterator[None]:
        self._awaited += 1
        self._changed.notify_all()  # a worker that rests, or waits for its turn, goes on
        try:
            yield
        finally:
            self._awaited -= 1

    def _is_behind(self) -> bool:
        return self._view is None or self._view.judged.state is not self._state

    def _shown(self) -> CaseView:
        if self._failed is not None:
            raise self._failed
        if self._view is None or self._state is None:
            raise _locked()
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
                with self._in_turn():
                    view = None if self._is_over else self._assessed(state)
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

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Waits until few other cases are being assessed; a case that a page waits for does not queue."""
        with self._changed:
            while not (has_turn := _TURNS.acquire(blocking=False)) and not (self._awaited or self._is_over):
                self._changed.wait(_TURN_S)
        try:
            yield
        finally:
            if has_turn:
                _TURNS.release()

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
        self._stage, self._asked_before = 1, self._reader.asked
        inputs = inputs_from_state(state, self._reader)
        self._stage = 2
        judged = Judged(
            state=state, contacts=inputs.contacts, evidence=dict(inputs.evidence), assessment=assess(inputs)
        )
        self._stage = 3
        view = CaseView(state=state, judged=judged)
        for make in _READY_MADE:
            make(view)
        return view
