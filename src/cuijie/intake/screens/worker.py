"""The reading process: decodes an untrusted picture and recognises its text, apart from the case and its keys.

Started by ``ocr``; speaks length-prefixed frames on stdin and JSON lines on stdout.  It is given limits of
memory and pixels; whatever a hostile picture does to it, the case is not in its reach.
"""

from __future__ import annotations

import io
import json
import logging
import struct
import sys
from importlib import metadata
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from cuijie.reading_limits import limit_memory

__all__ = ["main"]

_MAX_PIXELS = 120_000_000
_MEMORY_BYTES = 4 << 30
_SMALL = 420  # pixels across the copy on which patches of colour are looked for
_NEAR = (4.0, 9.0)  # how far a colour may be off and still be the same patch: on a clean picture, on a noisy one
_AVATAR = 0.1  # of the width: how large apps draw the picture of who speaks
_FOREIGN = 20  # how far its colours are off the page's
_INK = 60  # how far letters are off what they stand on
_FOLLOW = 0.08  # how fast the colour looked for follows slowly changing light
_Pixels = np.ndarray[Any, np.dtype[np.int16]]


def _decode(data: bytes) -> Image.Image:
    if data[4:8] == b"ftyp":
        import pi_heif

        pi_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    picture = Image.open(io.BytesIO(data))
    if picture.width * picture.height > _MAX_PIXELS:
        raise ValueError("too many pixels")
    return ImageOps.exif_transpose(picture).convert("RGB")


def _tiles(height: int, width: int) -> list[tuple[int, int]]:
    """Rows of a long screenshot to look at one after another, each overlapping the next by a few lines."""
    size, step = int(width * 2.2), int(width * 1.9)
    if height <= int(width * 2.4):
        return [(0, height)]
    starts = list(range(0, max(1, height - size + step), step))
    return [(start, min(height, start + size)) for start in starts if start < height]


def _recognise(engine: Any, pixels: _Pixels) -> list[dict[str, Any]]:
    height, width = pixels.shape[:2]
    found: list[dict[str, Any]] = []
    margin = width * 0.06
    for top, bottom in _tiles(height, width):
        result = engine(pixels[top:bottom].astype(np.uint8)[:, :, ::-1])
        if result.boxes is None:
            continue
        for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
            xs, ys = [float(x) for x, _ in corners], [float(y) + top for _, y in corners]
            if not str(text).strip(" ■□▪"):
                continue  # avatars come out as blocks
            if (top and min(ys) - top < margin) or (bottom < height and bottom - max(ys) < margin):
                continue  # perhaps cut by the edge of the tile: whole in its neighbour
            box = [int(min(xs)), int(min(ys)), int(max(xs)), int(max(ys))]
            if not any(_same_line(box, other["box"]) for other in found[-60:]):
                found.append({"text": str(text), "score": round(float(score), 4), "box": box})
    return sorted(found, key=lambda line: (line["box"][1], line["box"][0]))


def _same_line(a: list[int], b: list[int]) -> bool:
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return across > 0.6 * min(a[2] - a[0], b[2] - b[0]) and down > 0.6 * min(a[3] - a[1], b[3] - b[1])


class _Patches:
    """The plain patches of a picture, looked for on a small smooth copy: grain and JPEG blocks are gone there."""

    def __init__(self, pixels: _Pixels) -> None:
        import cv2

        height, width = pixels.shape[:2]
        self._scale = max(1.0, width / _SMALL)
        size = (max(1, round(width / self._scale)), max(1, round(height / self._scale)))
        small = cv2.resize(pixels.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        self._small: Any = cv2.medianBlur(small, 3).astype(np.float32)

    def around(self, box: list[int]) -> tuple[tuple[int, int, int], list[int] | None]:
        """The colour a line stands on and the patch around it; None if that reaches both sides (the page itself)."""
        left, top, right, bottom = (round(part / self._scale) for part in box)
        height, width = self._small.shape[:2]
        ground, near = _ground(self._small[max(0, top) : bottom + 1, max(0, left) : right + 1])
        colour = (int(ground[0]), int(ground[1]), int(ground[2]))
        row = min(height - 1, max(0, (top + bottom) // 2))
        start, end = self._across(row, left, right, ground, near)
        off = max(
            2, round((bottom - top) * 0.4)
        )  # signs beside a title stand no higher than it: the page goes on there
        beyond = [self._across(at, left, right, ground, near) for at in (top - off, bottom + off) if 0 <= at < height]
        if any(one <= width * 0.012 or other >= width * 0.988 for one, other in ((start, end), *beyond)):
            return colour, None
        upper, lower = row, row
        for column in ((start + max(start, left)) // 2, (min(end, right) + end) // 2):  # beside the words
            at = min(width - 1, max(0, column))
            down = np.median(self._small[:, max(0, at - 1) : at + 2], axis=1)
            upper = min(upper, _run(down, row, -1, ground, near))
            lower = max(lower, _run(down, row, 1, ground, near))
        return colour, [round(part * self._scale) for part in (start, upper, end, lower)]

    def avatar_beside(self, patch: list[int]) -> str | None:
        """``left`` or ``right`` if only there something stands between the upper part of a bubble and the edge."""
        left, top, right, bottom = (round(part / self._scale) for part in patch)
        width = self._small.shape[1]
        rows = self._small[max(0, top) : max(top + 1, min(bottom, top + round(width * _AVATAR)))]
        rim = max(2, round(width * 0.015))
        colours = np.median(rows, axis=0)
        page = np.median(np.concatenate((colours[:rim], colours[-rim:])), axis=0)
        foreign = np.abs(colours - page).max(axis=1) > _FOREIGN
        if left <= 2 * rim or right >= width - 2 * rim or foreign[:rim].any() or foreign[-rim:].any():
            return None  # a photograph with what lies around the phone
        before, after = foreign[: left - rim], foreign[right + rim :][::-1]
        if _begins_with_avatar(before, width) and not after.any():
            return "left"
        return "right" if _begins_with_avatar(after, width) and not before.any() else None

    def _across(self, row: int, left: int, right: int, ground: Any, near: float) -> tuple[int, int]:
        """How far the patch goes on to both sides in one row."""
        width = self._small.shape[1]
        colours = np.median(self._small[max(0, row - 1) : row + 2], axis=0)
        start = _run(colours, min(width - 1, max(0, left - 1)), -1, ground, near)
        return start, _run(colours, min(width - 1, right + 1), 1, ground, near)


def _begins_with_avatar(foreign: Any, width: int) -> bool:
    """True if, from the edge inwards, the first thing off the page's colour is as wide as an avatar and ends."""
    if not foreign.any():
        return False
    start = int(foreign.argmax())
    rest = foreign[start:]
    across = int((~rest).argmax())  # 0: it does not end
    return start < width * _AVATAR and width * _AVATAR / 2 <= across <= width * _AVATAR * 2


def _ground(patch: Any) -> tuple[Any, float]:
    """The commonest colour of a patch, and how far one may be off it."""
    flat = patch.reshape(-1, 3)
    if not len(flat):
        return np.array((255.0, 255.0, 255.0)), _NEAR[0]
    keys = (flat // 12).astype(np.int64)
    codes = keys[:, 0] * 1024 + keys[:, 1] * 32 + keys[:, 2]
    values, counts = np.unique(codes, return_counts=True)
    ground = np.median(flat[codes == values[counts.argmax()]], axis=0)
    off = np.abs(flat - ground).max(axis=1)
    noise = off[off <= 12]  # the letters themselves are further off
    return ground, min(_NEAR[1], _NEAR[0] + (3 * float(noise.mean()) if len(noise) else 0.0))


def _run(colours: Any, start: int, step: int, ground: Any, near: float) -> int:
    """How far from *start* the patch goes on: over flaws of up to two pixels, along light that changes slowly."""
    at, gap, edge, here = start, 0, start, ground.copy()
    while 0 <= at < len(colours):
        if np.abs(colours[at] - here).max() <= near:
            edge, gap = at, 0
            here += (colours[at] - here) * _FOLLOW
        else:
            gap += 1
            if gap > 2:
                break
        at += step
    return edge


def _ink(pixels: _Pixels, box: list[int], ground: tuple[int, int, int]) -> list[int] | None:
    """The colour of the letters themselves: what stands out most from what they stand on; None for faint ones."""
    left, top, right, bottom = (max(0, part) for part in box)
    letters = pixels[top : bottom + 1, left : right + 1].reshape(-1, 3)
    off = np.abs(letters - np.array(ground)).max(axis=1) if len(letters) else np.zeros(1)
    if off.max() < _INK:
        return None
    return [int(part) for part in np.median(letters[off >= 0.8 * off.max()], axis=0)]


def _read(engine: Any, data: bytes) -> dict[str, Any]:
    pixels = np.asarray(_decode(data), dtype=np.int16)
    lines = _recognise(engine, pixels)
    patches = _Patches(pixels)
    for line in lines:
        line["colour"], line["bubble"] = patches.around(line["box"])
        line["ink"] = _ink(pixels, line["box"], line["colour"])
        line["avatar"] = patches.avatar_beside(line["bubble"]) if line["bubble"] else None
    return {"width": pixels.shape[1], "height": pixels.shape[0], "lines": lines}


def main() -> None:
    """Answer one picture after another until stdin ends."""
    out, incoming = sys.stdout, sys.stdin.buffer
    sys.stdout = sys.stderr  # nothing a library prints may look like an answer
    logging.disable(logging.CRITICAL)
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})
    limit_memory(_MEMORY_BYTES)
    tool = f"rapidocr {metadata.version('rapidocr')}"
    while header := incoming.read(8):
        data = incoming.read(struct.unpack(">Q", header)[0])
        try:
            answer = {**_read(engine, data), "tool": tool}
        except Exception as error:  # a picture must never end the process: the reason goes to the caller
            answer = {"error": type(error).__name__}
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
