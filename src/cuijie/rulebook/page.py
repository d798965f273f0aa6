"""One rule as a page for a lawyer to read and sign: conditions, law by tier with dates, examples."""

from __future__ import annotations

from collections.abc import Iterator

from cuijie.law import LegalDate
from cuijie.law.wording import APPLIES_TO, CONFIDENCE, KNOWN_FROM_WORDS
from cuijie.rulebook.book import Rulebook
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.condition_words import condition_lines, condition_sentence
from cuijie.rulebook.linking import LinkedNorm, LinkedRule
from cuijie.rulebook.page_words import CERTAINTY, EXPECT, PROTECTS, SEVERITY, TIERS
from cuijie.rulebook.predicate import Or, columns_of
from cuijie.rulebook.rule import Cited, Further, Words

__all__ = ["askable_columns", "rule_page"]


def rule_page(book: Rulebook, linked: LinkedRule, *, english: bool) -> str:
    """The page of one rule, in Chinese or in English; every date and label comes from the law library."""
    return "\n".join(_lines(book, linked, english)).rstrip() + "\n"


def _say(words: Words, english: bool) -> str:
    return words.en if english else words.zh


def _colon(english: bool) -> str:
    return ": " if english else "："


def _and(english: bool) -> str:
    return ", " if english else "、"


def _bracketed(words: str, english: bool) -> str:
    return f" ({words})" if english else f"（{words}）"


def _lines(book: Rulebook, linked: LinkedRule, english: bool) -> Iterator[str]:
    rule = linked.rule

    def head(zh: str, en: str) -> str:
        return f"\n{en if english else zh}"

    number = f"{rule.number}  " if rule.number else ""
    yield f"{number}{_say(rule.title, english)}"
    version = f"version {rule.version}" if english else f"第 {rule.version} 版"
    gap = "  " if english else "　"
    yield gap.join((rule.id, version, SEVERITY[rule.severity][english]))
    yield head("说的是什么", "What it says")
    yield f"  {_say(rule.explain, english)}"
    yield head("条件", "Condition")
    yield from (f"  {line}" for line in condition_lines(linked, english))
    yield f"  SQL{_colon(english)}{rule.when_text}"
    yield head("谁可以主张", "Who may claim")
    yield f"  {_and(english).join(PROTECTS[who][english] for who in rule.protects)}"
    yield head("直接依据（当日有效并约束该机构的，才据以认定）", "Norms (only those in force that day and binding)")
    for norm in linked.norms:
        yield from _norm(book, norm, english)
    if rule.support:
        yield head("辅助依据（只在旁边引用）", "Cited beside it")
        yield from (f"  {_cited(book, cited, english)}" for cited in rule.support)
    if rule.further:
        yield head("可能还涉及：凭这些事实不足以认定", "May be in question too, but these facts alone do not show it")
        for further in rule.further:
            yield f"  {_cited(book, further, english)}"
            yield f"    {'What is missing' if english else '还差什么'}{_colon(english)}{_say(further.needs, english)}"
    yield from _lists(linked, english)
    yield head("缺了这些事实会问", "Questions it can raise")
    for name in askable_columns(linked):
        yield f"  {_say(book.ask(name, rule.id), english)}{_bracketed(name, english)}"
    yield head("例子（情景测试）", "Examples (its scenarios, named in Chinese)")
    for scenario in rule.scenarios:
        day = scenario.contacts[0].occurred_at if scenario.contacts else None
        on = f"{day:%Y-%m-%d %H:%M:%S}　" if day else ""
        yield f"  {EXPECT[scenario.expect][english]}　{on}{scenario.name}"


def _lists(linked: LinkedRule, english: bool) -> Iterator[str]:
    rule = linked.rule
    ceiling = CERTAINTY[rule.certainty][english]
    yield "\n" + (f"Certainty: at most {ceiling}" if english else f"确定性：仅凭事实最高说到“{ceiling}”")
    for zh, en, words in (
        ("例外", "Exceptions", rule.exceptions),
        ("什么能证明", "What proves it", rule.evidence),
        ("分歧与口径", "Disputes and readings", rule.notes),
    ):
        sentences = words.en if english else words.zh
        if sentences:
            yield f"\n{en if english else zh}"
            yield from (f"  · {sentence}" for sentence in sentences)


def askable_columns(linked: LinkedRule) -> list[str]:
    """The columns and law facts that *linked* can ask about, in the order in which it reads them."""
    names = [linked.columns[name].asks for name in linked.columns if name not in linked.law_facts]
    if linked.rule.about == "case":
        names = [name for name in names if name not in {"day", "actor"}]
    return list(dict.fromkeys([*names, *linked.law_facts]))


def _norm(book: Rulebook, norm: LinkedNorm, english: bool) -> Iterator[str]:
    yield f"  [{TIERS[norm.norm.tier][english]}] {_label(book, norm, english)}"
    provision = norm.provision
    if provision is not None:
        yield f"    {provision.paraphrase_en if english else provision.paraphrase_zh}"
    yield f"    {_dates(norm.since, norm.until, english)}{'; binds: ' if english else '；约束：'}{_bound(book, norm, english)}"
    confidence = norm.norm.confidence or (provision.confidence if provision else None)
    extra = [CONFIDENCE[confidence][english]] if confidence else []
    if provision is not None and confidence == "secondary":
        extra.append(KNOWN_FROM_WORDS[provision.known_from][english])
    if norm.certainty != "established":
        extra.append(f"{'at most' if english else '只靠它最高说到'} {CERTAINTY[norm.certainty][english]}")
    if norm.norm.only is not None:
        wanted = condition_sentence(norm.norm.only, english)
        extra.append(f"only if {wanted}" if english else f"还须“{wanted}”")
    if extra:
        yield f"    {('; ' if english else '；').join(extra)}"
    note = provision and (book.law.note_en(provision.id) if english else provision.note)
    if note:
        yield f"    {note}"
    if norm.scope.note is not None:
        yield f"    {_say(norm.scope.note, english)}"
    if norm.norm.note is not None:
        yield f"    {_say(norm.norm.note, english)}"


def _bound(book: Rulebook, norm: LinkedNorm, english: bool) -> str:
    """Whom a norm binds: as the instrument's scope says it, else by the words of the law library or the rule file."""
    scope = norm.scope
    if scope.binds is not None:
        said = condition_sentence(scope.binds, english)
        for name in columns_of(scope.binds):  # membership and the like, named in the bindings
            if name not in CONTACT_COLUMNS and (fact := book.column(name)) is not None:
                said = said.replace(name, name.replace("_", " ") if english else fact.title_zh)
    else:
        named = [APPLIES_TO.get(word, (word, word))[english] for word in norm.binds if word != "everyone"]
        said = _and(english).join(named) or ("everyone" if english else "所有人")
        if not named and scope.note is not None:
            said += " (but see below)" if english else "（例外见下）"
    if scope.maybe == Or(()):
        return said
    open_ones = condition_sentence(scope.maybe, english)
    return f"{said}; not verified whether also: {open_ones}" if english else f"{said}；未核实是否也约束：{open_ones}"


def _dates(since: LegalDate | None, until: LegalDate | None, english: bool) -> str:
    said = f"since {_day(since, english)}" if english else f"自 {_day(since, english)}"
    if until is None:
        return said
    return f"{said} until {until} (not that day)" if english else f"{said} 至 {until} （当日起不再适用）"


def _day(day: LegalDate | None, english: bool) -> str:
    if day is None:
        return "a day not known" if english else "不详"
    if day.first == day.last:
        return str(day)
    return f"{day} (the day is not verified)" if english else f"{day}（具体日期未核实）"


def _label(book: Rulebook, norm: LinkedNorm, english: bool) -> str:
    if norm.provision is None or norm.norm.label is not None:
        return f"{_say(norm.norm.label, english) if norm.norm.label else norm.id}{_bracketed(norm.id, english)}"
    return f"{_named(book, norm.id)}{_bracketed(norm.id, english)}"


def _named(book: Rulebook, id_: str) -> str:
    """The instrument and, where its number is verified, the article: a page names the law on no particular day."""
    if "/" not in id_:
        return book.law.title(book.law.instrument(id_))
    provision = book.law.provision(id_)
    return f"{book.law.title(provision.instrument)}{provision.label_zh or ''}"


def _cited(book: Rulebook, cited: Cited | Further, english: bool) -> str:
    note = f"{_colon(english)}{_say(cited.note, english)}" if isinstance(cited, Cited) and cited.note else ""
    law = book.law.provision(cited.id)
    where = f"{cited.id}{', ' if english else '，'}{_dates(law.in_force, law.repealed, english)}"
    return f"[{TIERS[cited.tier][english]}] {_named(book, cited.id)}{_bracketed(where, english)}{note}"
