"""Measures the facts the reader tells, on ``reader_facts.txt``: right, missed, and wrongly told, fact by fact.

    python scripts/reader_facts.py [--errors]

Facts a line does not name are held to be absent only where the text belongs to the side that could state them; a fact
told beyond those named counts as wrong.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from reader_data import CHANNELS, RECIPIENTS

from cuijie.reading import read

FACTS = {
    "ap": "asks_payment", "ci": "caller_identified", "rc": "refuses_contact", "wc": "withdraws_consent",
    "pr": "promises_payment", "dd": "disputes_debt", "hs": "hardship_stated", "rd": "reveals_debt",
    "cb": "call_back_only", "at": "addresses_third_party", "ds": "debtor_speaks",
}  # fmt: skip
LINES = Path(__file__).with_name("reader_facts.txt")


def labelled(path: Path = LINES) -> list[tuple[frozenset[str], str, str, str]]:
    """(facts, recipient, channel, text) of each line."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            codes, meta, text = line.split(" ", 2)
            facts = frozenset() if codes == "-" else frozenset(FACTS[code] for code in codes.split("+"))
            rows.append((facts, RECIPIENTS[meta[0]], CHANNELS[meta[1]], text.replace("\\n", "\n")))
    return rows


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--errors", action="store_true")
    options = arguments.parse_args()
    rows = labelled()
    told = []
    for facts, recipient, channel, text in rows:
        said = read(text, recipient=recipient, channel=channel).facts
        told.append(frozenset(name for name in FACTS.values() if getattr(said, name)))
        if options.errors and told[-1] != facts:
            print(f"-{sorted(facts - told[-1])} +{sorted(told[-1] - facts)} {text}")
    print(f"| fact ({len(rows)} messages) | n | precision | recall |\n|---|---|---|---|")
    for name in FACTS.values():
        real, claimed = sum(name in facts for facts, *_ in rows), sum(name in names for names in told)
        right = sum(name in facts and name in names for (facts, *_), names in zip(rows, told, strict=True))
        print(f"| `{name}` | {real} | {right / max(claimed, 1):.2f} | {right / max(real, 1):.2f} |")


if __name__ == "__main__":
    main()
