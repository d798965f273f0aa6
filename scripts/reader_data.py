"""Reads the reader's corpus: lines with interchangeable parts become messages with labels.

Notation (see ``reader_corpus/README.md``): ``tc+vt dc 再[不还|拖]，我[找你领导|去你单位]``.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

CORPUS = Path(__file__).with_name("reader_corpus")
CODES = {
    "tv": "threat_violence", "tc": "threat_contacts", "td": "third_party_disclosure", "tp": "third_party_pressure",
    "in": "insult", "ob": "obscene", "im": "impersonate_authority", "fl": "false_legal_consequence",
    "pe": "public_exposure", "vt": "visit_threat", "hv": "harass_volume", "nl": "induce_new_loan",
    "pp": "private_payment", "fs": "fee_scam",
}  # fmt: skip
ASKS, MAY_ASK = "ap", "ap?"
_ASKING = {"pp", "nl", "tp"}  # what asks for payment by its label need not be learnt from
RECIPIENTS = {"d": "debtor", "t": "third_party", "u": "unknown"}
CHANNELS = {"s": "sms", "w": "wechat", "c": "call transcript"}
_MOST_OF_A_LIST = 20
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One labelled message; ``seed`` names the line it was made from, so that its sisters stay together.

    ``asks``: whether the collecting side asks for money owed; None where that is not to be learnt from it.
    """

    text: str
    labels: frozenset[str]
    recipient: str
    channel: str
    seed: str
    asks: bool | None = None


def variants_of(template: str, most: int, chance: random.Random) -> list[str]:
    """The texts that a line with interchangeable parts stands for, at most *most* (more for a long list of parts)."""
    parts = _CHOICE.split(template)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    total = 1
    for choice in choices:
        total *= len(choice)
    if total <= most:
        return ["".join(pick) for pick in itertools.product(*choices)]
    # every alternative is used before any comes twice, so a long list gives more messages
    most = max(most, min(_MOST_OF_A_LIST, max(map(len, choices))) if most > 1 else 1)
    decks = [chance.sample(choice, len(choice)) for choice in choices]
    made = {"".join(deck[at % len(deck)] for deck in decks) for at in range(min(most, max(map(len, choices))))}
    while len(made) < most:
        made.add("".join(chance.choice(choice) for choice in choices))
    return sorted(made)


def read_line(line: str, seed: str, most: int, chance: random.Random) -> list[Message]:
    """The messages one line stands for, at most *most*.  Raises ValueError for a line not in the notation."""
    codes, meta, template = line.split(" ", 2)
    told = frozenset() if codes == "-" else frozenset(codes.split("+"))
    labels = frozenset(CODES[code] for code in told - {ASKS, MAY_ASK})
    asks = True if ASKS in told else None if told & {MAY_ASK, *_ASKING} else False
    recipient, channel = RECIPIENTS[meta[0]], CHANNELS[meta[1]]
    return [
        Message(
            text=text.replace("\\n", "\n"), labels=labels, recipient=recipient, channel=channel, seed=seed, asks=asks
        )
        for text in variants_of(template, most, chance)
    ]


def messages(folder: Path, *, most: int, random_seed: int = 7) -> list[Message]:
    """All messages of the ``.txt`` files in *folder*.  Raises ValueError naming file and line."""
    chance = random.Random(random_seed)  # noqa: S311 - reproducible sampling, no secret
    made: list[Message] = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            try:
                made += read_line(line, f"{path.stem}:{number}", most, chance)
            except (KeyError, ValueError, IndexError) as error:
                raise ValueError(f"{path.name} line {number}: {error}") from error
    return made


def from_jsonl(path: Path) -> list[Message]:
    """Messages of a JSONL file with the fields of the label guide."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        Message(
            text=row["text"], labels=frozenset(row["labels"]), recipient=row["recipient"], channel=row["channel"],
            seed=row["id"],
        )
        for row in rows
    ]  # fmt: skip


def roughened(message: Message, chance: random.Random) -> Iterator[Message]:
    """Versions of *message* as a recogniser or a hasty hand would write them."""
    text = message.text
    bare = re.sub(r"[，。！？、；,.!?;]+", " ", text).strip()
    if message.channel == "call transcript" or chance.random() < 0.25:
        yield replace(message, text=bare)
    if message.recipient == "unknown":
        yield replace(message, recipient="debtor")  # who is meant tells nothing of whether it is lawful
    elif chance.random() < 0.3:
        yield replace(message, recipient="unknown")  # the words alone still tell a debtor from a third party
    if chance.random() < 0.25:
        yield replace(message, text=re.sub(r"[，。！？、；\s]+", "", text) if len(text) < 40 else bare)
