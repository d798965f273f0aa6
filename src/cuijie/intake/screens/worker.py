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

__all__ = ["main"]

_MAX_PIXELS = 120_000_000
_MEMORY_BYTES = 4 << 30
_NEAR = (5, 16)  # how far a colour may be off and still be the same patch: on a clean picture, on a noisy one
_Pixels = np.ndarray[Any, np.dtype[np.int16]]


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


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


def _ground(pixels: _Pixels, box: list[int]) -> tuple[tuple[int, int, int], int]:
    """The colour a line stands on (the commonest in its box, in steps that swallow noise), and how far it may be off."""
    patch = pixels[max(0, box[1]) : box[3], max(0, box[0]) : box[2]].reshape(-1, 3)
    if not len(patch):
        return (255, 255, 255), _NEAR[0]
    keys = (patch // 16).astype(np.int64)
    codes = keys[:, 0] * 256 + keys[:, 1] * 16 + keys[:, 2]
    values, counts = np.unique(codes, return_counts=True)
    common = patch[codes == values[counts.argmax()]]
    red, green, blue = (int(v) for v in np.median(common, axis=0))
    off = np.abs(patch - np.array((red, green, blue))).max(axis=1)
    noise = off[off <= 24]  # the letters themselves are further off
    near = round(_NEAR[0] + 4 * float(noise.mean())) if len(noise) else _NEAR[0]
    return (red, green, blue), min(_NEAR[1], near)


def _run(near: Any, start: int, step: int, slack: int) -> int:
    """How far from *start* the patch goes on, stepping over flaws of up to *slack* pixels."""
    at, gap, edge = start, 0, start
    while 0 <= at < len(near):
        if near[at]:
            edge, gap = at, 0
        else:
            gap += 1
            if gap > slack:
                break
        at += step
    return edge


def _bubble(pixels: _Pixels, box: list[int], ground: tuple[int, int, int], near: int) -> list[int] | None:
    """The plain patch around a line, or None if it reaches both sides of the picture (the page itself)."""
    height, width = pixels.shape[:2]
    row = min(height - 1, max(0, (box[1] + box[3]) // 2))
    band = pixels[max(0, row - 2) : row + 3]
    across = (np.abs(np.median(band, axis=0) - np.array(ground)) <= near).all(axis=1)
    slack = max(2, width // 300)
    left = _run(across, min(width - 1, max(0, box[0] - 3)), -1, slack)
    right = _run(across, min(width - 1, box[2] + 3), 1, slack)
    if left <= width * 0.012 or right >= width * 0.988:
        return None
    column = min(width - 1, max(0, (left + max(left, box[0])) // 2))
    strip = pixels[:, max(0, column - 1) : column + 2]
    down = (np.abs(np.median(strip, axis=1) - np.array(ground)) <= near).all(axis=1)
    return [left, _run(down, row, -1, slack), right, _run(down, row, 1, slack)]


def _read(engine: Any, data: bytes) -> dict[str, Any]:
    pixels = np.asarray(_decode(data), dtype=np.int16)
    lines = _recognise(engine, pixels)
    for line in lines:
        line["colour"], near = _ground(pixels, line["box"])
        line["bubble"] = _bubble(pixels, line["box"], line["colour"], near)
    return {"width": pixels.shape[1], "height": pixels.shape[0], "lines": lines}


def main() -> None:
    """Answer one picture after another until stdin ends."""
    out, incoming = sys.stdout, sys.stdin.buffer
    sys.stdout = sys.stderr  # nothing a library prints may look like an answer
    logging.disable(logging.CRITICAL)
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})
    _limit_memory()
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
