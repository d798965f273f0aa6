"""Reads the corpus of offers of help and of contract clauses: lines with interchangeable parts become labelled texts.

Notation (see ``prevention_corpus/README.md``): ``ff+ss 先交[定金|押金]，包成功``; ``-`` stands for no label.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reader_data import CORPUS as MESSAGES
from reader_data import messages, variants_of

from cuijie.prevention.scam import scam_guide

CORPUS = Path(__file__).with_name("prevention_corpus")
SIGNS = {
    "ff": "fee_first", "ss": "sure_success", "ho": "hand_over", "va": "vanish", "fo": "forge", "bp": "blank_paper",
    "pa": "private_account", "rc": "remote_control", "of": "false_office", "nl": "new_loan", "ta": "threat_act",
    "nr": "no_repay", "ag": "acts_for_you", "ob": "other_borrows",
}  # fmt: skip
CLAUSES = {
    "cl": "contact_list_access", "tp": "third_party_contact", "sh": "share_with_others", "bc": "blanket_consent",
    "as": "assignment", "ju": "jurisdiction", "sa": "service_address", "fe": "fees", "ac": "acceleration",
    "ld": "liquidated_damages", "cr": "credit_reporting", "ad": "automatic_debit", "ec": "emergency_contact",
    "di": "visits_and_exposure", "ex": "excess_information", "os": "one_sided_terms",
}  # fmt: skip
OTHER_NAMES = {"contacting_third_parties": "third_party_contact", "sharing_with_agencies": "share_with_others"}
_BETWEEN = ("neutral:", "everyday:")
NUMBERED = 0.4  # share of clauses that come with a number too
_NUMBERS = ("第{}条 ", "{}.1 ", "（{}）", "{}、", "{}. ", "第{}条 特别约定：", "【重要】{}. ")
_MESSAGE_LABELS = {"ff": "fee_scam", "pa": "private_payment"}
CODES: Mapping[str, Mapping[str, str]] = {"scam": SIGNS, "contract": CLAUSES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One text; ``seeds`` names the lines it was made from, so that sisters stay together."""

    text: str
    labels: frozenset[str]
    seeds: tuple[str, ...]


def labelled(subject: str, *, most: int, random_seed: int = 7) -> list[Labelled]:
    """All texts of the corpus of *subject* (``scam``, ``contract``).  Raises ValueError naming file and line."""
    chance = random.Random(random_seed)  # noqa: S311 - reproducible sampling, no secret
    made: list[Labelled] = []
    for path in sorted((CORPUS / subject).glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            try:
                codes, template = line.split(" ", 1)
                labels = frozenset() if codes == "-" else frozenset(CODES[subject][code] for code in codes.split("+"))
            except (KeyError, ValueError) as error:
                raise ValueError(f"{path.name} line {number}: {error}") from error
            seed = f"{path.stem}:{number}"
            made += [Labelled(text=text, labels=labels, seeds=(seed,)) for text in variants_of(template, most, chance)]
    return made


def joined(rows: list[Labelled], times: int, chance: random.Random) -> Iterator[Labelled]:
    """Texts of some lines of the corpus, trap with trap or harmless with harmless, with neutral ones and small talk between."""
    neutral = [row for row in rows if row.seeds[0].startswith(_BETWEEN)]
    told = [row for row in rows if not row.seeds[0].startswith(_BETWEEN)]
    sides = [row for row in told if row.labels], [row for row in told if not row.labels]
    for _ in range(times):
        side = chance.choice(sides)
        parts = chance.sample(side, chance.choice((1, 1, 2) if side is sides[0] else (1, 2, 4)))
        parts += chance.sample(neutral, chance.choice((0, 1, 2)))
        if len(parts) > 1:
            chance.shuffle(parts)
            yield Labelled(
                text="".join(row.text for row in parts),
                labels=frozenset().union(*(row.labels for row in parts)),
                seeds=tuple(row.seeds[0] for row in parts),
            )


def numbered(rows: list[Labelled], chance: random.Random) -> Iterator[Labelled]:
    """Some clauses once more as contracts number and head them."""
    for row in rows:
        if chance.random() < NUMBERED:
            yield replace(row, text=chance.choice(_NUMBERS).format(chance.randint(1, 29)) + row.text)


def messages_of(lawful: int, traps: int) -> Iterator[Labelled]:
    """So many lawful messages, and frauds of fees or payments to private persons, from the corpus of messages."""
    chance = random.Random(11)  # noqa: S311 - reproducible sampling, no secret
    rows = list(messages(MESSAGES, most=1))
    told = [row for row in rows if row.labels & set(_MESSAGE_LABELS.values())]
    for row in chance.sample(told, traps) + chance.sample([row for row in rows if not row.labels], lawful):
        labels = frozenset(SIGNS[code] for code, label in _MESSAGE_LABELS.items() if label in row.labels)
        yield Labelled(text=row.text, labels=labels, seeds=(f"message:{row.seed}",))


def examples() -> Iterator[Labelled]:
    """The examples that stand beside the patterns of the signs."""
    for sign in scam_guide().signs:
        for text in (*sign.hits, *sign.misses):
            labels = frozenset({sign.id}) if text in sign.hits else frozenset()
            yield Labelled(text=text, labels=labels, seeds=(f"example:{text}",))


def measured(path: Path) -> list[Labelled]:
    """The texts of a JSONL file with ``text`` and ``kinds`` (clauses) or ``is_scam_offer`` (offers: any label at all)."""
    made = []  # the issue's own names of two kinds are understood too
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        labels = row["kinds"] if "kinds" in row else (["trap"] if row["is_scam_offer"] else [])
        labels = frozenset(OTHER_NAMES.get(label, label) for label in labels)
        made.append(Labelled(text=row["text"], labels=labels, seeds=(f"{path.stem}:{number}",)))
    return made
