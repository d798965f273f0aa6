"""``report.pdf`` for the board: the same figures on four to eight pages of A4, set by typst, fonts embedded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from cuijie.audit.report import saying
from cuijie.audit.report.figures import WORST, Figures, Ranked, RuleFigures, figures_of
from cuijie.audit.report.reading import AuditFolder, open_audit
from cuijie.audit.report.words import DEGREES, REASONS, Language, percent, period_words, short, thousands
from cuijie.audit.report.writing import write_whole
from cuijie.remedies.documents.fonts import find_fonts
from cuijie.rulebook.rule import Words

__all__ = ["pdf_of", "write_pdf"]

_PROGRAM = Path(__file__).with_name("board.typ")
_RULES_TOLD, _LAWS_A_RULE, _QUESTIONS, _SILENT, _WORST = 5, 4, 8, 60, 5


def write_pdf(folder: Path, language: Language = "zh", *, unmasked: bool = False, mask_key: Path | None = None) -> Path:
    """Write ``report.pdf`` (``report.en.pdf``) of the result in *folder* beside it.  Raises AuditError, FontMissing."""
    with open_audit(folder, unmasked=unmasked, mask_key=mask_key) as audit:
        made = pdf_of(audit, language)
    return write_whole(folder / ("report.pdf" if language == "zh" else "report.en.pdf"), made)


def pdf_of(audit: AuditFolder, language: Language = "zh") -> bytes:
    """The PDF of *audit*: the same bytes for the same result, language and fonts."""
    import typst

    fonts = find_fonts()
    figures = figures_of(audit)
    paper = _paper(figures, language) | {
        "text_families": list(fonts.text_families),
        "heading_families": list(fonts.heading_families),
        "names": not figures.run.is_masked and audit.shown("debtor_id", "x") == "x",
    }
    day = figures.quality.last or date(
        2000, 1, 1
    )  # a document needs some date, and the same result gives the same bytes
    return typst.compile(
        _PROGRAM,
        font_paths=list(fonts.folders),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )


def _paper(f: Figures, language: Language) -> dict[str, object]:
    names = [period_words(period, f.periods, language) for period in f.periods.all]
    zh = language == "zh"
    return {
        "zh": zh,
        "span": saying.span(f, language),
        "lenders": [name or "?" for name in f.lenders][:3] if len(f.lenders) <= 3 else [],
        "lender_count": len(f.lenders),
        "lead": saying.headline(f, language),
        "doubts": saying.doubts(f, language),
        "quality": [thousands(n) for n in (f.quality.read, f.quality.kept, f.quality.set_aside, f.quality.days)],
        "reasons": [
            [REASONS.get(name, (name, name))[not zh], thousands(number)]
            for name, number in sorted(f.quality.reasons.items(), key=lambda row: -row[1])
        ],
        "assumed": saying.assumed_lines(f, language),
        "absent": [c.title_zh if zh else c.name for c in saying.missing_columns(f) if not c.known],
        "degrees": [words[not zh] for words in DEGREES.values()],
        "sure": list(f.sure_contacts.parts),
        "unit": f.periods.unit,
        "periods": [
            {"name": name, "sure": list(one.parts)} for name, one in zip(names, f.period_findings, strict=True)
        ],
        "map": [[row, hour, number] for (row, hour), number in sorted(f.map.items())],
        "rules": [_rule_row(rule, f, zh) for rule in f.rules],
        "told": [_rule_told(rule, f, zh) for rule in f.rules[:_RULES_TOLD]],
        "untold": max(0, len(f.rules) - _RULES_TOLD),
        "silent": [[_say(title, zh), thousands(unknown)] for _, title, unknown in f.silent[:_SILENT] if f.contacts],
        "worst": [{"title": _say(WORST[name], zh), "rows": _worst(rows)} for name, rows in f.worst.items()],
        "questions": [
            [_say(q.asks, zh), thousands(q.contacts), thousands(q.verdicts), thousands(q.alone)]
            for q in f.questions[:_QUESTIONS]
        ],
        "agreement": saying.agreement_lines(f.agreement, language) if f.agreement else [],
        "limits": saying.limits(f, language),
        "versions": _versions(f, zh),
    }


def _say(words: Words, zh: bool) -> str:
    return words.zh if zh else words.en


def _rule_row(rule: RuleFigures, f: Figures, zh: bool) -> list[str]:
    return [
        _say(rule.title, zh),
        thousands(rule.findings),
        *(thousands(n) for n in rule.sure.parts),
        thousands(rule.named),
        percent(rule.named, f.contacts),
        thousands(rule.unknown),
    ]


def _rule_told(rule: RuleFigures, f: Figures, zh: bool) -> dict[str, object]:
    lines = [(tier, line) for tier in rule.tiers for line in tier.lines]
    return {
        "title": _say(rule.title, zh),
        "explain": _say(rule.explain, zh) if rule.explain else "",
        "share": percent(rule.named, f.contacts),
        "findings": thousands(rule.findings),
        "named": thousands(rule.named),
        "periods": list(rule.periods),
        "hours": list(rule.hours),
        "laws": [
            [_say(tier.tier, zh), line.cite, line.since, thousands(line.findings)]
            for tier, line in lines[:_LAWS_A_RULE]
        ],
        "more_laws": max(0, len(lines) - _LAWS_A_RULE),
    }


def _worst(rows: Sequence[Ranked]) -> list[list[str]]:
    return [
        [
            short(row.name),
            thousands(row.findings),
            thousands(row.contacts),
            f"{100 * row.findings / row.contacts:.1f}" if row.contacts >= 30 else "—",
        ]
        for row in rows[:_WORST]
    ]


def _versions(f: Figures, zh: bool) -> list[list[str]]:
    inputs: Mapping[str, str] = {one.path.replace("\\", "/").rsplit("/", 1)[-1]: one.sha256 for one in f.run.inputs[:4]}
    rows = [
        ["程序" if zh else "Program", f"cuijie {f.run.version}, {f.run.engine}"],
        ["规则书" if zh else "Rulebook", f"{len(f.run.rules)}; SHA-256 {f.run.rulebook}"],
    ]
    rows += [["日志" if zh else "Log", f"{name}; {sha}"] for name, sha in inputs.items()]
    if (sha := f.run.outputs.get("findings.parquet")) is not None:
        rows.append(["结果" if zh else "Result", f"findings.parquet; {sha}"])
    return rows
