"""Prints how the reader does on labelled messages: per label, violation against lawful, and what it got wrong.

python scripts/reader_report.py [FILE.jsonl | FOLDER of the corpus notation] [--errors] [--without patterns|model]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from reader_data import CORPUS, Message, from_jsonl, messages

from cuijie.reading import reader
from cuijie.records import LABELS


def scores(rows: Sequence[Message], said: Sequence[frozenset[str]]) -> str:
    """A Markdown table of precision, recall and F1, and the totals."""
    lines = ["| 标签 | 条数 | 精确 | 召回 | F1 |", "|---|---|---|---|---|"]
    f1s = []
    for label in LABELS:
        right = sum(label in row.labels and label in labels for row, labels in zip(rows, said, strict=True))
        claimed = sum(label in labels for labels in said)
        real = sum(label in row.labels for row in rows)
        if real:
            f1s.append(2 * right / (claimed + real))
            lines.append(f"| `{label}` | {real} | {right / max(claimed, 1):.2f} | {right / real:.2f} | {f1s[-1]:.2f} |")
    bad = [bool(row.labels) for row in rows]
    flagged = [bool(labels) for labels in said]
    both = sum(a and b for a, b in zip(bad, flagged, strict=True))
    false_alarms = sum(b and not a for a, b in zip(bad, flagged, strict=True))
    lines.append("")
    lines.append(
        f"宏平均 F1 {sum(f1s) / len(f1s):.3f}；违规/合法 F1 {2 * both / (sum(bad) + sum(flagged)):.3f}；"
        f"合法误标 {false_alarms}/{len(rows) - sum(bad)}；共 {len(rows)} 条"
    )
    return "\n".join(lines)


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("source", nargs="?", type=Path, default=CORPUS / "heldout")
    arguments.add_argument("--errors", action="store_true")
    arguments.add_argument("--without", choices=["patterns", "model"])
    options = arguments.parse_args()
    source: Path = options.source
    rows = from_jsonl(source) if source.suffix == ".jsonl" else messages(source, most=1)
    parts = frozenset({"patterns", "model"}) - {options.without}
    said = [
        frozenset(reader.read(row.text, recipient=row.recipient, channel=row.channel, parts=parts).names)
        for row in rows
    ]
    if options.errors:
        for row, labels in zip(rows, said, strict=True):
            if labels != row.labels:
                missed, wrong = sorted(row.labels - labels), sorted(labels - row.labels)
                print(f"-{missed} +{wrong} [{row.recipient}] {row.text}")
    print(scores(rows, said))


if __name__ == "__main__":
    main()
