"""Finds authorities that no longer exist where a text still sends its reader to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cuijie.law.citations.finding.view import View
from cuijie.law.citations.finding.when import EventDay, days_near
from cuijie.law.citations.notes import Note, authority_gone
from cuijie.law.library import Library
from cuijie.law.model import Authority

__all__ = ["GoneAuthority", "gone_authorities"]

# the authority in the name, number or history of what it issued or did while it lived
_ISSUED = re.compile(
    r"(?:办公厅|主席|党委|党组|等[\u4e00-\u9fff]{0,4}部门|、[\u4e00-\u9fff]{2,14}|和[\u4e00-\u9fff]{2,14})?"
    r"(?:(?:20\d\d年)?第\d{1,4}号(?:令|公告|通知|文)|令|公告|规〔|发〔|办发|办便函|〔|文件|关于|于|在(?=20)|曾|《|时期|时代|最早|此前|先后"
    r"|(?:已经?|现已?|已?更名|已?改[名组为]|撤销|不再|不复|并入|合并|的?职责|职能|升格|被撤|被国家|后来|改革前|现为|现在)"
    r"|(?:(?:在|于)?20\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?)?(?:联合|共同)?(?:印发|发布|出台|颁布|制定|下发|公布|发文|通报|批准设立|批复|发出|颁发|起草|修订))"
)
_BEFORE = re.compile(
    r"(?:原|前|(?:以前|过去|原先|原来|之前|从前|早先|后来)(?:叫做?|称|名为|是|的)|原来的|曾经的|当时的?|时任|彼时|旧|已撤销的|合并前的|所谓|不是|并非|而非|而不是|不再是|不要再?[向找写]?|别再?[向找写给]?|取代(?:了)?|替代(?:了)?|承接(?:了)?|接替(?:了)?|代替(?:了)?|前身(?:是|为)?|的前身|旧称|俗称|20\d\d年(?:\d+月)?(?:\d+日)?)(?:中国)?[“「]?$"
)
_AFTER = re.compile(
    r"^[”」]?(?:[/、或（]?(?:现)?国家金融监督?管?理?总局|（(?:现|已|今|即现|后)[^）]*）|[，、]?(?:现|即|后)(?:为|更名|改|在的|国家)|已|不再|早已|现已)|^[^。！？\n]{0,12}[”」]?[。，](?:这个?|该)(?:机构|单位|部门)(?:早就?|已经?|现在|就)?(?:没|不|撤|改)|^[^。！？\n]{0,30}(?:已更名|已经更名|已不存在|已撤销|早已撤销|改为国家|现为国家|更名为|改组为|已改为|已改名|已由国家|并入)"
)
_WAS = re.compile(r"(?:此前|以前|过去|之前|原先|曾)[^。；\n]{0,16}(?:由|归|是)(?:中国)?[“「]?$")  # 此前由银保监会负责
# short names that people use of the successor as well
_ALSO_OF_THE_PRESENT = frozenset({"地方金融监管局", "省金融监督管理局"})
_AROUND = 120
_MICRO = re.compile(r"小贷|小额贷款|融资担保|典当|地方金融组织")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneAuthority:
    """One mention of an authority that was gone by then."""

    start: int
    end: int
    authority: Authority
    note: Note


def _patterns(library: Library) -> list[tuple[str, Authority]]:
    known = [a for a in library.authorities if a.confidence != "unverified"]
    rows = [(name, a) for a in known for name in (a.name, *a.also) if name not in _ALSO_OF_THE_PRESENT]
    return sorted(rows, key=lambda row: -len(row[0]))


def gone_authorities(
    view: View, library: Library, events: tuple[EventDay, ...], on: date, taken: Sequence[tuple[int, int]]
) -> Iterator[GoneAuthority]:
    """The mentions outside titles and numbers (*taken*) of authorities gone on the day the sentence is about."""
    rows = _patterns(library)
    if not rows:
        return
    names = {name: authority for name, authority in rows}
    for match in re.finditer("|".join(re.escape(name) for name, _ in rows), view.text):
        start, end = match.span()
        if any(s <= start < e for s, e in taken) or _excused(view.text, start, end):
            continue
        authority = names[match[0]]
        near = days_near(view, events, start, end)
        days = [day.last for day in near.days] if near.close else [on]
        if all(authority.ended.reached(day) is not False for day in days):
            yield GoneAuthority(start=start, end=end, authority=authority, note=_note(view.text, start, end, authority))


def _excused(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 20) : start].rsplit("\n", 1)[-1], text[end : end + 50].split("\n", 1)[0]
    depth = text.count("《", max(0, start - 80), start) - text.count("》", max(0, start - 80), start)
    return bool(
        depth > 0 or _BEFORE.search(before) or _WAS.search(before) or _ISSUED.match(after) or _AFTER.search(after)
    )


def _note(text: str, start: int, end: int, authority: Authority) -> Note:
    took = authority.successors
    around = text[max(0, start - _AROUND) : start].rsplit("\n", 1)[-1] + text[end : end + _AROUND].split("\n", 1)[0]
    micro = bool(_MICRO.search(around)) and not any("地方金融" in body for body in took)
    seen = authority.confidence == "verified"
    return authority_gone(text[start:end], authority.ended.first.year, took, micro=micro, seen=seen)
