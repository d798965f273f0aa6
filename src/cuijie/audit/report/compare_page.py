"""Comparisons as files: a page, a JSON file with the same figures, and every change as Parquet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from cuijie.audit.report.comparing import Comparison, compared, write_changes
from cuijie.audit.report.lenders import Beside, beside
from cuijie.audit.report.page import rendered
from cuijie.audit.report.reading import AuditFolder
from cuijie.audit.report.words import Language, Pair, thousands
from cuijie.audit.report.writing import write_whole

__all__ = ["comparison_lines", "write_beside", "write_comparison"]

_CAUSES: dict[str, Pair] = {
    "rulebook": ("两次的规则书不同", "the rulebooks differ"),
    "reader": ("读文字的程序不同", "the readers of texts differ"),
    "registers": ("给的登记不同", "the registers differ"),
    "law_facts": ("给的法律事实不同", "the facts of law differ"),
    "mask": (
        "假名的密钥不同，逐条对不上，只比数字",
        "the ids were masked by different keys, so only numbers are compared",
    ),
}


def comparison_lines(found: Comparison, language: Language) -> list[str]:
    """What the comparison says, the headline first."""
    zh = language == "zh"
    gained, lost = (
        (sum(n or 0 for n in each) for each in zip(*[(r.gained, r.lost) for r in found.rules], strict=True))
        if found.rules
        else (0, 0)
    )
    if found.is_matched and found.logs == "same":
        lead = (
            f"同一份日志：新发现 {thousands(gained)} 项，不再发现 {thousands(lost)} 项。"
            if zh
            else f"The same log: {thousands(gained)} newly found, {thousands(lost)} no longer found."
        )
    else:
        old, new = thousands(found.before.findings), thousands(found.after.findings)
        lead = (
            f"发现从 {thousands(found.before.contacts)} 次联系里的 {old} 项，变成 {thousands(found.after.contacts)} 次里的 {new} 项。"
            if zh
            else f"From {old} findings in {thousands(found.before.contacts)} contacts to {new} in {thousands(found.after.contacts)}."
        )
    lines = [lead]
    told: dict[str, Pair] = {
        "same": ("两次审的是同一份日志，差别来自规则、登记或程序。", "Both runs judged the same log: differences come from rules, registers or the program."),
        "overlapping": ("两次的日志只有一部分相同，新发现的也可能只是日志变多了。", "The logs are only partly the same: what is new may only be new rows."),
        "named": (
            "两次审的是集群上的同一张表；表没有指纹，里面的行可能变过。",
            "Both runs judged the same table of a cluster; it has no digest, its rows may have changed.",
        ),
        "different": ("两次审的是不同的日志或不同的日子，比的是比率，不逐条对。", "The runs judged different logs or days: rates are compared, not single findings."),
    }  # fmt: skip
    lines.append(told[found.logs][not zh])
    return lines + [_CAUSES[cause][not zh] + ("。" if zh else ".") for cause in found.causes]


def write_comparison(before: AuditFolder, after: AuditFolder, out: Path | None, language: Language) -> Comparison:
    """Compare, and write ``compare.html``, ``compare.json`` and, of runs held together, ``changes.parquet`` into *out*."""
    found = compared(before, after)
    if out is not None:
        lead, *notes = comparison_lines(found, language)
        page = rendered("compare.html", language, c=found, lead=lead, notes=notes)
        write_whole(out / "compare.html", page.encode())
        write_whole(out / "compare.json", _json(found))
        if found.is_matched:
            write_changes(before, after, out / "changes.parquet")
    return found


def write_beside(
    audits: list[AuditFolder], out: Path | None, language: Language, not_audited: Sequence[tuple[str, str]] = ()
) -> Beside:
    """Lenders side by side, as ``lenders.html`` and ``lenders.json`` in *out*; *not_audited*: who is missing, and why."""
    found = replace(beside(audits), not_audited=tuple(not_audited))
    if out is not None:
        write_whole(out / "lenders.html", rendered("lenders.html", language, b=found).encode())
        write_whole(out / "lenders.json", _json(found))
    return found


def _json(value: Comparison | Beside) -> bytes:
    return (json.dumps(asdict(value), ensure_ascii=False, indent=2) + "\n").encode()
