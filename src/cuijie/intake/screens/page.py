"""The page on a picture: all of a screenshot, but only a part of a photograph that shows the table around the phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cuijie.intake.screens.lines import Box, Picture, TextLine

__all__ = ["page_of"]

_WIDE: Final = 0.6  # of the picture: no bubble but the page of a photograph is as wide and holds others
_TALL: Final = 0.7
_WHOLE: Final = 0.93
_EDGE: Final = 0.025  # of the page: how far it leans on a picture taken from the side
_MOST: Final = 0.6  # of the lines: a card may hold other patches too


def page_of(picture: Picture) -> tuple[Picture, tuple[int, int]]:
    """*picture* cut to the page, whose own patch is no bubble, and where its upper left corner was."""
    held = [(line.bubble, _held_by(line, picture)) for line in picture.lines if line.bubble is not None]
    pages = [box for box, inside in held if inside]
    if len({box for _, inside in held for box in inside}) < 2:
        return picture, (0, 0)  # a card with a button
    left, top = min(box.left for box in pages), min(box.top for box in pages)
    right, bottom = max(box.right for box in pages), max(box.bottom for box in pages)
    within = sum(left <= line.box.middle[0] <= right for line in picture.lines)
    is_page = bottom - top >= picture.height * _TALL or max(len(inside) for _, inside in held) > 1
    is_part = right - left < picture.width * _WHOLE and is_page
    if not is_part or within < len(picture.lines) * _MOST:
        return picture, (0, 0)
    page = Box(left=left, top=top, right=right, bottom=bottom)
    lines = [
        replace(
            line,
            box=line.box.moved(-left, -top),
            bubble=None if line.bubble is None or _is_page(line.bubble, page) else line.bubble.moved(-left, -top),
            avatar=None,  # what was taken for it may lie around the phone
        )
        for line in picture.lines
    ]
    return replace(picture, width=page.width, height=page.height, lines=tuple(lines)), (left, top)


def _is_page(patch: Box, page: Box) -> bool:
    """True for a patch that reaches an edge of the page: no bubble does."""
    slack = page.width * _EDGE
    return patch.left - page.left < slack or page.right - patch.right < slack


def _held_by(line: TextLine, picture: Picture) -> set[Box]:
    """The patches of another colour that lie wholly on that of *line*: on a bubble there are none."""
    patch = line.bubble
    if patch is None or patch.width < picture.width * _WIDE:
        return set()
    return {
        other.bubble
        for other in picture.lines
        if other.bubble is not None and _is_within(other.bubble, patch) and not _is_near(other, line)
    }


def _is_within(inner: Box, outer: Box) -> bool:
    return (
        outer.left < inner.left and inner.right < outer.right and outer.top < inner.top and inner.bottom < outer.bottom
    )


def _is_near(one: TextLine, other: TextLine) -> bool:
    return all(abs(a - b) <= 8 for a, b in zip(one.colour, other.colour, strict=True))
