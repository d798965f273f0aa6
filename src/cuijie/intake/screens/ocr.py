"""Text on a picture, recognised offline in a process of its own that is started once and kept."""

from __future__ import annotations

import atexit
import importlib.util
import json
import struct
import subprocess
import sys
import threading

from cuijie.intake.found import IntakeError
from cuijie.intake.screens.lines import Box, Picture, TextLine

__all__ = ["MissingReader", "PictureUnreadable", "read_picture"]

_SECONDS_AT_MOST = 180.0


class MissingReader(IntakeError):
    """The part that reads pictures is not installed."""

    code = "IN-020"


class PictureUnreadable(IntakeError):
    """A picture that cannot be decoded or read within the limits."""

    code = "IN-021"


class _Reader:
    """The one reading process; a picture that breaks it costs a restart, never the case."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, data: bytes) -> dict[str, object]:
        """What the process says of one picture; raises PictureUnreadable if it died or took too long."""
        with self._guard:
            process = self._process if self._process and self._process.poll() is None else self._start()
            timer = threading.Timer(_SECONDS_AT_MOST, process.kill)
            timer.start()
            try:
                if process.stdin is None or process.stdout is None:
                    raise PictureUnreadable("识图程序没有启动。")
                process.stdin.write(struct.pack(">Q", len(data)) + data)
                process.stdin.flush()
                answer = process.stdout.readline()
            except OSError:
                answer = b""
            finally:
                timer.cancel()
            if not answer:
                self.stop()
                raise PictureUnreadable(
                    "这张图片没能读出来（太大、损坏，或读得太久）。", remedy="原件已收好；可以照着图片手工填写。"
                )
            value: dict[str, object] = json.loads(answer)
            return value

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: no file beside the user's is taken for a module of Python's
        command = [sys.executable, "-P", "-m", "cuijie.intake.screens.worker"]
        self._process = subprocess.Popen(  # noqa: S603 — our own module, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._process

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


_reader = _Reader()
atexit.register(_reader.stop)


def _box(value: object) -> Box:
    if not isinstance(value, list) or len(value) != 4:
        raise PictureUnreadable("识图程序的回答不对。")
    left, top, right, bottom = (int(part) for part in value)
    return Box(left=left, top=top, right=right, bottom=bottom)


def read_picture(data: bytes) -> Picture:
    """The lines of text on the picture in *data* (PNG, JPEG, WebP, BMP, HEIC …), top to bottom.

    Raises MissingReader without the ``ocr`` extra, PictureUnreadable for what cannot be decoded.
    """
    if importlib.util.find_spec("rapidocr") is None or importlib.util.find_spec("onnxruntime") is None:
        raise MissingReader("要读出图片里的文字，需要安装 ocr 组件。", remedy="原件已收好；可以照着图片手工填写。")
    answer = _reader.ask(data)
    if "error" in answer:
        raise PictureUnreadable(
            "这张图片打不开或损坏了。", remedy="原件已收好；请看看手机里的原图能不能打开，再传一次。"
        )
    lines = []
    for line in answer["lines"] if isinstance(answer["lines"], list) else []:
        red, green, blue = line["colour"]
        lines.append(
            TextLine(
                text=str(line["text"]),
                box=_box(line["box"]),
                score=float(line["score"]),
                bubble=_box(line["bubble"]) if line["bubble"] else None,
                colour=(int(red), int(green), int(blue)),
                avatar=line["avatar"],
                ink=tuple(map(int, line["ink"])) if line["ink"] else None,
            )
        )
    return Picture(
        width=int(str(answer["width"])), height=int(str(answer["height"])), lines=tuple(lines), tool=str(answer["tool"])
    )
