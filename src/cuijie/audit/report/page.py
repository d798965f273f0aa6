"""``report.html``: one self-contained page, no script, no request, masked unless asked otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

import jinja2

from cuijie.audit.report import charts, saying
from cuijie.audit.report.figures import WORST, Figures, RuleFigures, figures_of
from cuijie.audit.report.reading import AuditFolder, open_audit
from cuijie.audit.report.words import (
    DEGREES,
    NOTES,
    REASONS,
    Language,
    Pair,
    day_words,
    percent,
    period_words,
    short,
    thousands,
)
from cuijie.audit.report.writing import write_whole
from cuijie.rulebook.rule import Words

__all__ = ["CONTENT_POLICY", "rendered", "write_html"]

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_HERE = Path(__file__).parent


class _Axis(TypedDict):
    first: str
    middle: str
    last: str


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(n=thousands, short=short)
    found.globals.update(percent=percent, degrees=DEGREES, charts=charts)
    return found


def rendered(template: str, language: Language, **values: object) -> str:
    """A template of this room in *language*: ``t(zh, en)`` and ``say(words)`` speak it."""
    zh = language == "zh"

    def translate(chinese: str, english: str) -> str:
        return chinese if zh else english

    def say(words: Words) -> str:
        return words.zh if zh else words.en

    return (
        _templates()
        .get_template(template)
        .render(
            t=translate,
            say=say,
            zh=zh,
            language=language,
            policy=CONTENT_POLICY,
            style=(_HERE / "page.css").read_text(encoding="utf-8"),
            **values,
        )
    )


def _axis(figures: Figures, language: Language) -> _Axis:
    names = [period_words(period, figures.periods, language) for period in figures.periods.all] or [""]
    return {
        "first": names[0],
        "middle": names[len(names) // 2] if len(names) > 2 else "",
        "last": names[-1] if len(names) > 1 else "",
    }


def _html_of(audit: AuditFolder, language: Language = "zh") -> str:
    """The page of *audit*."""
    figures = figures_of(audit)
    agreed = {row.rule: row for row in figures.agreement.rules if row.certainty is None} if figures.agreement else {}
    return rendered(
        "page.html",
        language,
        f=figures,
        axis=_axis(figures, language),
        worst_names=WORST,
        lead=saying.headline(figures, language),
        agreement=saying.agreement_lines(figures.agreement, language) if figures.agreement else [],
        doubts=saying.doubts(figures, language),
        limits=saying.limits(figures, language),
        span=saying.span(figures, language),
        reasons=_named(figures.quality.reasons, REASONS, language),
        notes=_named(figures.quality.notes, NOTES, language),
        assumed=saying.assumed_lines(figures, language),
        missing=saying.missing_columns(figures),
        odd=[column for column in figures.quality.columns if column.unknown_values],
        period_names=[period_words(period, figures.periods, language) for period in figures.periods.all],
        agreed=agreed,
        rate=_rate,
        shows_names=bool(audit.shown("debtor_id", "x") == "x" and not figures.run.is_masked),
        title_of={rule.id: rule.title for rule in figures.rules} | {id_: title for id_, title, _ in figures.silent},
        day=day_words,
    )


def _rate(rule: RuleFigures, figures: Figures) -> str:
    return percent(rule.named, figures.contacts)


def _named(counts: Mapping[str, int], names: Mapping[str, Pair], language: Language) -> list[tuple[str, int]]:
    """Counts under their words, the largest first."""
    found = [(names.get(name, (name, name))[language == "en"], number) for name, number in counts.items()]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def write_html(
    folder: Path, language: Language = "zh", *, unmasked: bool = False, mask_key: Path | None = None
) -> Path:
    """Write the page of the result in *folder* beside it: ``report.html``, or ``report.en.html``.  Raises AuditError."""
    with open_audit(folder, unmasked=unmasked, mask_key=mask_key) as audit:
        page = _html_of(audit, language)
    return write_whole(folder / ("report.html" if language == "zh" else "report.en.html"), page.encode())
