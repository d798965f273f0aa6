"""How papers speak of each rule of the rulebook: read from ``data/conduct.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_yaml

__all__ = ["Wording", "wording_of"]

_PATH = Path(__file__).parent / "data" / "conduct.yaml"
_KEYS = {"title", "demand", "contacted", "report", "police", "pi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One rule in the words of a paper."""

    rule: str
    title: str
    demand: str  # what a notice asks for in the debtor's name
    contacted: str  # … in the name of a contacted person
    report: str
    is_police_matter: bool = False  # told to the police, who decide what it is
    is_personal_info: bool = False


def _text(lines: Lines, key: str) -> str:
    value = lines.get(key)
    if not isinstance(value, str) or not value:
        raise lines.wrong(key, "应为文字")
    return value


@cache
def _all() -> dict[str, Wording]:
    table = load_yaml(_PATH)
    if not isinstance(table, Lines):
        raise Lines(str(_PATH), 1).wrong("", "应为“规则编号: 说法”的表")
    found: dict[str, Wording] = {}
    for rule, lines in table.items():
        if not isinstance(lines, Lines) or not set(lines) <= _KEYS:
            raise table.wrong(rule, f"只能有 {'、'.join(sorted(_KEYS))}")
        found[rule] = Wording(
            rule=rule,
            title=_text(lines, "title"),
            demand=_text(lines, "demand"),
            contacted=_text(lines, "contacted") if "contacted" in lines else _text(lines, "demand"),
            report=_text(lines, "report"),
            is_police_matter=lines.get("police") is True,
            is_personal_info=lines.get("pi") is True,
        )
    return found


def wording_of(rule: str) -> Wording:
    """The words for *rule*; a rule someone added to the rulebook without words here is named by its id."""
    known = _all().get(rule)
    name, stop = f"违反规则 {rule}", "停止上述行为"
    return known or Wording(rule=rule, title=name, demand=stop, contacted=stop, report=name)
