"""From what rules and counters say to one answer: a pure step, so that a repetition gives the same answer again.

What very many contacts share (``Verdicts``) is kept once under its digest; what is special to one ask
(``Circumstances``) is kept with its key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from cuijie.clock import SHANGHAI
from cuijie.gate.decision import Answer, Decision, Duty, Limit, Need, Note, ReadLabel, Reason, RuleVerdict
from cuijie.gate.stores.contract import ClaimKind, Usage
from cuijie.gate.stores.instants import instant

__all__ = [
    "MONTHS",
    "NO_CAP",
    "Circumstances",
    "Counting",
    "Verdicts",
    "amounts",
    "answer",
    "counters",
    "limit_of",
]

MONTHS = 12
NO_CAP = 1 << 40
"""The cap of a rule that only advises: everything fits."""


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """A window rule that counts the contact, or may: ``certain`` if it surely does once the call is answered or not.

    ``columns`` and ``fixed`` (those of them that are no ids) are what it is counted by; ``when_full`` is its
    verdict if there is no room, ``if_full`` what is then to be asked where it may not count at all.

    ``counters`` makes two of one that needs a second counter beside its own (``is_beside``: no limit, never shown).  Of
    a rule that counts different values ``values`` are the columns by which contacts of one value are told apart; to
    its own counter a contact adds nothing where the one beside is settled already.  Of a rule whose adding up of
    institutions is disputed ``alone`` are the columns by which one institution's contacts are told apart.
    """

    rule: str
    certain: bool
    advisory: bool
    cap: int
    span: int
    by_month: bool
    columns: tuple[str, ...]
    fixed: Mapping[str, str]
    when_full: RuleVerdict
    if_full: tuple[Need, ...]
    place: int  # among the rules
    by_minute: bool = False
    values: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    when_full_together: RuleVerdict | None = None  # its verdict if only several institutions together pass the limit
    is_beside: bool = False


class Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    """All that can be said of a contact before its counters are looked at; window rules stand as if there were room."""

    rules: tuple[RuleVerdict, ...]
    is_denied: bool
    needs: tuple[Need, ...]
    duties: tuple[Duty, ...]
    counted: tuple[Counting, ...]
    by_values: bool = False  # some of it counts different values

    @property
    def is_lawful(self) -> bool:
        """Whether only counters can still stand against the contact."""
        return not self.is_denied and not self.needs


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What is special to one ask: kept with its answer."""

    verdicts: str  # digest
    contact_id: str
    judged_at: datetime
    decided_at: datetime
    rulebook: str
    terms: str  # digest of rulebook and settings together: under which all this was decided
    reservation: str | None = None
    expires_at: datetime | None = None
    retry_at: datetime | None = None
    reasons: tuple[Reason, ...] = ()  # those that stand above the rules
    notes: tuple[Note, ...] = ()
    read: tuple[ReadLabel, ...] = ()
    ignored: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()


_NEEDS = Reason(code="needs", says="还缺事实，不能判断，见 needs。", says_en="Facts are missing; see needs.")


def _against(rules: Sequence[RuleVerdict], full: Sequence[Counting]) -> tuple[Reason, ...]:
    """What forbids a contact, by the names of the rules, so that whoever reads it need not look further."""
    over = {item.rule for item in full}
    broken = [rule for rule in rules if rule.verdict == "breach" and not rule.advisory]
    by_rule, by_limit = ([rule for rule in broken if (rule.id in over) is full_one] for full_one in (False, True))
    found = []
    if by_rule:
        says = f"规则不允许这次联系：{'；'.join(rule.title for rule in by_rule)}。见 rules。"
        said = f"Forbidden by {', '.join(rule.id for rule in by_rule)}; see rules."
        found.append(Reason(code="rule", says=says, says_en=said))
    if by_limit:
        says = f"次数已到上限（含尚未结算的）：{'；'.join(rule.title for rule in by_limit)}。见 limits。"
        said = f"Used up: the limit of {', '.join(rule.id for rule in by_limit)}; see limits."
        found.append(Reason(code="limit", says=says, says_en=said))
    return tuple(found)


def limit_of(item: Counting, used: Usage) -> Limit:
    """How much of one limit is used, for showing."""
    return Limit(
        rule=item.rule,
        used=used.settled + used.held,
        in_flight=used.held,
        cap=item.cap,
        per=item.columns,
        window=_window(item.by_month, item.by_minute, item.span, used.first_bucket),
    )


def counters(item: Counting) -> tuple[Counting, ...]:
    """The counters of *item*: its own, and before it the one beside it, if it needs one."""
    if item.alone:
        return msgspec.structs.replace(item, columns=item.alone, cap=NO_CAP, is_beside=True), item
    if not item.values:
        return (item,)
    # a window that slides may leave an earlier day behind: on each a value counts anew, so that none holds too many
    return msgspec.structs.replace(item, columns=item.values, cap=NO_CAP, span=1, is_beside=True), item


def amounts(counted: Sequence[Counting], usage: Sequence[Usage], amount: int) -> list[int]:
    """What a contact that stands for *amount* adds to each counter: nothing where its value is counted already."""
    found = []
    for place, item in enumerate(counted):
        by_value = bool(item.values) and not item.is_beside
        found.append(int(not usage[place - 1].settled) if by_value else amount)
    return found


@lru_cache(maxsize=4096)
def _window(by_month: bool, by_minute: bool, span: int, first: int) -> str:
    if by_minute:
        # what lies just so far back is outside: the first microsecond inside is told as the moment before it
        start = instant(first - 1).astimezone(SHANGHAI)
        return f"{start:%Y-%m-%d %H:%M:%S}/{start + timedelta(microseconds=span):%Y-%m-%d %H:%M:%S}"
    if by_month:
        return f"{first // MONTHS:04d}-{first % MONTHS + 1:02d}"
    day = date.fromordinal(first)
    return f"{day}" if span == 1 else f"{day}/{day + timedelta(days=span - 1)}"


def answer(
    verdicts: Verdicts, about: Circumstances, kind: ClaimKind, usage: Sequence[Usage], *, amount: int, key: str
) -> Decision:
    """The decision of a claim that came to *kind* with this *usage* before it; *key* is the ask's own."""
    rules, needs, reasons = verdicts.rules, verdicts.needs, about.reasons
    counted = verdicts.counted
    limits = tuple([limit_of(item, used) for item, used in zip(counted, usage, strict=True) if not item.is_beside])
    if verdicts.by_values:
        added = zip(counted, usage, amounts(counted, usage, amount), strict=True)
        full = [item for item, used, more in added if used.settled + used.held + more > item.cap]
    else:
        full = [item for item, used in zip(counted, usage, strict=True) if used.settled + used.held + amount > item.cap]
    if full:
        rules, needs = _with_full(rules, needs, [_as_full(item, counted, usage, amount) for item in full])
    decided: Answer = "allow"
    if kind != "reserved":
        over = [item for item in full if item.certain and not item.advisory]
        reasons = (*reasons, *_against(rules, over))
        decided = "deny" if reasons or verdicts.is_denied or over else "cannot_decide"
        reasons = (*reasons, *([_NEEDS] if needs else []))
    return Decision(
        decision=decided,
        rules=rules,
        needs=needs,
        duties=verdicts.duties,
        limits=limits,
        retry_at=about.retry_at,
        reservation=about.reservation if decided == "allow" else None,
        expires_at=about.expires_at if decided == "allow" else None,
        reasons=reasons,
        notes=about.notes,
        read=about.read,
        ignored=about.ignored,
        overruled=about.overruled,
        contact_id=about.contact_id,
        idempotency_key=key,
        judged_at=about.judged_at,
        decided_at=about.decided_at,
        rulebook=about.rulebook,
    )


def _as_full(item: Counting, counted: Sequence[Counting], usage: Sequence[Usage], amount: int) -> Counting:
    """*item* with the verdict that holds where it is full: less sure if no institution alone passes the limit."""
    if item.when_full_together is None:
        return item
    beside = usage[counted.index(item) - 1] if item.alone else None
    if beside is not None and beside.settled + beside.held + amount > item.cap:
        return item
    return msgspec.structs.replace(item, when_full=item.when_full_together)


def _with_full(
    rules: tuple[RuleVerdict, ...], needs: tuple[Need, ...], full: Sequence[Counting]
) -> tuple[tuple[RuleVerdict, ...], tuple[Need, ...]]:
    replaced = {item.place: item.when_full for item in full}
    asked = {need.column: need for item in full if not item.advisory for need in item.if_full}
    fresh = [need for column, need in asked.items() if column not in {known.column for known in needs}]
    return tuple([replaced.get(place, rule) for place, rule in enumerate(rules)]), (*needs, *fresh)
