"""What a text says of an instrument itself: its document number, who issued it, when it was passed and came into force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cuijie.law.citations import particular_notes as notes
from cuijie.law.citations.finding.lexicon import Lexicon
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.finding.naming import DOCUMENT_NUMBER
from cuijie.law.citations.notes import Note
from cuijie.law.dates import LegalDate
from cuijie.law.model import Instrument

__all__ = ["Misstated", "misstated"]

# one body under its names, now and then; bodies whose duties passed on count as one
_BODIES = {
    "全国人民代表大会及其常务委员会": "全国人大常委会|全国人民代表大会常务委员会|全国人民代表大会|全国人大",
    "国务院": "国务院",
    "最高人民法院": "最高人民法院|最高法院|最高法|两高",
    "最高人民检察院": "最高人民检察院|最高检察院|最高检|两高",
    "公安部": "公安部",
    "司法部": "司法部",
    "中国人民银行": "中国人民银行|人民银行|央行",
    "国家金融监督管理总局": "国家金融监督管理总局|国家金融监管总局|金融监管总局|中国银行保险监督管理委员会|中国银保监会|银保监会"
    "|中国银行业监督管理委员会|中国银监会|银监会",
    "国家互联网信息办公室": "国家互联网信息办公室|国家网信办|中央网信办|网信办",
    "工业和信息化部": "工业和信息化部|工信部",
    "国家市场监督管理总局": "国家市场监督管理总局|市场监管总局|国家工商行政管理总局|国家工商总局|工商总局",
    "中国互联网金融协会": "中国互联网金融协会|互联网金融协会|互金协会",
    "中国银行业协会": "中国银行业协会|银行业协会",
}
_ANY_BODY = "|".join(sorted("|".join(_BODIES.values()).split("|"), key=len, reverse=True))
_ISSUES = r"(?:发布|颁布|制定|出台|公布|印发|审议通过|表决通过|通过)"
_ISSUED_BEFORE = re.compile(
    rf"(?P<body>{_ANY_BODY})(?:办公厅)?(?:(?:于|在)?[^，。；《、和]{{0,12}}?{_ISSUES}了?(?:施行)?的?|(?=《))$"
)
_ISSUED_AFTER = re.compile(
    rf"^[》”]?(?:（[^）]*）)?(?:就)?(?:是|由)(?P<body>{_ANY_BODY})[^，。；、和]{{0,10}}?{_ISSUES}"
)
_ISSUED_INSIDE = re.compile(rf"^[》”]?（(?P<body>{_ANY_BODY})[^，。；、和（）]{{0,14}}?{_ISSUES}）")
_DATE = r"((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})[日号]"
_BEGINS, _PASSED = r"(?:起)?(?:正式|开始)*(?:施行|实施|生效)", r"[^，。；0-9]{0,14}?(?:通过|公布|颁布)"
_DATED_BEFORE = re.compile(rf"{_DATE}(?:(?P<begins>{_BEGINS})|(?P<passed>{_PASSED}))的?(?:中华人民共和国)?《?$")
_DATED_AFTER = re.compile(
    rf"^[》”]?(?:（[^）]{{0,20}}）)?(?:已|才|也)?经?(?:自|于|从|是|在)?{_DATE}(?:(?P<begins>{_BEGINS}|起才?{_BEGINS})|(?P<passed>{_PASSED}))"
)
# （自2021年11月1日起施行）, （2021年8月20日通过，2021年11月1日起施行）
_BRACKET = re.compile(r"[》”]?（([^（）]{0,60})）")
_DATED_INSIDE = re.compile(rf"{_DATE}(?:(?P<begins>起?{_BEGINS})|(?P<passed>{_PASSED}))")
# 2021年11月1日，《…》正式施行
_BEGAN_THEN = re.compile(rf"{_DATE}起?，?(?:我国|新的?|中国)?(?:中华人民共和国)?《?$")
_BEGINS_THEN = re.compile(r"[》”]?(?:正式|开始|全面)*(?:施行|实施|生效)")
_YEAR_BEFORE = re.compile(rf"((?:19|20)[0-9]{{2}})年(?:起|才|已)?{_BEGINS}的(?:新法)?(?:中华人民共和国)?《?$")
_YEAR_ISSUED = re.compile(r"((?:19|20)[0-9]{2})年(?:发布|颁布|出台|公布|印发|制定)的(?:最新)?(?:中华人民共和国)?《?$")
_YEAR_AFTER = re.compile(
    rf"^[》”]?(?:已|才|也)?经?(?:自|于|从|是|在)((?:19|20)[0-9]{{2}})年(?:起|才)?(?:就|已经?)?{_BEGINS}"
)
_LIBRARY_OF = 2026  # the year the library was last checked in: a text of it may be newer
_REACH = 60
_HIGHEST = frozenset({"主席令", "国务院令"})  # laws and regulations are never a ministry's order


@dataclass(frozen=True, slots=True, kw_only=True)
class Misstated:
    """What is wrong of the instrument's particulars, and the instrument that is meant."""

    instrument: str
    note: Note


def misstated(text: str, mention: Mention, names: Lexicon) -> Misstated | None:
    """The first particular of the instrument that the text states wrongly beside its name; None where none is known to be."""
    versions = [names.library.instrument(id_) for id_ in mention.named.versions]
    if not versions or mention.refers_back or mention.by_number:
        return None
    end = _name_end(text, mention)
    before, after = text[max(0, mention.start - _REACH) : mention.start].rsplit("\n", 1)[-1], text[end : end + _REACH]
    found = next(
        filter(
            None,
            (
                _number(after, mention, names, versions),
                _issuer(before, after, versions),
                _date(before, after, versions),
            ),
        ),
        None,
    )
    return None if found is None else Misstated(instrument=versions[-1].id, note=found)


def _name_end(text: str, mention: Mention) -> int:
    """Where the title ends that the mention begins with."""
    if not text.startswith("《", mention.start):
        bracket = text.find("（", mention.start, mention.end)
        return mention.end if mention.place is None else max(bracket, mention.start)
    depth = 0
    for at in range(mention.start, min(len(text), mention.start + 2 * _REACH)):
        depth += (text[at] == "《") - (text[at] == "》")
        if not depth:
            return at + 1
    return mention.end


def _number(after: str, mention: Mention, names: Lexicon, versions: Sequence[Instrument]) -> Note | None:
    """A document number in brackets behind the title that is another instrument's, or not this one's of that year."""
    inside = re.match(r"[》”]?（([^（）]*)", after)
    stated = DOCUMENT_NUMBER.search(inside[1]) if inside else None
    if stated is None:
        return None
    known, own = names.numbers.get(stated[0]), list(_own_numbers(mention, names))
    if known is not None and (not known.versions or set(known.versions) & set(mention.named.versions)):
        return None
    series = _series(stated[0])
    rivals = [number for number in own if _series(number) == series]
    if known is not None and own:
        return _sourced(notes.number_of_another(stated[0], known.title, own[-1]), versions, "number")
    single = len(mention.named.versions) == 1 and names.library.instrument(mention.named.versions[0]).version is None
    twins = [number for number in own if _ordinal(number) == _ordinal(stated[0]) and _body(number) == _body(stated[0])]
    if known is None and twins and stated[0] not in twins:  # the right number of another year
        return _sourced(notes.other_number(stated[0], twins[-1]), versions, "number")
    orders = [number for number in own if _body(number) in _HIGHEST]
    if orders and _body(stated[0]).endswith("令") and _body(stated[0]) not in _HIGHEST:
        return _sourced(notes.other_number(stated[0], orders[-1]), versions, "number")
    if rivals and stated[0] not in rivals and ("〔" in series or series == "GB" or single):
        return _sourced(notes.other_number(stated[0], rivals[-1]), versions, "number")
    return None


def _series(number: str) -> str:
    """法释〔2020〕 of 法释〔2020〕17号: numbers of one series tell documents apart."""
    return "GB" if number.startswith("GB") else re.sub(r"第?[0-9]+号$", "", number)


def _ordinal(number: str) -> str:
    """17 of 法释〔2020〕17号."""
    found = re.search(r"([0-9]+)号$", number)
    return found[1] if found else number


def _body(number: str) -> str:
    """法释 of 法释〔2020〕17号."""
    return re.split(r"[〔0-9第（]", number, maxsplit=1)[0]


def _own_numbers(mention: Mention, names: Lexicon) -> Iterator[str]:
    versions = set(mention.named.versions)
    yield from (number for number, named in names.numbers.items() if versions & set(named.versions))


def _issuer(before: str, after: str, versions: Sequence[Instrument]) -> Note | None:
    stated = _ISSUED_BEFORE.search(before + ("《" if after.startswith("》") else "")) or _ISSUED_AFTER.match(after)
    stated = stated or _ISSUED_INSIDE.match(after)
    if stated is None and before:
        stated = re.search(rf"(?:^|[，。；：、（]|根据|依据|依照|按照|按)(?P<body>{_ANY_BODY})(?:的)?$", before)
    if stated is None:
        return None
    said, issued = _bodies(stated["body"]), {body for version in versions for body in _bodies(version.issuer)}
    if not issued or said & issued:
        return None
    return notes.issued_by(versions[-1].title, versions[-1].issuer, stated["body"])


def _bodies(words: str) -> set[str]:
    return {body for body, names in _BODIES.items() if any(name in words for name in names.split("|"))}


def _date(before: str, after: str, versions: Sequence[Instrument]) -> Note | None:
    told = [_DATED_BEFORE.search(before), _DATED_AFTER.match(after), _BEGAN_THEN.search(before)]
    if told[2] and not _BEGINS_THEN.match(after):
        told[2] = None
    bracket = _BRACKET.match(after)
    told += _DATED_INSIDE.finditer(bracket[1]) if bracket else ()
    if late := _other_year(before, after, versions):
        return late
    for stated in filter(None, told):
        if note := _other_day(stated, versions):
            return note
    return None


def _other_year(before: str, after: str, versions: Sequence[Instrument]) -> Note | None:
    """2020年施行的《…》, 自2020年起施行, of the only text there is."""
    if issued := _YEAR_ISSUED.search(before):
        return _issued_in(int(issued[1]), versions)
    stated = _YEAR_BEFORE.search(before) or _YEAR_AFTER.match(after)
    known = versions[0].in_force if len(versions) == 1 and versions[0].version is None else None
    if stated is None or known is None or known.first.year != known.last.year or known.first.year == int(stated[1]):
        return None
    return _dated(versions[0], known, begins=True)


def _issued_in(stated: int, versions: Sequence[Instrument]) -> Note | None:
    """2022年发布的《…》: a year after the newest text's in which, as far as the library goes, none was issued."""
    newest = versions[-1]
    years = {day.last.year for one in versions for day in (one.adopted, one.in_force) if day is not None}
    if newest.adopted is None or not max(years) < stated < _LIBRARY_OF:
        return None
    return _dated(newest, newest.adopted, begins=False)


def _other_day(stated: re.Match[str], versions: Sequence[Instrument]) -> Note | None:
    year, month, day = (int(part) for part in stated.groups()[:3])
    begins = "begins" not in stated.groupdict() or stated["begins"] is not None
    if not begins and any(version.level != "法律" for version in versions):  # passed and published on different days
        return None
    held = [(version, version.in_force if begins else version.adopted) for version in versions]
    exact = [(version, known) for version, known in held if known is not None and known.first == known.last]
    only = len(versions) == 1 and versions[0].version is None
    same_day = any((known.first.month, known.first.day) == (month, day) for _, known in exact)
    if any((known.first.year, known.first.month, known.first.day) == (year, month, day) for _, known in exact):
        return None
    if same_day and not only:  # an older or newer text that began on the same day of another year
        return None
    for version, known in exact:
        if known.first.year == year or only:
            return _dated(version, known, begins=begins)
    return None


def _dated(version: Instrument, known: LegalDate, *, begins: bool) -> Note:
    if begins:
        return _sourced(notes.began_otherwise(version.title, known), [version], "in_force")
    return _sourced(notes.passed_otherwise(version.title, known), [version], "adopted")


def _sourced(note: Note, versions: Sequence[Instrument], field: str) -> Note:
    """*note*, with a word on where ours comes from unless *field* is verified of every version that is meant."""
    return note if all(version.sure_of(field) == "verified" for version in versions) else notes.second_hand(note)
