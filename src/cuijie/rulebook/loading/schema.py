"""Reads one rule file: every key checked, every error naming file, line, key and what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TypeVar, cast, get_args

from cuijie.datafiles import Lines
from cuijie.law import Confidence
from cuijie.records import Certainty, Claimant, Tier
from cuijie.rulebook.columns import CASE_COLUMNS, CONTACT_COLUMNS, DATE_COLUMNS, FactColumn
from cuijie.rulebook.errors import PredicateError
from cuijie.rulebook.loading.fields import one_of, word_list
from cuijie.rulebook.loading.parsing import parse_predicate, parse_threshold
from cuijie.rulebook.loading.scenario_schema import read_scenarios
from cuijie.rulebook.predicate import Node, columns_of
from cuijie.rulebook.rule import About, Cited, Further, Marks, Norm, Rule, Severity, Window, Words

__all__ = ["read_rule"]

_KEYS = (
    "id", "version", "number", "title", "about", "when", "window", "at", "ask", "norm", "support", "further", "binds",
    "protects", "certainty", "severity", "evidence", "explain", "exceptions", "notes", "tests",
)  # fmt: skip
_NEEDED: Mapping[str, str] = {
    "id": "acme.policy.sms-after-nine",
    "version": "1",
    "title": "{zh: 中文, en: 英文}",
    "about": "|".join(get_args(About)),
    "when": "SQL 条件",
    "norm": "{层级: [条文 id…]}",
    "protects": "[debtor, recipient]",
    "certainty": "|".join(get_args(Certainty)),
    "severity": "|".join(get_args(Severity)),
    "evidence": "{zh: [句子…], en: [句子…]}",
    "explain": "{zh: 中文, en: 英文}",
    "tests": "[{name, on, contact, expect}…]",
}  # what must be there, and how it is written
_NORM_KEYS = ("id", "only", "from", "until", "binds", "certainty", "confidence", "label", "note")
_ID = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")
_PROVISION = re.compile(r"[a-z][a-z0-9]*(?:[.\-][a-z0-9]+)*/[^\s,;*'\"\\]+")  # nothing that SQL would read

_LONGEST = {"": 0, "day": 999, "hour": 23, "minute": 1439}

_T = TypeVar("_T")


def read_rule(value: object, source: str) -> Rule:
    """The rule in a parsed YAML file; *source* is the file's name in errors.  Raises DataFileError."""
    if not isinstance(value, Lines):
        raise Lines(source, 1).wrong("", "一个规则文件是一个映射（id、version、title…），见 docs/rule-language.md")
    value.refuse_others(_KEYS)
    for key, shape in _NEEDED.items():
        if key not in value:
            raise value.wrong(key, f"缺这个键；写成 {key}: {shape}")
    about: About = one_of(value, "about", About)
    columns = CASE_COLUMNS if about == "case" else CONTACT_COLUMNS
    when, window = _condition(value, about, columns)
    binds = _tokens(value, "binds") if "binds" in value else None
    return Rule(
        id=_rule_id(value),
        version=_version(value),
        number=value.text("number") if "number" in value else None,
        title=value.words("title"),
        about=about,
        when=when,
        when_text=" ".join(value.text("when").split()),
        window=window,
        at=_event_day(value, about),
        ask=_ask(value, columns, when, window),
        norms=tuple(_norms(value, columns, binds)),
        support=tuple(_cited(value)),
        further=tuple(_further(value)),
        protects=_protects(value),
        certainty=one_of(value, "certainty", Certainty),
        severity=one_of(value, "severity", Severity),
        evidence=word_list(value, "evidence"),
        explain=value.words("explain"),
        exceptions=word_list(value, "exceptions"),
        notes=word_list(value, "notes"),
        scenarios=read_scenarios(value, about),
        source=source,
    )


def _tokens(value: Lines, key: str) -> tuple[str, ...]:
    found = value.get(key)
    if found == "everyone":
        return ("everyone",)
    if not isinstance(found, list) or not found or not all(isinstance(item, str) for item in found):
        raise value.wrong(key, "应是 everyone，或适用对象的列表，如 [bank, agency]")
    return tuple(found)


def _rule_id(value: Lines) -> str:
    found = value.text("id")
    if not _ID.fullmatch(found):
        raise value.wrong("id", f"应是 法域.主题.名称（小写字母、数字、连字符，用点分开），这里是 {found}")
    return found


def _version(value: Lines) -> int:
    found = value["version"]
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise value.wrong("version", f"应是正整数，这里是 {found}")
    return found


def _predicate(value: Lines, key: str, read: Callable[[str], _T]) -> _T:
    try:
        return read(value.text(key))
    except PredicateError as error:
        raise value.wrong(key, error.message) from error


def _condition(value: Lines, about: About, columns: Mapping[str, FactColumn]) -> tuple[Node, Window | None]:
    if about != "window":
        if "window" in value:
            raise value.wrong("window", "只有 about: window 的规则才有 window")
        return _predicate(value, "when", lambda said: parse_predicate(said, columns)), None
    threshold = _predicate(value, "when", lambda said: parse_threshold(said, columns))
    inner = value.table("window", "about: window 的规则要写 window: {per: [列…], marks: all}")
    inner.refuse_others(("per", "within", "marks", "alone"))
    per = inner.get("per")
    if not isinstance(per, list) or not per or len(set(map(str, per))) != len(per):
        raise inner.wrong("per", "应是不重复的列的列表，如 [debtor_id, lender_id, day]")
    groups = [n for n, c in columns.items() if c.kind in {"string", "date"} and n not in {"text", "contact_id"}]
    for name in (*per, *([inner["alone"]] if "alone" in inner else [])):
        if name not in groups:
            asked = f"不能按 {name} 分组；可以按 {'、'.join(groups)}"
            raise inner.wrong("per" if name in per else "alone", asked)
    if threshold.distinct is not None and "alone" in inner:
        raise inner.wrong("alone", "数不同的人（count(distinct …)）时不能写 alone")
    if threshold.distinct in per:
        raise inner.wrong("per", f"按 {threshold.distinct} 分了组，每组里就只有一个 {threshold.distinct}")
    within_days, within_minutes = _within(inner, per)
    return threshold.counted, Window(
        per=tuple(per),
        limit=threshold.limit,
        within_days=within_days,
        marks=one_of(inner, "marks", Marks) if "marks" in inner else "all",
        alone=inner.text("alone") if "alone" in inner else None,
        distinct=threshold.distinct,
        within_minutes=within_minutes,
    )


def _within(value: Lines, per: list[str]) -> tuple[int | None, int | None]:
    """The length of a window that slides, in days or in minutes."""
    if "within" not in value:
        if "day" not in per and "month" not in per:
            raise value.wrong("per", "要有 day 或 month，否则另写 within: 7 days 或 within: 60 minutes")
        return None, None
    found = re.fullmatch(r"([1-9]\d{0,3}) (day|hour|minute)s?", str(value["within"]))
    number, unit = (int(found[1]), found[2]) if found is not None else (0, "")
    if number < 1 or number > _LONGEST[unit]:
        expected = "7 days（1 到 999 个自然日）、1 hour（1 到 23 小时）或 30 minutes（1 到 1439 分钟）"
        raise value.wrong("within", f"写成 {expected}，这里是 {value['within']}")
    if "day" in per or "month" in per:
        raise value.wrong("within", "写了 within，per 里就不能再有 day、month")
    return (number, None) if unit == "day" else (None, number * 60 if unit == "hour" else number)


def _event_day(value: Lines, about: About) -> str | None:
    if about != "case":
        if "at" in value:
            raise value.wrong("at", "只有 about: case 的规则才有 at")
        return None
    if value.get("at") not in DATE_COLUMNS:
        raise value.wrong("at", f"应是日期列 {'、'.join(DATE_COLUMNS)} 之一：看那一天的法")
    return value.text("at")


def _ask(value: Lines, columns: Mapping[str, FactColumn], when: Node, window: Window | None) -> dict[str, Words]:
    if "ask" not in value:
        return {}
    inner = value.table("ask", "应写成 列: {zh: 问句, en: 问句}")
    read = {
        *columns_of(when),
        *(window.per if window else ()),
        *([window.distinct] if window and window.distinct else []),
    }
    read |= {"direction", "count", "lender_type", "product", "actor"}
    read |= {columns[name].asks for name in read if name in columns}
    for key in inner:
        if key not in read and key != "occurred_at":
            raise inner.wrong(key, f"条件里没有用到这一列；用到的有 {'、'.join(sorted(columns_of(when)))}")
    return {key: inner.words(key) for key in inner}


def _by_tier(value: Lines, key: str) -> Iterator[tuple[Tier, Lines]]:
    """Every entry under *key* with its tier, a bare id made into a mapping."""
    tiers = value.get(key)
    if not isinstance(tiers, Lines) or not tiers:
        raise value.wrong(key, "应写成 层级: [条文 id…]")
    tiers.refuse_others(get_args(Tier))
    seen: set[str] = set()
    for tier, items in tiers.items():
        if not isinstance(items, list) or not items:
            raise tiers.wrong(tier, "应是条文 id 的列表")
        for item in items:
            entry = item if isinstance(item, Lines) else Lines(tiers.source, tiers.lines[tier])
            if not isinstance(item, Lines):
                entry["id"] = item
            if not _PROVISION.fullmatch(entry.text("id")):
                raise entry.wrong("id", f"条文 id 写成 cn.civil-code.2020/1032，这里是 {entry['id']}")
            if entry.text("id") in seen:  # the engines tell the norms of a rule apart by their ids
                raise entry.wrong("id", f"{entry['id']} 在 {key} 里写了两次，合成一条写")
            seen.add(entry.text("id"))
            yield cast(Tier, tier), entry


def _norms(value: Lines, columns: Mapping[str, FactColumn], binds: tuple[str, ...] | None) -> Iterator[Norm]:
    for tier, entry in _by_tier(value, "norm"):
        if tier == "criminal":  # a crime's threshold is never among the facts of contacts
            raise entry.wrong("id", "刑事条文不能作 norm：写在 further 里，连同还须证明什么（needs）")
        entry.refuse_others(_NORM_KEYS)
        yield Norm(
            id=entry.text("id"),
            tier=tier,
            line=entry.line,
            only=_predicate(entry, "only", lambda said: parse_predicate(said, columns)) if "only" in entry else None,
            since=_law_date(entry, "from"),
            until=_law_date(entry, "until"),
            binds=_tokens(entry, "binds") if "binds" in entry else binds,
            certainty=one_of(entry, "certainty", Certainty) if "certainty" in entry else "established",
            confidence=one_of(entry, "confidence", Confidence) if "confidence" in entry else None,
            label=entry.words("label") if "label" in entry else None,
            note=entry.words("note") if "note" in entry else None,
        )


def _law_date(value: Lines, key: str) -> str | None:
    if key not in value:
        return None
    found = value[key]
    try:
        if not isinstance(found, str) or not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", found):
            raise ValueError(found)
        date.fromisoformat(found if len(found) == 10 else f"{found}-01")
    except ValueError as error:
        raise value.wrong(key, f"应是日期 2025-02-28，或只到月份 2022-07，这里是 {found}") from error
    return found


def _cited(value: Lines) -> Iterator[Cited]:
    if "support" not in value:
        return
    for tier, entry in _by_tier(value, "support"):
        entry.refuse_others(("id", "note"))
        note = entry.words("note") if "note" in entry else None
        yield Cited(id=entry.text("id"), tier=tier, line=entry.line, note=note)


def _further(value: Lines) -> Iterator[Further]:
    if "further" not in value:
        return
    for entry in value.tables("further", "应是列表：[{id, tier, needs: {zh, en}}]"):
        entry.refuse_others(("id", "tier", "needs"))
        tier: Tier = one_of(entry, "tier", Tier)
        yield Further(id=entry.text("id"), tier=tier, line=entry.line, needs=entry.words("needs"))


def _protects(value: Lines) -> tuple[Claimant, ...]:
    found, allowed = value["protects"], get_args(Claimant)
    if not isinstance(found, list) or not found or any(item not in allowed for item in found):
        raise value.wrong("protects", f"应是列表，元素为 {'、'.join(allowed)}")
    return tuple(claimant for claimant in allowed if claimant in found)
