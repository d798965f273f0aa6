"""Scripts of others that set-up fetched (ECharts, axe-core): found, never committed, absent without harm."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["web_file"]

_NAMES = {"echarts.min.js", "axe.min.js"}


def _folders() -> tuple[Path, ...]:
    named = os.environ.get("CUIJIE_WEB_DIR")
    here = Path(__file__).resolve()
    return tuple(
        folder for folder in (Path(named) if named else None, here.parents[3] / ".state" / "web") if folder is not None
    )


def web_file(name: str) -> Path | None:
    """The fetched script of that name, or None; only known names are looked for."""
    if name not in _NAMES:
        return None
    return next((folder / name for folder in _folders() if (folder / name).is_file()), None)
