"""Which numbers look like one collector: suggestions from signature, words and timing, for the user to accept.

A suggestion ties nothing by itself.  Each says why, in counts and kinds, so that the user can judge.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cuijie.intake.tying import is_short_for
from cuijie.reading import read
from cuijie.records import Collector, Entry
from cuijie.records.numbers import classify, is_masked

__all__ = ["Suggestion", "suggest"]

_DEBT: Final = re.compile(
    r"逾期|欠款|还款|欠钱|还钱|借款|催收|贷款|征信|委外|资产处置|法务|结清|本金|违约金|立案|起诉|上门|通讯录"
    r"|老赖|诈骗犯|欠债|让[他她]还"
)
_OWED: Final = re.compile(r"逾期|欠[款钱债着了]|拖欠|老赖")
_GREETING: Final = re.compile(r"^【[^】]*】|尊敬的[^，,：:]{0,10}[，,：:]?|您好[，,]?|\d+(?:\.\d+)?")
_NEAR_SECONDS: Final = 15 * 60
_SHINGLE: Final = 4
_LIKENESS: Final = 0.5
_NAMELESS: Final = "\x1f"  # parts the pieces of a key that is no number
_NAMED: Final = re.compile(r"催收|催款|讨债|要债|贷款公司|骚扰")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Numbers and signatures that look like one collector; ``collector_id`` if one of them is known already."""

    numbers: tuple[str, ...]
    signatures: tuple[str, ...]
    entries: tuple[str, ...]  # ids of the untied entries it would tie
    why: tuple[str, ...]  # Chinese reasons
    collector_id: str | None = None


def suggest(
    entries: Iterable[Entry], collectors: Sequence[Collector] = (), lenders: Sequence[str] = ()
) -> tuple[Suggestion, ...]:
    """Groups of untied numbers, the largest first; private numbers that never spoke of a debt are left out.

    Who is known by a name alone (in a chat, by mail) counts by what was written.  A signature that may be a short form
    of one of the names of *lenders* says so.
    """
    inbound = [entry for entry in entries if entry.inbound is not False and not entry.is_dismissed]
    groups = _Groups(collectors, lenders)
    for entry in inbound:
        if key := _key(entry):
            groups.add(key, entry)
    groups.join_signatures()
    groups.join_words()
    groups.join_times(inbound)
    return groups.suggestions()


def _key(entry: Entry) -> str | None:
    if entry.number is not None and not is_masked(entry.number):
        return entry.number
    if entry.kind in {"im", "email"} and entry.counterpart_name:
        return _NAMELESS.join((entry.owner, entry.group_name or "", entry.counterpart_name))
    return None


def _shingles(text: str) -> frozenset[str]:
    plain = re.sub(r"[\W_]", "", _GREETING.sub("", text))
    return frozenset(plain[at : at + _SHINGLE] for at in range(len(plain) - _SHINGLE + 1))


class _Groups:
    """Union-find over numbers, with the reasons for each joining."""

    def __init__(self, collectors: Sequence[Collector], lenders: Sequence[str]) -> None:
        self._lenders = lenders
        self._parent: dict[str, str] = {}
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        self._why: dict[str, set[str]] = defaultdict(set)
        self._known = {number: who.collector_id for who in collectors for number in who.numbers}

    def add(self, number: str, entry: Entry) -> None:
        self._parent.setdefault(number, number)
        self._entries[number].append(entry)

    def _find(self, number: str) -> str:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def _join(self, one: str, other: str, why: str) -> None:
        first, second = self._find(one), self._find(other)
        if first != second:
            self._parent[second] = first
            self._why[first] |= self._why.pop(second, set())
        self._why[first].add(why)

    def join_signatures(self) -> None:
        by_signature: dict[str, set[str]] = defaultdict(set)
        for number, entries in self._entries.items():
            for entry in entries:
                if entry.signature and _DEBT.search(entry.text or ""):
                    by_signature[entry.signature].add(number)
        for signature, numbers in by_signature.items():
            first, *rest = sorted(numbers)
            for number in rest:
                self._join(first, number, f"短信都署名【{signature}】")

    def join_words(self) -> None:
        texts = [
            (number, _shingles(entry.text))
            for number, entries in sorted(self._entries.items())
            for entry in entries[:20]
            if entry.text and _DEBT.search(entry.text)
        ][:400]
        for position, (number, words) in enumerate(texts):
            for other, others in texts[position + 1 :]:
                if (
                    number != other
                    and min(len(words), len(others)) >= 6
                    and len(words & others) >= _LIKENESS * min(len(words), len(others))
                ):
                    self._join(number, other, "短信或消息的话术几乎一样")

    def join_times(self, entries: Sequence[Entry]) -> None:
        """An unknown number that calls within minutes of a message about the debt."""
        timed = sorted(
            (entry for entry in entries if entry.occurred_at and _key(entry)),
            key=lambda one: (str(one.occurred_at), one.entry_id),
        )
        debts = [(entry.occurred_at, entry.number) for entry in timed if _speaks_of_debt(entry)]
        for entry in timed:
            if entry.kind != "call" or entry.counterpart_name or entry.number is None or entry.occurred_at is None:
                continue
            for at, number in debts:
                if (
                    number
                    and number != entry.number
                    and at
                    and abs((entry.occurred_at - at).total_seconds()) <= _NEAR_SECONDS
                ):
                    self._join(number, entry.number, "来电与催款短信前后只差几分钟")
                    break

    def suggestions(self) -> tuple[Suggestion, ...]:
        groups: dict[str, list[str]] = defaultdict(list)
        for number in self._parent:
            groups[self._find(number)].append(number)
        made = [one for root, numbers in groups.items() if (one := self._suggestion(root, sorted(numbers))) is not None]
        return tuple(sorted(made, key=lambda one: (-len(one.entries), one.numbers)))

    def _suggestion(self, root: str, numbers: list[str]) -> Suggestion | None:
        entries = [entry for number in numbers for entry in self._entries[number]]
        untied = sorted(entry.entry_id for entry in entries if entry.tie is None)
        debts = sum(1 for entry in entries if _speaks_of_debt(entry))
        named = sum(1 for entry in entries if entry.counterpart_name and _NAMED.search(entry.counterpart_name))
        known = next((self._known[number] for number in numbers if number in self._known), None)
        if not untied or not (debts or named or known):
            return None
        why = set(self._why.get(root, set()))
        if debts:
            why.add(f"{debts} 条短信或消息说到欠款或催收")
        if named:
            why.add("在通讯录里的名字就像催收")
        if known:
            why.add("其中有已经确认的催收号码")
        shared = [number for number in numbers if _NAMELESS not in number and classify(number) != "sms_port"]
        signatures = sorted({entry.signature for entry in entries if entry.signature and _speaks_of_debt(entry)})
        why |= {
            f"署名【{signature}】可能是{name}的简称，是不是，由你认定"
            for signature in signatures
            for name in self._lenders
            if is_short_for(signature, name)
        }
        return Suggestion(
            numbers=tuple(shared),
            signatures=tuple(signatures),
            entries=tuple(untied),
            why=tuple(sorted(why)),
            collector_id=known,
        )


def _speaks_of_debt(entry: Entry) -> bool:
    if not entry.text or not _DEBT.search(entry.text):
        return False
    if entry.counterpart_name is None or entry.kind == "email" or _NAMED.search(entry.counterpart_name):
        return True
    return _presses(entry.text, entry.group_name is not None)  # family who mention the debt are not its collectors


@lru_cache(maxsize=4096)
def _presses(text: str, is_public: bool) -> bool:
    """True for words that demand payment and do more than that: threaten, insult, or say before others that somebody owes."""
    found = read(text)
    return found.facts.asks_payment is True and (bool(found.labels) or (is_public and _OWED.search(text) is not None))
