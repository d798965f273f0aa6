"""How a law's page, a search row and a list row look as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from cuijie.cli.language import is_english, t
from cuijie.law.library import Library
from cuijie.law.model import Authority, Instrument, Provision
from cuijie.law.numerals import chinese
from cuijie.law.page import LawPage
from cuijie.law.wording import APPLIES_TO, CONFIDENCE, KNOWN_FROM_WORDS, LEVELS, TIER

__all__ = ["authority_lines", "instrument_line", "page_lines", "row_lines"]

_AND = t("、", ", ")


def authority_lines(authority: Authority, library: Library) -> Iterator[str]:
    """An authority that no longer exists: since when, who took over."""
    yield authority.name
    ended = t(f"{authority.ended.words_zh}起不再存在", f"ended {authority.ended}")
    yield _row(t("状态", "status"), ended + t(f"（{authority.by}）", f" ({authority.by})"))
    yield _row(t("承接机关", "now"), _AND.join(authority.successors) or t("没有", "none"))
    yield _row(t("可靠程度", "known"), t(*CONFIDENCE[authority.confidence]))
    if authority.note:
        yield _row(t("注意", "note"), _note(authority.name, authority.note, library))


def row_lines(provision: Provision, library: Library) -> Iterator[str]:
    """One provision of a list: its citation, id and tier, and what it says."""
    yield f"{_name(provision, library)}  [{provision.id}]  {_briefly(provision)}{_doubt(provision)}"
    yield f"    {_says(provision)}"


def instrument_line(instrument: Instrument, library: Library, on: date, *, has_text: bool) -> str:
    """One instrument of the list: title, id, status on the day, what is held of it."""
    words = {
        True: t("现行", "in force"),
        None: t("施行日未核实", "date not known"),
        False: t("草案" if instrument.is_draft else "不适用", "draft" if instrument.is_draft else "not in force"),
    }
    count = len(library.provisions_of(instrument.id))
    held = t(f"{count} 条", f"{count} provisions") + (t("，有文本", ", text imported") if has_text else "")
    return f"{library.title(instrument)}  [{instrument.id}]  {words[instrument.in_force_on(on)]}  {held}"


def page_lines(page: LawPage, library: Library) -> Iterator[str]:
    """The whole page as a person reads it."""
    yield page.heading
    yield from (f"  ! {line}" for line in _warnings(page, library))
    yield _row(t("编号", "id"), page.id)
    instrument = page.instrument
    tier = page.provision.tier if page.provision else instrument.tier
    level = t(f"（{instrument.level}）", f" ({LEVELS.get(instrument.level, instrument.level)})")
    yield _row(t("层级", "tier"), t(*TIER[tier]) + level)
    yield from _dates(page)
    if page.provision:
        yield from _provision_rows(page.provision, library)
    elif page.place:
        yield _row(
            t("内容", "says"),
            (page.subject and t(page.subject, f"{page.subject} (in Chinese)"))
            or t("法律库没有收录这一条的概括。", "No summary held."),
        )
    else:
        yield from _instrument_rows(instrument, library)
    for label, ids in ((t("前身", "was"), page.predecessors), (t("后来", "became"), page.successors)):
        if ids:
            yield _row(label, _AND.join(_named(id_, library) for id_ in ids))
    if page.kin:
        yield _row(t("另收录", "also held"), _AND.join(f"{p.label_zh} [{p.id}]" for p in page.kin if p.label_zh))
    yield from _text(page)
    if page.contents:
        yield ""
        yield t(f"收录 {len(page.contents)} 条：", f"{len(page.contents)} provisions held:")
        yield from (f"  {p.label_zh or t('（条号未核实）', '(number unverified)')}  {_says(p)}" for p in page.contents)


def _warnings(page: LawPage, library: Library) -> Iterator[str]:
    if page.redirected_from:
        old, since = _named(page.redirected_from, library), page.instrument.in_force
        yield t(
            f"你查的是旧条号：{old}。{since.words_zh if since else ''}起是下面这一条。",
            f"That is the old number: {old}. Since {since} it is this one.",
        )
        own = f"{page.instrument.id}/{page.redirected_from.split('/', 1)[1].split('.', 1)[0]}"
        yield t(f"现行文本里同一条号是另一条，要看它请查 {own}。", f"The same number is another article now: {own}.")
    for other in page.alternatives:
        before, after = library.predecessors(other), library.successors(other)
        known = _AND.join(_named(id_, library) for id_ in before or after)
        there = _named(other, library)
        if not known:
            said = _says(library.provision(other))
            yield t(f"同一条号下还有 {other}：{said}", f"Under the same number: {other}: {said}")
        elif before:
            yield t(f"如果说的是{known}：现在是{there}。", f"If {known} was meant: it is {there} now.")
        else:
            yield t(f"如果说的是{known}：当时是{there}。", f"If {known} was meant: it was {there} then.")
    if page.is_whole_article:
        yield t("没有单独收录这一款或项，以下是整条的概括。", "Only the whole article is held.")
    law = page.provision or page.instrument
    if page.instrument.is_draft:
        yield t("草案，没有生效，不能作依据。", "A draft, never in force: no basis for anything.")
    elif page.in_force is None:
        yield t(
            f"{page.on} 是否在施行，没有核实到日。", f"Whether it is in force on {page.on} is not known to the day."
        )
    elif page.in_force is False:
        gone = law.repealed is not None and law.repealed.reached(page.on) is not False
        yield (
            t(f"{page.on} 已经失效。", f"No longer in force on {page.on}.")
            if gone
            else t(f"收录的这个文本 {page.on} 还没有施行。", f"The text held was not yet in force on {page.on}.")
        )
    if page.provision and page.provision.label_zh is None:
        yield t("条号没有核实，引用时只写名称。", "The number is not verified: cite the title only.")
    elif page.provision and page.provision.label_confidence != page.provision.instrument.confidence:
        yield t("条号据二手资料，引用前请核对。", "The number is from secondary sources.")


def _dates(page: LawPage) -> Iterator[str]:
    law = page.provision or page.instrument
    start = t(f"{law.in_force.words_zh}起", f"from {law.in_force}") if law.in_force else t("没有核实", "not verified")
    if law.in_force and law.in_force == page.instrument.in_force and page.instrument.sure_of("in_force") != "verified":
        start += t("（日期据二手资料）", " (by secondary sources)")
    end = t(f"，{law.repealed.words_zh}起失效", f" until {law.repealed}") if law.repealed else ""
    yield _row(t("施行", "in force"), start + end)


def _provision_rows(provision: Provision, library: Library) -> Iterator[str]:
    yield _row(t("说的是", "says"), _says(provision))
    yield _row(
        t("可靠程度", "known"),
        f"{t(*CONFIDENCE[provision.confidence])}{t('；', '; ')}{t(*KNOWN_FROM_WORDS[provision.known_from])}",
    )
    yield _row(t("适用", "binds"), _binds(provision.applies_to))
    if provision.note:
        yield _row(t("注意", "note"), _note(provision.id, provision.note, library))


def _instrument_rows(instrument: Instrument, library: Library) -> Iterator[str]:
    yield _row(t("制定机关", "issuer"), instrument.issuer)
    if instrument.number:
        unsure = "" if instrument.sure_of("number") == "verified" else t("（据二手资料）", " (secondary)")
        yield _row(t("文号", "number"), instrument.number + unsure)
    if instrument.adopted:
        unsure = "" if instrument.sure_of("adopted") == "verified" else t("（据二手资料）", " (secondary)")
        yield _row(t("通过", "adopted"), t(instrument.adopted.words_zh, str(instrument.adopted)) + unsure)
    yield _row(t("可靠程度", "known"), t(*CONFIDENCE[instrument.confidence]))
    yield _row(t("适用", "binds"), _binds(instrument.applies_to))
    yield _row(t("又称", "also"), _AND.join(dict.fromkeys([instrument.short, *instrument.also])))
    if instrument.note:
        yield _row(t("注意", "note"), _note(instrument.id, instrument.note, library))


def _text(page: LawPage) -> Iterator[str]:
    if page.read_at:
        yield _row(t("原文查阅", "read at"), page.read_at)
    if page.text_problem:
        yield _row(t("本地文本", "text"), page.text_problem.replace("\n", ""))
    if page.text is not None:
        yield ""
        yield t(f"条文（本地文本 {page.text_source}）：", f"Text (from {page.text_source}):")
        yield from (f"  {line}" for line in (page.lead or "").splitlines())
        sign = f"（{chinese(page.place.item)}）" if page.place and page.place.item and not page.place.subitem else ""
        yield from (f"  {line}" for line in f"{sign}{page.text}".splitlines())


def _doubt(provision: Provision) -> str:
    marks = {"secondary": t("（二手资料）", " (secondary)"), "unverified": t("（没有核实）", " (not verified)")}
    return marks.get(provision.confidence, "")


def _note(id_: str, note: str, library: Library) -> str:
    return (library.note_en(id_) or note) if is_english() else note


def _briefly(provision: Provision) -> str:
    return re.split("[，;]", t(*TIER[provision.tier]))[0]


def _says(provision: Provision) -> str:
    return provision.paraphrase_en if is_english() else provision.paraphrase_zh


def _binds(words: Sequence[str]) -> str:
    if "individual" in words:
        return t("各类贷款人、催收机构和个人", "lenders, agencies and individuals alike")
    return _AND.join(t(*APPLIES_TO.get(word, (word, word))) for word in words) or t("所有人", "everyone")


def _name(provision: Provision, library: Library) -> str:
    return library.title(provision.instrument) + (provision.label_zh or "")


def _named(id_: str, library: Library) -> str:
    instrument, _, key = id_.partition("/")
    if not key:
        return f"{library.title(library.instrument(instrument))} [{id_}]"
    if library.holds(id_):
        return f"{_name(library.provision(id_), library)} [{id_}]"
    from cuijie.law.locator import Locator

    place = Locator.from_key(key)
    return f"{library.title(library.instrument(instrument))}{place.label if place else ''} [{id_}]"


def _row(label: str, value: str) -> str:
    return f"  {label}{'　' * (4 - len(label)) if not is_english() else ' ' * (9 - len(label))} {value}"
