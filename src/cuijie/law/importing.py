"""``cuijie law import``: recognises published law texts and keeps them in the user's text pack.

A text is recognised by its title; which version it is, by its paragraphs and items compared with the shape that the
library knows, and by the dates under its title.  A text that fits no version of the library is set aside with the
reason: printing the words of another version under an article would be worse than printing none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from cuijie.law.errors import LawError, NotUnderstood, TextPackError, UnknownLaw
from cuijie.law.library import Library
from cuijie.law.model import Instrument
from cuijie.law.numerals import number
from cuijie.law.sources import SUFFIXES, lines_of
from cuijie.law.splitting import split_law
from cuijie.law.structure import Structure, structure
from cuijie.law.text import LawText
from cuijie.law.textpack import PackedText, TextPack
from cuijie.law.unwrapping import unwrapped

__all__ = ["Imported", "State", "import_texts", "texts_in"]

State = Literal["imported", "unchanged", "not_recognised", "unreadable"]

_DATE = re.compile(r"([0-9０-９]{4})\s*年\s*([0-9０-９]{1,2})\s*月\s*([0-9０-９]{1,2})\s*日")
_FITS = 0.97
_PART = 20
"""Articles; with fewer, two versions may look alike."""
_LONGEST_TITLE = 80
_NEAR_DAYS = 200
"""Between adoption by a court's committee or a congress and publication lie weeks, not half a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one file: its instrument where recognised, the number of articles, and what was noticed."""

    path: Path
    state: State
    instrument: str | None = None
    title: str | None = None
    articles: int = 0
    notes: tuple[str, ...] = ()


def texts_in(paths: Iterable[Path]) -> list[Path]:
    """The files of *paths*, folders searched through for those that can be read; raises TextPackError."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$"))
            )
            if not inside:
                raise TextPackError(f"{path}：文件夹里没有 .md、.txt 或 .docx 文件。")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise TextPackError(f"{path}：找不到。", remedy="请给存在的文件或文件夹。")
    return found


def import_texts(
    paths: Sequence[Path], library: Library, pack: TextPack, *, given: str | None = None
) -> tuple[Imported, ...]:
    """Imports the text of each file; *given* says which instrument it is, for one file that names itself unclearly."""
    if given is not None:
        library.instrument(given)
        if len(paths) != 1:
            raise TextPackError("指明规范编号时，一次只能导入一个文件。")
    return tuple(_import_one(path, library, pack, given) for path in paths)


def _import_one(path: Path, library: Library, pack: TextPack, given: str | None) -> Imported:
    try:
        lines = lines_of(path)
    except TextPackError as error:
        return Imported(path=path, state="unreadable", notes=(str(error),))
    law = split_law(lines)
    if not law.articles:
        return Imported(
            path=path, state="not_recognised", title=law.title or None, notes=("没有找到“第一条”这样的条文。",)
        )
    try:
        law, instrument = (law, library.instrument(given)) if given else _read_as(lines, law, path, library)
    except LawError as error:
        return Imported(
            path=path, state="not_recognised", title=law.title, articles=len(law.articles), notes=(str(error),)
        )
    before = pack.readable(instrument.id)
    is_part = before is not None and len(law.articles) < len(before.law.articles)
    whole = law.joined(before.law) if before and (is_part or law.missing) else law
    sources = (
        f"{before.source}、{path.name}" if before and whole is not law and path.name not in before.source else path.name
    )
    kept = pack.keep(PackedText(instrument=instrument.id, source=sources, law=whole))
    return Imported(
        path=path,
        state="imported" if kept else "unchanged",
        instrument=instrument.id,
        title=law.title,
        articles=len(law.articles),
        notes=tuple(_noticed(whole, instrument, library)),
    )


def _read_as(lines: list[str], law: LawText, path: Path, library: Library) -> tuple[LawText, Instrument]:
    """The law and its version; lines that fit none may have been broken at the edge of a page."""
    try:
        return law, _recognise(law, path, library)
    except NotUnderstood:
        for mended in map(split_law, unwrapped(lines)):
            with suppress(NotUnderstood):
                return mended, _recognise(mended, path, library)
        raise


def _recognise(law: LawText, path: Path, library: Library) -> Instrument:
    versions = _named(law, library)
    fits = {version.id: _fit(law, version) for version in versions}
    good = [version for version in versions if (fits[version.id] or 0) >= _FITS]
    if len(good) == 1:
        return good[0]
    part = [] if good else [version for version in versions if _is_part(law, version)]
    if len(part) == 1:
        return part[0]
    by_name = [version for version in versions if version.id == path.stem]
    if by_name and (fits[by_name[0].id] is None or by_name[0] in good):
        return by_name[0]
    dated = _by_date(law, good or [version for version in versions if fits[version.id] is None])
    if dated is not None:
        return dated
    known = "、".join(f"{v.version or v.short}（{v.id}）" for v in versions)
    raise NotUnderstood(
        f"《{versions[0].short}》的这个文本与法律库收录的版本对不上（收录的有：{known}），没有导入。",
        remedy="可能是更早或更新的文本。确认无误的话，用 --as 编号 指明是哪一个。",
    )


def _named(law: LawText, library: Library) -> tuple[Instrument, ...]:
    for title in _titles(law):
        try:
            match = library.resolve(title)
        except LawError:
            continue
        if match.place is None and match.provision is None:
            return library.versions(match.instrument.family)
    raise UnknownLaw(
        f"法律库没有收录“{law.title[:40] or '（没有题名）'}”，没有导入。", remedy="本程序只用得上法律库里的规范。"
    )


def _titles(law: LawText) -> Iterable[str]:
    """What may be the title: the first lines, or a line below the decree that promulgates the law."""
    yield law.title
    yield re.sub(r"[（(][^（）()]*[）)]$", "", law.title)
    if "关于" in law.title:
        yield law.title[law.title.index("关于") :]
    for line in law.preface:
        if len(line) <= _LONGEST_TITLE:
            yield line
    yield from (found for line in law.preface for found in re.findall("《([^《》]{4,60})》", line))


def _fit(law: LawText, version: Instrument) -> float | None:
    """The part of all articles that have as many paragraphs and items as this version's; None where not known."""
    shape = structure(version.id)
    if shape is None:
        return None
    counted = _counted(law)
    return _equal(counted, shape) / max(len(counted.keys() | shape.articles.keys()), 1)


def _is_part(law: LawText, version: Instrument) -> bool:
    """Whether these are some articles of this version, enough of them to tell it from another."""
    shape, counted = structure(version.id), _counted(law)
    return shape is not None and len(counted) >= _PART and _equal(counted, shape) / len(counted) >= _FITS


def _counted(law: LawText) -> dict[str, tuple[int, ...]]:
    return {a.number.key: tuple(len(p.items) for p in a.paragraphs) for a in law.articles}


def _equal(counted: dict[str, tuple[int, ...]], shape: Structure) -> int:
    return sum(shape.articles[key].items == items for key, items in counted.items() if key in shape.articles)


def _by_date(law: LawText, versions: Sequence[Instrument]) -> Instrument | None:
    dates = list(_dates(law))
    if not dates:
        return versions[0] if len(versions) == 1 and structure(versions[0].id) is not None else None
    near = [(_days_off(version, dates), version) for version in versions]
    ranked = sorted((pair for pair in near if pair[0] is not None), key=lambda pair: pair[0] or 0)
    if not ranked:
        return None
    off, best = ranked[0]
    # a text of known shape needs no close date, only the nearest one among versions that share the shape
    return best if structure(best.id) is not None or (off is not None and off <= _NEAR_DAYS) else None


def _days_off(version: Instrument, dates: list[date]) -> int | None:
    known = [d.first for d in (version.adopted, version.in_force) if d is not None and d.first == d.last]
    return min((abs((max(dates) - day).days) for day in known), default=None)


def _dates(law: LawText) -> Iterable[date]:
    last = law.articles[-1].text if law.articles else ""
    for line in [*law.preface, last]:
        for match in _DATE.finditer(line):
            parts = [number(part) or 0 for part in match.groups()]
            try:
                yield date(*parts)
            except ValueError:
                continue


def _noticed(law: LawText, instrument: Instrument, library: Library) -> Iterable[str]:
    shape = structure(instrument.id)
    is_part = shape is not None and len(law.articles) < len(shape.articles)
    if shape is not None and is_part:
        yield f"只有 {len(law.articles)} 条，全文 {len(shape.articles)} 条；其余部分可以再导入。"
    if law.missing:
        listed = "、".join(map(str, law.missing[:10])) + ("……" if len(law.missing) > 10 else "")
        yield f"缺第 {listed} 条，文本可能不全。"
    lost = []
    for provision in library.provisions_of(instrument.id):
        place = provision.place
        article = law.article(place.article) if place else None
        if article is None and is_part:
            continue
        if place and (article is None or article.part(place.paragraph, place.item, place.subitem) is None):
            lost.append(provision.label_zh or provision.key)
    if lost:
        yield f"法律库引用的{'、'.join(lost[:5])}在这个文本里没有找到。"
    if law.appendix:
        yield "附件没有导入。"
