"""Charts as SVG drawn here: shapes only, stretched to the page; the labels are text of the page beside them.

Degrees differ by pattern as well as by shade, so that a page printed in black and white can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

__all__ = ["DEFINITIONS", "bars", "hour_bars", "hour_map", "interval", "stacked"]

_TALL = 100.0
_QUIET = ((0, 8), (22, 24))

DEFINITIONS = Markup(
    '<svg width="0" height="0" class="defs" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="p-likely" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" class="f-likely-wash"/><rect width="2.5" height="6" class="f-likely"/></pattern>'
    '<pattern id="p-judge" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" class="f-judge-wash"/><circle cx="3" cy="3" r="1.4" class="f-judge"/></pattern>'
    "</defs></svg>"
)
"""The patterns that the charts of a page share."""


def _svg(width: float, height: float, title: str, shapes: Sequence[str], css: str) -> Markup:
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">').format(
        css, f"{width:g}", f"{height:g}", title
    )
    return head + Markup("".join(shapes) + "</svg>")  # noqa: S704 -- shapes hold nothing but our own numbers


def _rect(x: float, y: float, width: float, height: float, css: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" class="{css}"/>'


def stacked(columns: Sequence[tuple[int, int, int]], title: str) -> Markup:
    """Columns of established, likely and to judge, one on the other."""
    most = max((sum(column) for column in columns), default=0) or 1
    shapes = []
    for place, column in enumerate(columns):
        y = _TALL
        for css, number in zip(("established", "likely", "judge"), column, strict=True):
            height = _TALL * number / most
            y -= height
            if number:
                shapes.append(_rect(place * 10 + 1, y, 8, height, f"b-{css}"))
    return _svg(10 * max(1, len(columns)), _TALL, title, shapes, "chart")


def bars(numbers: Sequence[float], title: str) -> Markup:
    """Plain columns."""
    most = max(numbers, default=0) or 1
    shapes = [
        _rect(place * 10 + 1, _TALL - _TALL * number / most, 8, _TALL * number / most, "b-plain")
        for place, number in enumerate(numbers)
        if number
    ]
    return _svg(10 * max(1, len(numbers)), _TALL, title, shapes, "chart small")


def hour_bars(numbers: Sequence[float], title: str) -> Markup:
    """One column for each hour of the day, the quiet hours shaded."""
    most = max(numbers, default=0) or 1
    shapes = [_rect(first * 10, 0, (last - first) * 10, _TALL, "b-quiet") for first, last in _QUIET]
    shapes += [
        _rect(hour * 10 + 1, _TALL - _TALL * number / most, 8, _TALL * number / most, "b-plain")
        for hour, number in enumerate(numbers)
        if number
    ]
    return _svg(240, _TALL, title, shapes, "chart small")


def hour_map(rows: int, counts: Mapping[tuple[int, int], int], title: str) -> Markup:
    """A cell for each period and hour: the more was found, the larger and darker its mark."""
    most = max(counts.values(), default=0) or 1
    shapes = [_rect(first * 10, 0, (last - first) * 10, rows * 10, "b-quiet") for first, last in _QUIET]
    shapes += [f'<line x1="0" x2="240" y1="{row * 10}" y2="{row * 10}" class="b-line"/>' for row in range(rows + 1)]
    for (row, hour), number in sorted(counts.items()):
        side = 2.5 + 6.5 * (number / most) ** 0.5
        step = min(4, 1 + int(4 * number / (most + 1)))
        shapes.append(_rect(hour * 10 + (10 - side) / 2, row * 10 + (10 - side) / 2, side, side, f"b-step{step}"))
    return _svg(240, max(1, rows) * 10, title, shapes, "map")


def interval(share: float, low: float, high: float, title: str) -> Markup:
    """A share as a bar from nought, its interval as a line with ends; all from 0 to 1."""
    shapes = [_rect(0, 6, 240 * share, 8, "b-plain")]
    shapes += [
        f'<path d="M{240 * low:.2f} 10H{240 * high:.2f}M{240 * low:.2f} 3V17M{240 * high:.2f} 3V17" class="b-whisker"/>'
    ]
    return _svg(240, 20, title, shapes, "interval")
