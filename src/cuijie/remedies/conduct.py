"""How papers speak of each rule of the rulebook: read from ``data/conduct.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.records import ContactRecord, Finding

__all__ = ["Wording", "reasons_for_police", "wording_of"]

_REPEATED = 3  # how 多次 is commonly understood; the law has no number

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
    is_only_if_repeated: bool = False  # one or two such contacts alone are no reason to go to the police
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
        is_police_matter=lines.get("police") in {True, "repeated"},
        is_only_if_repeated=lines.get("police") == "repeated",
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


def reasons_for_police(findings: Iterable[Finding], contacts: Iterable[ContactRecord]) -> tuple[Finding, ...]:
    """Those of *findings* that are police matters; none if all of them disturb only by repetition and are too few."""
    told = tuple(one for one in findings if wording_of(one.rule).is_police_matter)
    ids = {id for finding in told for id in finding.contacts}
    counts = [one.count for one in contacts if one.contact_id in ids]
    is_often = None in counts or sum(count or 0 for count in counts) >= _REPEATED
    return told if is_often or not all(wording_of(one.rule).is_only_if_repeated for one in told) else ()
