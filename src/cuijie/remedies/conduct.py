"""How papers speak of each rule of the rulebook: read from ``data/conduct.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from cuijie.datafiles import Lines, load_table

__all__ = ["Wording", "weight_of", "wording_of"]

_PATH = Path(__file__).parent / "data" / "conduct.yaml"
_KEYS = {"title", "stop", "contacted", "redress", "report", "police", "pi", "advisory"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One rule in the words of a paper."""

    rule: str
    title: str
    report: str
    stop: str  # what must stop, in the debtor's name; empty where nothing but redress can be asked for
    contacted_stop: str  # … in the name of a contacted person
    redress: str = ""  # what a letter asks for besides; a court's order to stop has no room for it
    is_police_matter: bool = False  # told to the police, who decide what it is
    is_personal_info: bool = False
    is_advisory: bool = False  # what carries it says 不宜: a paper calls it no breach

    @property
    def demand(self) -> str:
        """What a letter asks for in the debtor's name."""
        return "，".join(filter(None, (self.stop, self.redress)))

    @property
    def contacted(self) -> str:
        """What a letter asks for in the name of a contacted person."""
        return "，".join(filter(None, (self.contacted_stop, self.redress)))


def _wording(rule: str, lines: Lines) -> Wording:
    if not {"stop", "redress"} & set(lines):
        raise lines.wrong("stop", "stop 和 redress 至少要有一个")
    stop = lines.text("stop") if "stop" in lines else ""
    return Wording(
        rule=rule,
        title=lines.text("title"),
        report=lines.text("report"),
        stop=stop,
        contacted_stop=lines.text("contacted") if "contacted" in lines else stop,
        redress=lines.text("redress") if "redress" in lines else "",
        is_police_matter=lines.get("police") is True,
        is_personal_info=lines.get("pi") is True,
        is_advisory=lines.get("advisory") is True,
    )


@cache
def _all() -> dict[str, Wording]:
    table = load_table(_PATH, "应为“规则编号: 说法”的表")
    found: dict[str, Wording] = {}
    for rule, lines in table.items():
        if not isinstance(lines, Lines) or not set(lines) <= _KEYS:
            raise table.wrong(rule, f"只能有 {'、'.join(sorted(_KEYS))}")
        found[rule] = _wording(rule, lines)
    return found


def wording_of(rule: str) -> Wording:
    """The words for *rule*; a rule someone added to the rulebook without words here is named by its id."""
    known = _all().get(rule)
    name, stop = f"违反规则 {rule}", "停止上述行为"
    return known or Wording(rule=rule, title=name, report=name, stop=stop, contacted_stop=stop)


@cache
def _weights() -> Mapping[str, int]:
    from cuijie.rulebook import load_rulebook
    from cuijie.rulebook.rule import Severity

    order = get_args(Severity)
    return {linked.rule.id: order.index(linked.rule.severity) for linked in load_rulebook().rules}


def weight_of(rule: str) -> int:
    """How grave the rulebook calls *rule*, 0 for what is only advised against; of a rule that is not ours, 1."""
    return _weights().get(rule, 1)
