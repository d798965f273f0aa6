"""Which lines stand on one bubble, and which are no lines at all: what avatars and pictures are misread as."""

from __future__ import annotations

import re
from dataclasses import replace
from statistics import median
from typing import Final

from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.intake.screens.spoken_times import is_time_line

__all__ = ["on_shared_patches"]

_EDGE: Final = 0.18  # of the width: where avatars stand
_UNSURE: Final = 0.75
_WIDEST: Final = 0.93
_BANNER_WORDS: Final = 15  # a title bar says less
_TIGHT: Final = 1.15  # of the height of the words: a bubble leaves them more room
_BADGE_WORDS: Final = 10
_UNREAD: Final = re.compile(r"\d{1,3}\+?")
_BAR: Final = 0.27  # of the width, from the top
_SLANTED: Final = 3  # times as high as other lines: a watermark across the page


def on_shared_patches(picture: Picture) -> list[TextLine]:
    """The lines of *picture* without misread avatars, each on the largest bubble that any line found around it."""
    usual = median([line.box.height for line in picture.lines]) if picture.lines else 0
    avatars = [line.bubble or line.box for line in picture.lines if _is_avatar(line, picture)]
    kept = [
        line
        for line in picture.lines
        if not (_is_misread(line, usual) or _is_badge(line, picture) or _is_one_of(line, avatars, picture))
    ]
    banners = _banners(kept, picture)
    kept = [line for line in kept if line.bubble not in banners]
    kept = [replace(line, bubble=None) if _is_page(line.bubble, picture) or _is_flaw(line) else line for line in kept]
    patches = [line.bubble for line in kept if line.bubble is not None]
    return [replace(line, bubble=_home(line, patches)) for line in kept]


def _banners(lines: list[TextLine], picture: Picture) -> list[Box]:
    """The patches of messages that the system lays over the top of the screen: they belong to another conversation."""
    top = [
        line.bubble
        for line in lines
        if line.bubble is not None
        and line.bubble.width >= picture.width * 0.85
        and line.bubble.top < picture.width * 0.15
        and line.bubble.height < picture.width * 0.5
    ]
    words = [sum(len(line.text) for line in lines if line.bubble == patch) for patch in top]
    return [patch for patch, length in zip(top, words, strict=True) if length > _BANNER_WORDS]


def _is_page(patch: Box | None, picture: Picture) -> bool:
    """True for a patch as wide as the screen: on a photograph the page ends before the picture does."""
    return patch is not None and patch.width >= picture.width * _WIDEST


def _is_flaw(line: TextLine) -> bool:
    """True for a patch with less height than half its words: uneven light, no bubble."""
    return line.bubble is not None and line.bubble.height < line.box.height / 2


def _is_badge(line: TextLine, picture: Picture) -> bool:
    """How many messages are unread, in the bar at the top; a rank beside a name.

    A patch that fits its words tightly is not enough: on a round bubble too the patch comes out low.
    """
    patch = line.bubble
    if patch is None or not line.box.height / 2 <= patch.height < line.box.height * _TIGHT:
        return False
    if line.box.middle[1] < picture.width * _BAR and _UNREAD.fullmatch(line.text.strip()):
        return True
    return len(line.text.strip()) <= _BADGE_WORDS and any(
        other.bubble is None
        and abs(other.box.middle[1] - line.box.middle[1]) < line.box.height * 0.4
        and abs(other.box.left - patch.right) < line.box.height / 2
        and not is_time_line(other.text)
        for other in picture.lines
    )


def _is_misread(line: TextLine, usual: float) -> bool:
    """One or two unsure characters in a box that no line of this screen has, or on a patch without height; a watermark."""
    if line.box.height > usual * _SLANTED and line.bubble is None:
        return True
    if len(line.text.strip()) > 2 or line.score >= _UNSURE:
        return False
    return line.box.height > usual * 1.7 or (line.bubble is not None and line.bubble.height < line.box.height / 2)


def _is_avatar(line: TextLine, picture: Picture) -> bool:
    """A letter or two at the very side, beside a bubble: the initial that stands for a picture."""
    patch = line.bubble or line.box
    if len(line.text.strip()) > 2 or not (
        patch.right < picture.width * _EDGE or patch.left > picture.width * (1 - _EDGE)
    ):
        return False
    middle = line.box.middle[1]
    return any(
        other.bubble is not None
        and other.bubble.top - line.box.height < middle < other.bubble.bottom
        and _is_beside(other.bubble, patch)
        for other in picture.lines
        if other is not line
    )


def _is_one_of(line: TextLine, avatars: list[Box], picture: Picture) -> bool:
    """True for an avatar, and for a sign on a patch of an avatar's place and width: that of who sent a picture."""
    patch, slack = line.bubble or line.box, picture.width * 0.01
    return len(line.text.strip()) <= 2 and any(
        abs(patch.left - avatar.left) <= slack and abs(patch.right - avatar.right) <= slack for avatar in avatars
    )


def _is_beside(bubble: Box, patch: Box) -> bool:
    return bubble.left >= patch.right or bubble.right <= patch.left


def _home(line: TextLine, patches: list[Box]) -> Box | None:
    """The largest patch that holds the whole line: a flaw may have ended the line's own too early."""
    x, y = line.box.middle
    slack = line.box.height * 0.5
    around = [
        patch
        for patch in patches
        if patch.top <= y <= patch.bottom and patch.left - slack <= line.box.left and line.box.right <= patch.right + slack
        and patch.left <= x <= patch.right
    ]  # fmt: skip
    return max(around, key=lambda patch: patch.width * patch.height, default=line.bubble)
