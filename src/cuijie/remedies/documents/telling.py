"""Telling each contact once: which are written out, under which kinds of conduct each falls, where the rest stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cuijie.remedies.documents.facts import Conduct
from cuijie.remedies.documents.incidents import Incident

__all__ = ["kinds_of", "left_over", "ranges", "told_once"]


def told_once(conducts: Sequence[Conduct], most: int) -> tuple[Incident, ...]:
    """The incidents a paper writes out, in order of time, each once: up to *most* for every kind of conduct."""
    chosen = {one.number: one for conduct in conducts for one in conduct.incidents[:most]}
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
