"""The law library, the citation check, the text lint and the rules as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from markupsafe import Markup

from cuijie.datafiles import Words
from cuijie.desk.errors import ShelfError
from cuijie.desk.findings import rule_titles
from cuijie.desk.render import marked
from cuijie.errors import BadInput
from cuijie.law import Provision, library
from cuijie.law.citations import check_text
from cuijie.law.page import LawPage, law_page
from cuijie.law.textpack import TextPack
from cuijie.law.wording import APPLIES_TO, CONFIDENCE, KNOWN_FROM_WORDS, TIER
from cuijie.reading import read
from cuijie.reading.advice import advice, changes
from cuijie.records import COLUMNS
from cuijie.rulebook import load_rulebook
from cuijie.rulebook.page import rule_page

__all__ = [
    "CitationRow",
    "LawRow",
    "LintRow",
    "RuleRow",
    "checked_citations",
    "law_at",
    "law_facts",
    "law_rows",
    "linted",
    "rule_rows",
    "rule_text",
]

MAX_CHARACTERS = 200_000
_SHOWN = 30
_VERDICTS = {
    "ok": ("对", "right"),
    "not_confirmed": ("未能核对，请看原文", "not confirmed: please read the text"),
    "no_such_article": ("没有这一条", "no such article"),
    "repealed": ("已废止", "repealed"),
    "superseded": ("已被新的代替", "superseded"),
    "not_in_force": ("那天没有生效", "not in force that day"),
    "does_not_say": ("这一条没有这个意思", "does not say that"),
    "quote_differs": ("引文与原文不符", "quotation differs"),
    "authority_gone": ("机构已不存在", "authority gone"),
    "not_in_library": ("库里没有收录，没有核对", "not in the library"),
    "text_not_held": ("没有全文，没有核对", "text not held"),
}
_LABEL_TITLES = {column.name: column.title_zh for column in COLUMNS}


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRow:
    """One provision of a list."""

    id: str
    cite: str
    says: Words
    tier: Words
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationRow:
    """One citation found in a text."""

    words: str
    verdict: Words
    is_wrong: bool
    is_open: bool
    note: Words
    suggest: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRow:
    """One thing to change in an outgoing text."""

    title: Words
    rule: str
    passages: tuple[str, ...]
    why: Words
    instead: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule of a list."""

    id: str
    number: str
    title: Words
    says: Words


def law_row(provision: Provision) -> LawRow:
    """One provision as a row."""
    held = library()
    return LawRow(
        id=provision.id,
        cite=held.title(provision.instrument) + (provision.label_zh or "（条号未核实）"),
        says=Words(provision.paraphrase_zh or "", provision.paraphrase_en or provision.paraphrase_zh or ""),
        tier=Words(*TIER[provision.tier]),
        is_verified=provision.confidence == "verified",
    )


def law_rows(words: str, on: date) -> list[LawRow]:
    """What the library finds for plain words, in force on *on*."""
    return [law_row(one) for one in library().search(words[:200], on=on)[:_SHOWN]]


def law_at(asked: str, on: date) -> LawPage:
    """The page of a law or an article, by id or as people write it.  Raises LawError."""
    held = library()
    return law_page(held, held.resolve(asked[:200], on), on, TextPack())


def law_facts(page: LawPage) -> list[tuple[Words, Words]]:
    """What the page of a law says beside its words: standing on the day, dates, tier, how well it is known."""
    law = page.provision or page.instrument
    standing = {
        True: Words("那天有效", "in force that day"),
        False: Words("那天无效", "not in force that day"),
        None: Words("施行日只知道到月，或没有核实", "its date is known only to the month, or not at all"),
    }[page.in_force]
    rows = [(Words("状态", "Standing"), standing)]
    if law.in_force:
        rows.append((Words("施行", "In force since"), Words(law.in_force.words_zh, str(law.in_force))))
    if law.repealed:
        rows.append((Words("失效", "Until"), Words(law.repealed.words_zh, str(law.repealed))))
    tier = page.provision.tier if page.provision else page.instrument.tier
    rows.append((Words("层级", "Tier"), Words(*TIER[tier])))
    provision = page.provision
    if provision:
        rows.append((Words("可靠程度", "Known"), Words(*CONFIDENCE[provision.confidence])))
        rows.append((Words("来源", "From"), Words(*KNOWN_FROM_WORDS[provision.known_from])))
        binds = [APPLIES_TO.get(one, (one, one)) for one in provision.applies_to]
        if binds:
            rows.append(
                (Words("约束谁", "Binds"), Words("、".join(b[0] for b in binds), ", ".join(b[1] for b in binds)))
            )
    return rows


def _checked_length(text: str) -> str:
    if not text.strip():
        raise ShelfError("还没有内容。", remedy="把要看的文字粘贴进来。")
    if len(text) > MAX_CHARACTERS:
        raise BadInput("这段文字太长了。", remedy="请分开粘贴，或在命令行用 cuijie law check 文件。")
    return text


def checked_citations(text: str, on: date) -> list[CitationRow]:
    """Every citation in *text*, judged by the law of *on*.  Raises ShelfError, BadInput."""
    return [
        CitationRow(
            words=one.text,
            verdict=Words(*_VERDICTS[one.verdict if one.confirmed else "not_confirmed"]),
            is_wrong=one.is_wrong,
            is_open=one.outcome == "not_confirmed",
            note=Words(one.note, one.note_en),
            suggest=one.suggest,
        )
        for one in check_text(_checked_length(text), on)
    ]


def linted(text: str, recipient: str) -> tuple[Markup, list[LintRow]]:
    """An outgoing text with its passages marked, and what to write instead.  Raises ShelfError, BadInput."""
    who = recipient if recipient in {"debtor", "third_party"} else "unknown"
    hits = read(_checked_length(text), recipient=who).labels
    rows = [
        LintRow(
            title=Words(_LABEL_TITLES[f"says_{one.label}"], advice()[one.label].title_en),
            rule=one.rule,
            passages=tuple(text[start:end] for start, end in one.spans),
            why=one.advice.why,
            instead=one.advice.instead,
        )
        for one in changes(hits)
    ]
    return marked(text, [span for hit in hits for span in hit.spans]), rows


@cache
def rule_rows() -> tuple[RuleRow, ...]:
    """Every rule of the rulebook."""
    return tuple(
        RuleRow(
            id=one.rule.id,
            number=one.rule.number or "",
            title=one.rule.title,
            says=one.rule.explain,
        )
        for one in load_rulebook().rules
    )


def rule_text(rule_id: str, *, english: bool) -> str:
    """The whole page of one rule.  Raises ShelfError."""
    if rule_id not in rule_titles():
        raise ShelfError("没有这条规则。", remedy="请从规则列表里选。")
    book = load_rulebook()
    return rule_page(book, book.rule(rule_id), english=english)
