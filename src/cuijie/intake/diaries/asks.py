"""What is said of the days of a diary that were worked out or stay open: for the writer to confirm or to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from cuijie.clock import shanghai_day
from cuijie.intake.diaries.days import Day, How
from cuijie.intake.found import Note
from cuijie.intake.source import Source

__all__ = ["asked", "written_on"]

_EARLIEST: Final = 2010  # an older day of a file is that of a phone whose clock was not set
_SHOWN: Final = 8
_WHOLE: Final = {"昨": "昨晚", "今": "今早", "前": "前晚", "当": "当晚"}  # their second half is part of the clock time


def written_on(source: Source) -> date | None:
    """The day on which the text was last written: the file's, where it is not later than the taking in; else that."""
    when = source.modified_at if _is_of_file(source) else source.taken_in_at
    return shanghai_day(when) if when is not None else None


def _is_of_file(source: Source) -> bool:
    written, taken_in = source.modified_at, source.taken_in_at
    return written is not None and written.year >= _EARLIEST and (taken_in is None or written <= taken_in)


def asked(
    named: Sequence[tuple[int, str, Day]], source: Source, roughly: Sequence[tuple[int, str]] = ()
) -> Iterator[Note]:
    """One remark for each way in which days were worked out, counted from ``written_on(source)``.

    *named* has the line, its words and its day for each entry, *roughly* the line and the words of each inexact time.
    """
    since = f"{'文件最后写下的那天' if _is_of_file(source) else '收进来的这天'}（{written_on(source)}）"
    by_how: dict[How, list[date]] = {}
    spoken: dict[str, date] = {}
    for _, words, day in named:
        if day.on is not None:
            by_how.setdefault(day.how, []).append(day.on)
            if day.how == "spoken":
                spoken[_WHOLE.get(words, words)] = day.on
    ways: tuple[tuple[How, str], ...] = (
        ("text", "按文字里写明的年份或星期几"),
        ("latest", f"按{since}往前最近的这一天"),
    )
    for how, why in ways:
        if found := by_how.get(how):
            years = "、".join(str(year) for year in sorted({day.year for day in found}))
            yield _ask(f"有 {len(found)} 条没有写年份，{why}推算为 {years} 年，请核对、确认。")
    if spoken:
        shown = "，".join(f"“{words}”是 {day}" for words, day in list(spoken.items())[:_SHOWN])
        count = len(by_how["spoken"])
        yield _ask(f"有 {count} 条写的是“昨天”“周三”这样的日子，从{since}或上一条推算：{shown}，请核对、确认。")
    if missing := [at for at, _, day in named if day.on is None]:
        yield _ask(f"有 {len(missing)} 条看不出是哪一天（{_lines(missing)}），先收下，日子空着，请补上。")
    if odd := [at for at, _, day in named if day.is_odd]:
        yield _ask(f"{_lines(odd)}写的日期和星期几对不上，请核对。")
    if roughly:
        shown = "、".join(f"“{words}”" for _, words in roughly[:_SHOWN])
        yield _ask(f"{_lines([at for at, _ in roughly])}的时间写得不确切（{shown}），先按写的钟点记，请核对、确认。")


def _ask(text: str) -> Note:
    return Note(text=text, is_asked=True)


def _lines(numbers: Sequence[int]) -> str:
    return f"第 {'、'.join(map(str, numbers[:_SHOWN]))} 行{'等' if len(numbers) > _SHOWN else ''}"
