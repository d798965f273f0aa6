"""Prints how offers of help or contract clauses of strangers are read: seen, wrongly flagged, and what went wrong.

python scripts/prevention_report.py scam|contract FILE.jsonl [--errors] [--certain]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from prevention_data import Labelled, measured

from cuijie.prevention.contract import Page, find_clauses
from cuijie.prevention.scam import check_offer


def told_of(subject: str, text: str, certain: bool) -> set[str]:
    """What is said of one text; with *certain*, only what patterns meet."""
    if subject == "scam":
        return {hit.sign.id for hit in check_offer(text).hits if hit.certain or not certain}
    return {hit.kind.id for hit in find_clauses([Page(number=None, text=text)]) if hit.certain or not certain}


def report(subject: str, rows: list[Labelled], said: list[set[str]]) -> str:
    """Seen and wrongly flagged: texts for offers, and for contracts kinds too."""
    traps = [bool(told) for row, told in zip(rows, said, strict=True) if row.labels]
    honest = [bool(told) for row, told in zip(rows, said, strict=True) if not row.labels]
    flagged = sum(traps) + sum(honest)
    lines = [
        f"texts: seen {sum(traps)}/{len(traps)}, harmless flagged {sum(honest)}/{len(honest)}, "
        f"precision {sum(traps) / max(flagged, 1):.2f}"
    ]
    if subject == "contract":
        right = sum(len(row.labels & told) for row, told in zip(rows, said, strict=True))
        every, claimed = sum(len(row.labels) for row in rows), sum(map(len, said))
        lines.append(f"kinds: seen {right}/{every} ({right / max(every, 1):.2f}), right {right}/{claimed}")
    return "\n".join(lines)


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("subject", choices=["scam", "contract"])
    arguments.add_argument("source", type=Path)
    arguments.add_argument("--errors", action="store_true")
    arguments.add_argument("--certain", action="store_true", help="patterns alone")
    options = arguments.parse_args()
    rows = measured(options.source)
    said = [told_of(options.subject, row.text, options.certain) for row in rows]
    if options.errors:
        for row, told in zip(rows, said, strict=True):
            wrong = row.labels != told if options.subject == "contract" else bool(row.labels) != bool(told)
            if wrong:
                print(f"-{sorted(row.labels - told)} +{sorted(told - row.labels)} {row.text}")
    print(report(options.subject, rows, said))


if __name__ == "__main__":
    main()
