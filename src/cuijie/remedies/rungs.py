"""The rungs of the ladder: ``data/ladder.yaml``, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.remedies.channels import channels
from cuijie.remedies.conditions import is_condition

__all__ = ["Rung", "rungs"]

_PATH = Path(__file__).parent / "data" / "ladder.yaml"
_KEYS = {
    "track", "for", "channel", "document", "title", "when", "needs", "why", "clock", "from_reply", "bring", "repeats", "told", "set", "joint",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung: for whom, through which channel, with which paper, when it is proposed and what it needs."""

    id: str
    track: str
    who: tuple[str, ...]
    channel: str | None
    documents: Mapping[str, str]  # paper by who: debtor, contacted
    title: str
    when: tuple[str, ...]
    needs: tuple[str, ...]
    why: str
    clock: str | None  # the channel's clock that tells by when the user must act
    from_reply: tuple[str, ...]  # rungs whose reply starts that clock; "any" for a reply to whatever
    bring: tuple[str, ...]
    repeats: bool  # stays until its reason is gone, however often it was done
    settings: Mapping[str, str]  # fields of the paper that this rung fills: stage, receiver …
    is_joint: bool  # several borrowers of one lender may take it together, with one paper
    told: str | None  # how a paper tells that it was done; None: papers are silent on it


def _words(lines: Lines, key: str) -> tuple[str, ...]:
    value = lines.get(key)
    return (value,) if isinstance(value, str) else lines.texts(key)


def _documents(lines: Lines, who: tuple[str, ...]) -> Mapping[str, str]:
    match lines.get("document"):
        case None:
            return {}
        case str(one):
            return dict.fromkeys(who, one)
        case Lines() as table if set(table) == set(who):
            return {key: str(value) for key, value in table.items()}
        case _:
            raise lines.wrong("document", "应为文书编号，或按 debtor、contacted 分别写")


def _settings(lines: Lines) -> Mapping[str, str]:
    value = lines.get("set", {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise lines.wrong("set", "应为“可填项: 内容”的表")
    return {str(key): str(one) for key, one in value.items()}


def _rung(id: str, lines: object, at: Lines) -> Rung:
    if not isinstance(lines, Lines) or set(lines) - _KEYS:
        raise at.wrong(id, "有不认识的键")
    for key in ("track", "title", "why"):
        if not isinstance(lines.get(key), str):
            raise lines.wrong(key, "应为文字")
    channel = lines.get("channel")
    if channel is not None and channel not in channels():
        raise lines.wrong("channel", f"没有渠道 {channel}")
    when, needs, who = _words(lines, "when"), _words(lines, "needs"), _words(lines, "for")
    for condition in (*when, *needs):
        if not is_condition(condition):
            raise lines.wrong("when" if condition in when else "needs", f"不认识的条件 {condition}")
    clock = lines.get("clock")
    if clock is not None and (channel is None or clock not in {one.id for one in channels()[str(channel)].clocks}):
        raise lines.wrong("clock", f"渠道 {channel} 没有时限 {clock}")
    return Rung(
        id=id,
        track=str(lines["track"]),
        who=who,
        channel=str(channel) if channel is not None else None,
        documents=_documents(lines, who),
        title=str(lines["title"]),
        when=when,
        needs=needs,
        why=str(lines["why"]),
        clock=str(clock) if clock is not None else None,
        from_reply=_words(lines, "from_reply"),
        bring=_words(lines, "bring"),
        repeats=lines.get("repeats") is True,
        settings=_settings(lines),
        is_joint=lines.get("joint") is True,
        told=str(lines["told"]) if lines.get("told") else None,
    )


@cache
def rungs() -> Mapping[str, Rung]:
    """Every rung by id, in the order in which they are shown."""
    table = load_table(_PATH, "应为“级编号: 内容”的表")
    return {id: _rung(id, table[id], table) for id in table}
