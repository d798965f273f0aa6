"""Telling each contact once: which are written out, under which kinds of conduct each falls, where the rest stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from cuijie.clock import shanghai_day
from cuijie.remedies.documents.blocks import Cell, Run
from cuijie.remedies.documents.facts import Conduct, times
from cuijie.remedies.documents.incidents import Incident, Narrator
from cuijie.remedies.wording import day

__all__ = ["breach_words", "day_by_day", "first_rows", "gravest", "kinds_of", "left_over", "ranges", "told_once"]

_Told = TypeVar("_Told")
_MOST_ROWS = 20  # and ranges of rows in the running text: some two lines


def gravest(every: Sequence[_Told], most: int, weight: Callable[[_Told], tuple[int, ...]]) -> tuple[_Told, ...]:
    """The *most* of *every* that weigh most, of equals the first, in the order in which they came."""
    chosen = sorted(range(len(every)), key=lambda at: weight(every[at]), reverse=True)[:most]
    return tuple(every[at] for at in sorted(chosen))


def told_once(conducts: Sequence[Conduct], most: int) -> tuple[Incident, ...]:
    """The incidents a paper writes out, in order of time, each once: the *most* gravest of every kind of conduct."""
    told = (one for conduct in conducts for one in gravest(conduct.incidents, most, lambda one: one.gravity))
    chosen = {one.number: one for one in told}
    return tuple(chosen[number] for number in sorted(chosen))


def left_over(conducts: Sequence[Conduct], told: Sequence[Incident]) -> int:
    """How many incidents of *conducts* are not among *told*."""
    numbers = {one.number for conduct in conducts for one in conduct.incidents}
    return len(numbers - {one.number for one in told})


def kinds_of(incident: Incident, conducts: Sequence[Conduct]) -> tuple[str, ...]:
    """The names of the *conducts* that *incident* falls under."""
    return tuple(
        dict.fromkeys(
            conduct.title for conduct in conducts if any(one.number == incident.number for one in conduct.incidents)
        )
    )


def ranges(counted: Iterable[int]) -> str:
    """The numbers of *counted* in order, runs of three and more drawn together: 1至5、9、20至25."""
    parts: list[str] = []
    numbers = sorted(set(counted))
    at = 0
    while at < len(numbers):
        end = at
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        if end - at >= 2:
            parts.append(f"{numbers[at]}至{numbers[end]}")
        else:
            parts += [str(number) for number in numbers[at : end + 1]]
        at = end + 1
    return "、".join(parts)


def first_rows(conduct: Conduct) -> str:
    """Which rows of the annex show *conduct*; of a long list the beginning: the whole of it stands behind the annex."""
    parts = ranges(one.number for one in conduct.incidents).split("、")
    return "、".join(parts[:_MOST_ROWS]) + ("等，全部列在附件之后" if len(parts) > _MOST_ROWS else "")


def day_by_day(incidents: Iterable[Incident], narrator: Narrator, most: int) -> tuple[tuple[Cell, ...], int]:
    """What a paper tells without a word on what it is: words as they were said, what has none summed up by day.

    The *most* gravest of these, in order of time, and how many are left.

    2026年9月21日，17000005511以电话联系报案人9次，其中接通5次（证据2）
    """
    groups: dict[tuple[str, ...], list[Incident]] = {}
    for one in incidents:
        at, contact = one.contact.occurred_at, one.contact
        if at is None or contact.text or contact.direction != "outbound":
            key: tuple[str, ...] = (str(one.number),)
        else:
            key = (day(shanghai_day(at)), narrator.origin(one), narrator.channel(contact), narrator.recipient(contact))
        groups.setdefault(key, []).append(one)
    told = gravest(tuple(groups.items()), most, lambda group: _weight(group[1]))
    lines = (narrator.sentence(own[0]) if len(own) == 1 else _summed(key, own, narrator) for key, own in told)
    return tuple(lines), len(groups) - len(told)


def _weight(own: Sequence[Incident]) -> tuple[int, ...]:
    return max(one.gravity for one in own)


def _summed(key: tuple[str, ...], own: Sequence[Incident], narrator: Narrator) -> Cell:
    on, origin, way, who = key
    connected = sum(one.contact.connected is True for one in own)
    words = f"{on}，{origin}以{way}联系{who}{times(own)}" + (f"，其中接通{connected}次" if connected else "")
    proofs = {place.exhibit.exhibit_id: f"证据{place.exhibit.number}" for one in own for place in one.places}
    proof = [Run(text=text, kind="exhibit", ref=id) for id, text in proofs.items()] or narrator.evidence(own[0])
    return (Run(text=words, kind="data", gravity=_weight(own)), Run(text="（"), *proof, Run(text="）"))


def breach_words(conducts: Sequence[Conduct]) -> str:
    """What the conduct of a paper may be called: where a norm says 不宜 alone, nobody broke a rule."""
    said = dict.fromkeys(one.wording.is_advisory for one in sorted(conducts, key=lambda one: one.wording.is_advisory))
    return "或者".join("行业自律规范写明“不宜”" if is_advisory else "违反规定" for is_advisory in said) or "违反规定"
