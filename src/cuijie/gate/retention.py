"""How long the gate keeps what: data with its reasons, applied by ``Gate.purge``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cuijie.datafiles import Lines, load_yaml
from cuijie.gate.errors import SettingsError

__all__ = ["OURS", "cuts", "load_retention"]

OURS = Path(__file__).parent / "retention.yaml"
_LONGEST_WINDOW = 32
"""Days that counters must be kept at the least, for a window of a month."""
_LONGEST = 36_500  # days that reach back no further than a calendar does
_KINDS = ("answers", "decided", "settled", "begun", "expired", "register", "counted", "corrected")


def load_retention(path: Path = OURS) -> Mapping[str, int]:
    """Days by kind; a kind that is not named is kept for ever.  Raises DataFileError or SettingsError."""
    value = load_yaml(path)
    if not isinstance(value, Lines):
        raise SettingsError(f"{path} 应写成 种类: {{keep: 天数, why: …}}。")
    value.refuse_others(_KINDS)
    found: dict[str, int] = {}
    for kind in value:
        inner = value[kind]
        if not isinstance(inner, Lines):
            raise value.wrong(kind, "应写成 {keep: 天数, basis: […], why: {zh, en}}")
        inner.refuse_others(("keep", "basis", "why"))
        days = inner.get("keep")
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _LONGEST:
            raise inner.wrong("keep", f"应是天数（1 到 {_LONGEST} 的整数）；要一直留着，就不写这一种")
        if kind == "answers" and days < _LONGEST_WINDOW:
            raise inner.wrong("keep", f"至少 {_LONGEST_WINDOW} 天，否则按月的次数会数不全")
        found[kind] = days
    return found


def cuts(retention: Mapping[str, int], now: datetime) -> dict[str, datetime]:
    """For each kind the instant before which it is to be dropped."""
    return {kind: now - timedelta(days=days) for kind, days in retention.items()}
