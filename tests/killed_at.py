"""What a kill leaves: a folder as it stood before each change of a name in it, and before and after each commit."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cuijie.casefile.database.store import Store

__all__ = ["killed_anywhere"]


@contextmanager
def killed_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Copies of *folder*, under its own name beside it, for every moment inside at which it may be left behind."""
    states: list[Path] = []

    turn = threading.RLock()  # no name changes while another thread's state is copied

    def keep() -> None:
        state = folder.with_name(f"state-{len(states)}") / folder.name
        shutil.copytree(folder, state)
        states.append(state)

    def watched(name: str, changed: int) -> Callable[..., Any]:
        real = getattr(os, name)

        def change(*given: Any, **named: Any) -> Any:
            with turn:
                if str(given[changed]).startswith(f"{folder}{os.sep}"):
                    keep()
                return real(*given, **named)

        return change

    run = Store.run

    def committed(store: Store, sql: str, values: tuple[object, ...] = ()) -> None:
        is_commit = sql == "commit" and store.path.parent == folder
        with turn if is_commit else contextlib.nullcontext():
            if is_commit:
                keep()
            run(store, sql, values)
            if is_commit:
                keep()

    with monkeypatch.context() as disk:
        disk.setattr(os, "replace", watched("replace", 1))
        disk.setattr(os, "unlink", watched("unlink", 0))
        disk.setattr(Store, "run", committed)
        yield states
        keep()
