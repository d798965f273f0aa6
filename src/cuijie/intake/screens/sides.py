"""Whose bubble each is: those of one side share an edge, have their speaker's picture beside them, or a colour."""

from __future__ import annotations

from typing import Literal

from cuijie.intake.screens.lines import Box, Picture, TextLine

__all__ = ["Side", "Sides", "around", "is_near"]

Side = Literal["other", "own", "notice"]
_SLACK = 0.03  # of the width: how far edges of one side may differ


class Sides:
    """Whose bubble each is: those of one side share an edge, whatever stands beside them."""

    def __init__(self, groups: list[list[TextLine]], picture: Picture) -> None:
        self._picture = picture
        patches = [around(group) for group in groups]
        slack = picture.width * _SLACK
        self._left = min(_shared([patch.left for patch in patches], slack), default=0)
        self._right = max(_shared([patch.right for patch in patches], slack), default=0)
        self._colours = {side: [g[0].colour for g in groups if self._by_edge(g) == side] for side in ("own", "other")}

    def of(self, group: list[TextLine]) -> Side:
        """The side of one bubble: by its edge, by the avatar beside it, by the colour of those whose edge tells, by its place."""
        told = self._by_edge(group)
        if told is not None:
            return told
        avatars = {line.avatar for line in group} - {None}
        if len(avatars) == 1:
            return "other" if "left" in avatars else "own"
        is_own, is_other = (
            any(is_near(group[0].colour, one) for one in self._colours[side]) for side in ("own", "other")
        )
        return self._by_place(group) if is_own == is_other else "own" if is_own else "other"

    def _by_edge(self, group: list[TextLine]) -> Literal["own", "other"] | None:
        patch = around(group)
        slack = self._picture.width * _SLACK
        from_left, from_right = patch.left - self._left, self._right - patch.right
        width = self._picture.width
        is_wide = self._right - self._left >= width * 0.6 and width - self._right <= self._left + width * 0.1
        if not is_wide or min(from_left, from_right) > slack or max(from_left, from_right) < 1.5 * slack:
            return None  # the edges are not those of two sides, or the bubble is as wide as both
        return "other" if from_left < from_right else "own"

    def _by_place(self, group: list[TextLine]) -> Side:
        patch = around(group)
        before, after = patch.left, self._picture.width - patch.right
        if abs(before - after) > self._picture.width * _SLACK:
            return "other" if before < after else "own"
        red, green, blue = group[0].colour
        return "own" if max(red, green, blue) - min(red, green, blue) > 40 else "other"


def _shared(edges: list[int], slack: float) -> list[int]:
    """The edges at which two patches stand or more, else all: one patch alone is no side."""
    shared = [edge for edge in edges if sum(abs(edge - other) <= slack for other in edges) > 1]
    return shared or edges


def around(group: list[TextLine]) -> Box:
    """The rectangle around the lines of one bubble with their patches."""
    boxes = [line.bubble or line.box for line in group]
    return Box(
        left=min(b.left for b in boxes), top=min(b.top for b in boxes),
        right=max(b.right for b in boxes), bottom=max(b.bottom for b in boxes),
    )  # fmt: skip


def is_near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """True for two colours that may be one on a picture with noise."""
    return all(abs(a - b) <= 12 for a, b in zip(one, other, strict=True))
