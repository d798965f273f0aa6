"""Every way a law is called in writing: titles, short names, other names, common misspellings, document numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from cuijie.datafiles import load_rows, load_table
from cuijie.law.citations.finding.view import view_of
from cuijie.law.library import Library, library

__all__ = ["Lexicon", "Named", "lexicon"]

_HERE = Path(__file__).parent
_SHORT = 3
_COUNTRY = "中华人民共和国"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a name stands for: the versions of an instrument of the library, the oldest first, or a law outside it.

    ``gone_since`` and ``successor`` are set for known laws outside the library that were repealed; ``is_law`` is
    False for titles of contracts, letters and the like.
    """

    title: str
    versions: tuple[str, ...] = ()
    gone_since: str | None = None
    successor: str | None = None
    gone_by: str | None = None
    is_law: bool = True
    year: int | None = None
    misspelt: bool = False


_LAWLIKE = re.compile(
    r"(?:法|法典|条例|办法|规定|解释|细则|规则|公约|指引|批复|决定|准则|若干意见|指导意见|实施意见|暂行规定|标准|规范)$"
    r"|^(?:关于|最高人民法院|最高人民检察院|国务院|中国人民银行|国家\w+总局|中国银保监会|中国银监会).{6,}(?:意见|通知|公告|答复|纪要|函)$"
)
_NOT_LAW = re.compile(
    r"合同|协议|条款|承诺|声明|须知|章程|告知函|催收函|律师函|通知书|授权书|确认书|说明书|回执|申请|公司|手册|案例|判决|裁定|报告|"
    r"日报|周刊|杂志|教程|笔记|解读|问答|隐私政策|服务规则|用户规则|平台规则|会员规则|活动规则|还款计划|员工|内部"
)
_YEAR = re.compile(r"[（〔]?((?:19|20)\d{2})年?(?:[^（）〔〕]{0,12})(?:修[正订改]|文本|版|制定|公布|通过|施行)?[）〕]?")
_ISSUER = re.compile(
    r"^(?:(?:中国互联网金融协会|中国银行业协会|互联网金融协会|银行业协会|国家金融监督管理总局|中国银保监会|银保监会|中国银监会|"
    r"最高人民法院|最高人民检察院|最高法院?|最高检|公安部|司法部|中国人民银行|人民银行|国务院|全国人大常委会|工业和信息化部)(?:办公厅)?[、和 ]?)+"
)
_TAIL = re.compile(r"（[^（）]*）$")


class Lexicon:
    """Resolves names to instruments and finds names that stand without book-title marks."""

    def __init__(self, held: Library) -> None:
        self.library = held
        self._names: dict[str, Named] = {}
        self._vague: set[str] = set()
        self._elsewhere = load_table(_HERE / "elsewhere.yaml")
        self._read_names()
        self._read_elsewhere()
        self._read_library()
        patterns = [name for name in self._names if len(name) > 1]
        self._patterns = patterns
        self._finder = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest)
        self.numbers = self._read_numbers()

    def _read_names(self) -> None:
        for row in load_rows(_HERE / "names.yaml"):
            names = row.texts("names")
            named = Named(title=names[0], versions=row.texts("of"))
            for name in names:
                self._add(name, named)
            for name in row.texts("vague"):
                self._add(name, named, vague=True)

    def _read_elsewhere(self) -> None:
        for row in self._elsewhere.tables("gone"):
            named = Named(
                title=row.text("name"),
                gone_since=row.text("since"),
                successor=row.maybe_text("successor"),
                gone_by=row.maybe_text("by"),
            )
            self._add(named.title, named)
        for name in self._elsewhere.texts("known"):
            self._add(name, Named(title=name))

    def _read_library(self) -> None:
        for instrument in self.library.instruments:
            versions = tuple(version.id for version in self.library.versions(instrument.family))
            for name in (instrument.title, instrument.short, *instrument.also):
                plain = _plain(name)
                self._add(plain, Named(title=_plain(instrument.title), versions=versions), vague=len(plain) <= _SHORT)

    def _add(self, name: str, named: Named, *, vague: bool = False) -> None:
        plain = _plain(name)
        held = self._names.get(plain)
        if plain and (held is None or (named.versions and not held.versions and not held.gone_since)):
            self._names[plain] = named
            if vague:
                self._vague.add(plain)

    def _read_numbers(self) -> dict[str, Named]:
        found: dict[str, Named] = {}
        for instrument in self.library.instruments:
            for written in re.split(r"[（）、，]", _fold(instrument.number or "")):
                number = re.sub(r"(?:修[正订改]|公布|发布)$", "", written)
                if re.search(r"\d", number):
                    held = found[number].versions if number in found else ()
                    found[number] = Named(title=_plain(instrument.title), versions=(*held, instrument.id))
        for row in self._elsewhere.tables("numbers"):
            found[_fold(row.text("number"))] = Named(
                title=row.text("name"), gone_since=row.maybe_text("since"), successor=row.maybe_text("successor")
            )
        return found

    def is_vague(self, name: str) -> bool:
        """Whether *name* is also an ordinary word and names a law only before an article or in title marks."""
        return name in self._vague

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """The names in *text* as (start, end, name), none inside another."""
        for index, start, end in self._finder.find_matches_as_indexes(text):
            yield start, end, self._patterns[index]

    def resolve(self, title: str) -> Named | None:
        """What the words between 《 and 》 stand for; None where they are no title of a law.  Never raises."""
        plain = _plain(title)
        year = _year_of(plain)
        held = self._names.get(plain)
        while held is None and _TAIL.search(plain):
            plain = _TAIL.sub("", plain)
            held = self._names.get(plain)
        if held is None:
            held = self._names.get(_ISSUER.sub("", plain))
        if held is None and (close := self._close_to(plain)) is not None:
            held = _with(self._names[close], misspelt=True)
        if held is not None:
            return _with(held, year=year)
        if _NOT_LAW.search(plain) or not _LAWLIKE.search(plain) or len(plain) < _SHORT:
            return None
        return Named(title=plain, year=year)

    def _close_to(self, plain: str) -> str | None:
        """The one known name that differs by a single sign (misspelt, dropped or added) from one of six or more."""
        if len(plain) < 6 or _NOT_LAW.search(plain):
            return None
        near = [name for name in self._names if abs(len(name) - len(plain)) <= 1 and _one_apart(name, plain)]
        targets = {self._names[name].versions or self._names[name].title for name in near}
        return near[0] if len(targets) == 1 else None


def _with(named: Named, *, year: int | None = None, misspelt: bool | None = None) -> Named:
    return Named(
        title=named.title,
        versions=named.versions,
        gone_since=named.gone_since,
        successor=named.successor,
        gone_by=named.gone_by,
        year=year if year is not None else named.year,
        misspelt=named.misspelt if misspelt is None else misspelt,
    )


def _one_apart(first: str, second: str) -> bool:
    shorter, longer = sorted((first, second), key=len)
    same = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) == len(longer):
        return shorter[same + 1 :] == longer[same + 1 :]
    return shorter[same:] == longer[same + 1 :]


def _year_of(plain: str) -> int | None:
    tail = _TAIL.search(plain)
    found = _YEAR.search(tail[0]) if tail else None
    return int(found[1]) if found else None


def _fold(text: str) -> str:
    return view_of(text).text


def _plain(title: str) -> str:
    """The title folded, without blanks, title marks and 中华人民共和国."""
    return re.sub(rf"[《》\n]|{_COUNTRY}", "", _fold(title))


@cache
def lexicon() -> Lexicon:
    """The lexicon over the library that ships with the program."""
    return Lexicon(library())
