"""Why was this contact allowed that day: judged again from the log, under the rulebook of that day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from cuijie.gate.deciding.answers import answer
from cuijie.gate.decision import Decision
from cuijie.gate.decision_log.kept_facts import facts_contact, read_facts
from cuijie.gate.decision_log.log import SETTINGS, DecisionLog, Entry
from cuijie.gate.decision_log.logged import LoggedDecision, read_decision
from cuijie.gate.errors import ChainError
from cuijie.gate.judging.judge import Judge, judge_of
from cuijie.gate.judging.verdict_parts import read_verdicts
from cuijie.gate.settings import Settings
from cuijie.gate.stores.contract import RegisterEntry
from cuijie.rulebook import Rulebook, load_rulebook
from cuijie.rulebook.edition import rulebook_digest

__all__ = ["Replay", "replay"]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """One decision told again.

    ``agrees``: judged again from the facts it rests on, under the rulebook of that day, it comes out the same.
    None: that rulebook cannot be had here; then ``decision`` is what was answered, from the log alone.
    """

    seq: int
    decision: Decision
    agrees: bool | None
    note: str
    facts: Mapping[str, object]  # what was known of the contact; ids as pseudonyms
    registers: tuple[RegisterEntry, ...]
    later: tuple[tuple[datetime, str, str], ...]  # what followed: when, what, the log's own words


def replay(log: DecisionLog, contact_id: str, rules: Rulebook | None = None) -> Iterator[Replay]:
    """Every decision on the contact with this id, in order; *rules* in place of those kept in the log.

    Raises ChainError if the log holds none any more, or never held one.
    """
    entries = list(log.entries(ref=contact_id))
    decided = [entry for entry in entries if entry.kind == "decided"]
    if not decided:
        raise ChainError(
            f"日志里没有联系 {contact_id[:80]} 的答复。",
            remedy="请核对 contact_id（没写时等于 idempotency_key）；存储迁移过的，迁移前的日志还在原来的文件里，用 cuijie gate replay --log 指明它。",
            en="The log holds no answer on this contact. Without contact_id the idempotency key is its id.",
        )
    purged = sum(entry.body is None for entry in decided)
    if purged == len(decided):
        read_decision(decided[0])
    later = tuple((e.at, e.kind, (e.body or b"").decode()) for e in entries if e.kind != "decided")
    for entry in decided:
        if entry.body is not None:
            found = _again(log, entry, later, rules)
            more = f"这次联系另有 {purged} 条答复，内容已按保存期限清除。" if purged else ""
            yield msgspec.structs.replace(found, note=more + found.note)


def _again(
    log: DecisionLog, entry: Entry, later: tuple[tuple[datetime, str, str], ...], rules: Rulebook | None
) -> Replay:
    logged = read_decision(entry)
    facts = read_facts(logged.facts)
    contact = facts_contact(facts)
    amount = contact.count or 1
    verdicts = read_verdicts(logged.about.verdicts, log.kept)
    if verdicts is None:
        raise ChainError(f"第 {entry.seq} 条的规则结论不在日志里。", remedy="请先用 cuijie gate log verify 核对日志。")
    told = answer(verdicts, logged.about, logged.kind, logged.usage, amount=amount, key="")
    judge, note = _judge_of_then(log, logged, rules)
    agrees = None
    if judge is not None:
        judged = judge.judged(contact, facts.law, facts.words)
        if len(judged.verdicts.counted) == len(logged.usage):
            again = answer(judged.verdicts, logged.about, logged.kind, logged.usage, amount=amount, key="")
            agrees = _deciding(again) == _deciding(told) and told.decision == logged.decision
        else:
            note = "这个版本的程序计数的方式与当时的不同，只照日志转述，没有重判。"
    known = {name: value for name in contact.__slots__ if (value := getattr(contact, name)) is not None}
    return Replay(
        seq=entry.seq,
        decision=told,
        agrees=agrees,
        note=note,
        facts=known,
        registers=_registers(log, logged),
        later=later,
    )


def _deciding(told: Decision) -> Decision:
    """*told* without what is cited beside the norms: it decides nothing, and was not always told apart by its dates."""
    rules = tuple(
        msgspec.structs.replace(rule, basis=tuple(cited for cited in rule.basis if cited.role == "norm"))
        for rule in told.rules
    )
    return msgspec.structs.replace(told, rules=rules)


def _judge_of_then(log: DecisionLog, logged: LoggedDecision, rules: Rulebook | None) -> tuple[Judge | None, str]:
    """Who judged that day, by the rulebook and settings of then, and a sentence on where they come from."""
    files = log.terms(logged.about.terms)
    kept = files.pop(SETTINGS)
    if rules is None:
        judge, digest = _judge_in(tuple(files.items()), kept)
    else:
        judge, digest = judge_of(rules, _settings_in(kept)), rulebook_digest(rules)
    if digest == logged.about.rulebook:
        return judge, "规则书与当时的一字不差。"
    return None, "这里的规则书（或法律库）与当时的不同，只照日志转述，没有重判。"


@lru_cache(maxsize=4)
def _judge_in(files: tuple[tuple[str, str], ...], kept: str) -> tuple[Judge, str]:
    """Who judges by the rulebook of these files, made once for all replays under it, and the rulebook's digest."""
    book = _rulebook_in(files)
    return judge_of(book, _settings_in(kept)), rulebook_digest(book)


def _settings_in(kept: str) -> Settings:
    said = json.loads(kept)
    return Settings(**{**said, "advise_only": frozenset(said["advise_only"])})


def _rulebook_in(files: tuple[tuple[str, str], ...]) -> Rulebook:
    with TemporaryDirectory() as folder:
        for name, text in files:
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load_rulebook([Path(folder)], ours=False)


def _registers(log: DecisionLog, logged: LoggedDecision) -> tuple[RegisterEntry, ...]:
    wanted = set(logged.registers)
    found: dict[str, RegisterEntry] = {}
    for written in log.registered() if wanted else ():
        body = msgspec.json.decode(written, type=dict[str, list[RegisterEntry]])
        found |= {held.id: held for held in body["entries"] if held.id in wanted}
    return tuple(found[id_] for id_ in logged.registers if id_ in found)
