"""Chinese fonts for PDF: where they are, and whether they hold every character of a paper.

Looked for in this order: the folder in ``CUIJIE_FONT_DIR``; the folder the project's set-up fills; the fonts of the
system.  Songti (serif) carries the text, Heiti (sans) the headings; without a serif the sans carries both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont, TTLibError

import cuijie
from cuijie.remedies.errors import FontMissing, GlyphMissing

__all__ = ["Face", "Fonts", "find_fonts", "missing_characters", "require_characters"]

Style = Literal["serif", "sans"]
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_NAMES: dict[Style, tuple[str, ...]] = {
    "serif": (r"NotoSerifSC", r"NotoSerifCJK", r"SourceHanSerif", r"^Songti", r"STSong", r"^simsun\.", r"SimSun"),
    "sans": (r"NotoSansSC", r"NotoSansCJK", r"SourceHanSans", r"PingFang", r"STHeiti", r"simhei", r"msyh", r"wqy"),
}
_FAMILY = re.compile(r"(?:\bSC$|Songti SC|Heiti SC|PingFang SC|SimSun|SimHei|YaHei|WenQuanYi|Source Han \w+ CN)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One font family in one folder, with a file to read its characters from."""

    family: str
    file: Path
    index: int  # face inside a collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """The families a PDF is set in, best first, and the folders they lie in."""

    serif: tuple[Face, ...]
    sans: tuple[Face, ...]

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders to hand to the typesetter."""
        return tuple(dict.fromkeys(face.file.parent for face in (*self.serif, *self.sans)))

    @property
    def text_families(self) -> tuple[str, ...]:
        """Families for running text: serif, then sans for what the serif lacks."""
        return tuple(dict.fromkeys(face.family for face in (*self.serif, *self.sans)))

    @property
    def heading_families(self) -> tuple[str, ...]:
        """Families for headings: sans, then serif for what the sans lacks."""
        return tuple(dict.fromkeys(face.family for face in (*self.sans, *self.serif)))


def _system_folders() -> Iterator[Path]:
    home = Path.home()
    yield from (home / ".fonts", home / ".local/share/fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))
    yield from (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    for name in ("LOCALAPPDATA", "WINDIR"):
        if folder := os.environ.get(name):
            yield Path(folder) / ("Microsoft/Windows/Fonts" if name == "LOCALAPPDATA" else "Fonts")


def _font_folders() -> tuple[Path, ...]:
    """Where fonts are looked for, in order; a folder named by ``CUIJIE_FONT_DIR`` that is not there is an error."""
    if named := os.environ.get("CUIJIE_FONT_DIR"):
        if not Path(named).is_dir():
            raise FontMissing(f"环境变量 CUIJIE_FONT_DIR 指向的文件夹不存在：{named}")
        return (Path(named), *_system_folders())
    package = Path(cuijie.__file__).parent
    ours = [package / "fonts"]
    root = package.parent.parent
    if (root / "pyproject.toml").is_file():
        ours.insert(0, root / ".state" / "fonts")
    return (*ours, *_system_folders())


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _SUFFIXES:
                yield path


def _faces(path: Path) -> Iterator[tuple[int, str, int]]:
    """(index, family, weight) of each simplified-Chinese face in *path*."""
    try:
        count = 1
        if path.suffix.lower() in {".ttc", ".otc"}:
            with TTFont(path, fontNumber=0, lazy=True) as first:
                count = first.reader.numFonts
        for index in range(count):
            with TTFont(path, fontNumber=index, lazy=True) as font:
                family = font["name"].getDebugName(16) or font["name"].getDebugName(1) or ""
                yield index, family, font["OS/2"].usWeightClass
    except (TTLibError, OSError, KeyError, AttributeError):
        return  # not a font we can read: the next one may be


def _search(folders: Iterable[Path], style: Style) -> tuple[Face, ...]:
    found: dict[str, Face] = {}
    for folder in folders:
        paths = list(_files(folder))
        for pattern in _NAMES[style]:
            for path in paths:
                if not re.search(pattern, path.name) or "Mono" in path.name:
                    continue
                for index, family, weight in _faces(path):
                    if _FAMILY.search(family) and "Mono" not in family and 350 <= weight <= 450:
                        found.setdefault(family, Face(family=family, file=path, index=index))
    return tuple(found.values())[:3]


@cache
def _find(folders: tuple[Path, ...]) -> Fonts:
    return Fonts(serif=_search(folders, "serif"), sans=_search(folders, "sans"))


def find_fonts() -> Fonts:
    """The fonts at hand.  Raises FontMissing saying what to install."""
    fonts = _find(_font_folders())
    if not fonts.serif and not fonts.sans:
        raise FontMissing("这台电脑上没有找到可以嵌入 PDF 的中文字体（宋体、黑体）。")
    return fonts


@cache
def _characters(file: Path, index: int) -> frozenset[int]:
    with TTFont(file, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def missing_characters(text: str, fonts: Fonts) -> tuple[str, ...]:
    """The characters of *text* that none of *fonts* holds, in order of first use."""
    left = {ord(character): character for character in text if not character.isspace()}
    for face in (*fonts.serif, *fonts.sans):
        if not left:
            break
        left = {code: one for code, one in left.items() if code not in _characters(face.file, face.index)}
    return tuple(left.values())


def require_characters(text: str, fonts: Fonts) -> None:
    """Raise GlyphMissing naming each character of *text* that would print as a box."""
    if lacking := missing_characters(text, fonts):
        names = "、".join(f"“{one}”（U+{ord(one):04X}）" for one in lacking[:10])
        more = f"等 {len(lacking)} 个字" if len(lacking) > 10 else ""
        raise GlyphMissing(f"现有字体里没有这些字：{names}{more}。")
