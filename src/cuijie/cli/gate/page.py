"""The gate's answers as a person reads them: the answer first, then why, then what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from cuijie.cli.language import is_english, t
from cuijie.clock import SHANGHAI, shanghai_day
from cuijie.gate.decision import Decision, Note, RuleVerdict, Settled
from cuijie.law import LawError
from cuijie.records import Basis
from cuijie.rulebook import LinkedRule, Rulebook

__all__ = ["decision_lines", "moment", "settled_lines"]

_ANSWERS = {
    "allow": ("可以联系", "Allowed"),
    "deny": ("不可以联系", "Denied"),
    "cannot_decide": ("还不能判断", "Cannot decide"),
}
_CERTAINTY = {
    "established": ("已能认定", "established"),
    "likely": ("很可能", "likely"),
    "to_judge": ("须人判断", "to be judged"),
}
_STATES = {
    "settled": ("已结算", "Settled"),
    "late": ("已结算（占用早已到期，照实补记）", "Settled late (the reservation had expired; counted all the same)"),
    "repeated": ("这个编号已经这样结算过", "Settled this way before"),
    "corrected": (
        "已更正：原来的结算不改，多出来的补记",
        "Corrected: the first settlement stays, what is more is counted",
    ),
    "cancelled": ("已取消，不计次数", "Cancelled; nothing is counted"),
}
_WINDOW_BY = {
    "debtor_id": ("同一债务人", "per debtor"),
    "recipient_id": ("同一号码", "per number"),
    "lender_id": ("同一贷款人（含受托机构）", "per lender with its agencies"),
    "institution_id": ("同一机构", "per institution"),
}


def moment(at: datetime) -> str:
    """*at* in Beijing time, as people write it."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def decision_lines(decision: Decision, book: Rulebook, number: int | None = None) -> Iterator[str]:
    """One answer in plain words; *number* where it is one of several."""
    head = t(*_ANSWERS[decision.decision])
    place = "" if number is None else t(f"第 {number} 条  ", f"No. {number}  ")
    yield f"{place}{head}  （{decision.contact_id}）"
    if decision.judged_at is not None:
        yield t(
            f"  联系时间：{moment(decision.judged_at)}（北京时间）",
            f"  Time of contact: {moment(decision.judged_at)} (Beijing)",
        )
    for reason in decision.reasons:
        if reason.code not in ("rule", "limit", "needs"):
            yield f"  {t(reason.says, reason.says_en)}"
    yield from _breaches(decision, book)
    yield from _section(
        t("还缺这些事实：", "Facts missing:"), [f"{t(n.asks, n.asks_en)}（{n.column}）" for n in decision.needs]
    )
    yield from _limits(decision, book)
    if decision.retry_at is not None:
        yield t(
            f"  最早可以再问的时间：{moment(decision.retry_at)}（北京时间）",
            f"  Earliest lawful time: {moment(decision.retry_at)} (Beijing)",
        )
    if decision.decision == "allow":
        yield from _section(t("联系时要做到：", "Duties:"), _duties(decision))
        until = "" if decision.expires_at is None else moment(decision.expires_at)
        yield t(
            f"  放行编号：{decision.reservation}（{until} 前有效，联系之后请结算）",
            f"  Reservation: {decision.reservation} (until {until}; settle it after the contact)",
        )
    yield from _notes(decision.notes, book, decision.judged_at)
    yield from _asides(decision)
    yield ""


def _duties(decision: Decision) -> list[str]:
    return list(dict.fromkeys(t(duty.says, duty.says_en) for duty in decision.duties))


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}"
        yield from (f"    · {line}" for line in lines)


def _breaches(decision: Decision, book: Rulebook) -> Iterator[str]:
    found = [rule for rule in decision.rules if rule.verdict == "breach"]
    if not found:
        return
    yield t("  为什么：", "  Why:")
    for rule in found:
        linked = _linked(book, rule.id)
        title = rule.title if linked is None or not is_english() else linked.rule.title.en
        yield f"    · {title}（{rule.id}{_how_sure(rule)}）"
        for words in _cited(rule.basis, book, decision.judged_at):
            yield f"      {words}"


def _linked(book: Rulebook, id_: str) -> LinkedRule | None:
    """The rule of this id; None of one that decided once and is in no folder any more."""
    return next((linked for linked in book.rules if linked.rule.id == id_), None)


def _how_sure(rule: RuleVerdict) -> str:
    parts = [t(*_CERTAINTY[rule.certainty])] if rule.certainty else []
    if rule.by_machine:
        parts.append(t("机器读出，请人核对", "read by machine; have a person check"))
    if rule.advisory:
        parts.append(t("只提示，不拦", "advice only"))
    return "".join(f"，{part}" for part in parts)


def _cited(bases: Sequence[Basis], book: Rulebook, at: datetime | None) -> Iterator[str]:
    for basis in bases:
        if basis.role != "norm":
            continue
        try:
            yield basis.id if at is None else book.law.cite(basis.id, shanghai_day(at))
        except LawError:
            label = next((n.norm.label for r in book.rules for n in r.norms if n.id == basis.id and n.norm.label), None)
            yield basis.id if label is None else t(label.zh, label.en)


def _notes(notes: Sequence[Note], book: Rulebook, at: datetime | None) -> Iterator[str]:
    """What is to be known of the debt, each with what it rests on."""
    lines = []
    for note in notes:
        cited = "、".join(_cited(note.basis, book, at))
        lines.append(t(note.says, note.says_en) + (t(f"（{cited}）", f" ({cited})") if cited else ""))
    yield from _section(t("关于这笔债（不影响可不可以联系）：", "Of the debt (it decides nothing):"), lines)


def _limits(decision: Decision, book: Rulebook) -> Iterator[str]:
    lines = []
    titles = {rule.id: rule.title for rule in decision.rules}
    for limit in decision.limits:
        by = "、".join(t(*_WINDOW_BY[name]) if name in _WINDOW_BY else name for name in limit.per)
        linked = _linked(book, limit.rule)
        window = None if linked is None else linked.rule.window
        zh = titles.get(limit.rule, limit.rule)
        en = zh if linked is None else linked.rule.title.en
        unit = "次" if window is None or window.distinct is None else "个"
        flight = (
            t(f"，其中 {limit.in_flight} {unit}尚未结算", f", {limit.in_flight} not yet settled")
            if limit.in_flight
            else ""
        )
        lines.append(
            t(
                f"{zh}：{limit.window} 已用 {limit.used} {unit}{flight}，最多 {limit.cap} {unit}（{by}）",
                f"{en}: {limit.window} used {limit.used}{flight} of {limit.cap} ({by})",
            )
        )
    yield from _section(t("次数（不含这一次）：", "Limits (without this contact):"), lines)


def _asides(decision: Decision) -> Iterator[str]:
    if decision.overruled:
        names = "、".join(decision.overruled)
        yield t(f"  以登记为准（与所问不同）：{names}", f"  As the registers have it, against the ask: {names}")
    if decision.ignored:
        names = "、".join(decision.ignored)
        yield t(f"  联系之前不可能知道，没有采用：{names}", f"  Cannot be known before, set aside: {names}")
    for label in decision.read:
        places = "、".join(f"{start}–{end}" for start, end in label.spans)
        yield t(f"  文字中读到 {label.label}（第 {places} 个字）", f"  Read in the text: {label.label} ({places})")


def settled_lines(settled: Settled, book: Rulebook, at: datetime) -> Iterator[str]:
    """What became of one reservation, in plain words, told at *at*."""
    yield f"{t(*_STATES[settled.state])}（{settled.reservation}）"
    titles = [f"{rule.title}（{rule.id}）" for rule in settled.rules]
    yield from _section(t("这次联系事后看违反了：", "As it happened, it broke:"), titles)
    yield from _section(
        t("次数已超过：", "Limits passed:"),
        [f"{limit.rule}：{limit.window} {limit.used}/{limit.cap}" for limit in settled.over],
    )
    yield from _notes(settled.notes, book, at)
