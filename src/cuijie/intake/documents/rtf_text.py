"""The words of a Rich Text document, which old programs also save under the name ``.doc``."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["rtf_text"]

_TOKEN: Final = re.compile(
    r"\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_NOT_TEXT: Final = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "fldinst", "header", "footer", "headerl", "headerr",
    "footerl", "footerr", "listtable", "listoverridetable", "themedata", "datastore", "latentstyles", "generator", "xmlnstbl",
})  # fmt: skip
_SHOWN: Final = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "emdash": "—", "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
}  # fmt: skip
_SIGNS: Final = {"~": "\u00a0", "_": "-", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}


class _Reader:
    """Goes through the tokens; what is written as bytes waits until its letters are whole."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._waiting = b""
        self._encoding = "gb18030"
        self._is_hidden, self._after = False, 1  # of the group: no text; how many letters stand in for a \u
        self._groups: list[tuple[bool, int]] = []
        self._skip = 0

    def read(self, text: str) -> str:
        for token in _TOKEN.finditer(text):
            self._take(token)
        self._flush()
        joined = "".join(self._parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return re.sub(r"\t+\n", "\n", joined).strip()

    def _take(self, token: re.Match[str]) -> None:
        if token["hex"]:
            if self._skip:
                self._skip -= 1
            elif not self._is_hidden:
                self._waiting += bytes.fromhex(token["hex"])
            return
        self._flush()
        if token["brace"] == "{":
            self._groups.append((self._is_hidden, self._after))
        elif token["brace"] and self._groups:
            self._is_hidden, self._after = self._groups.pop()
        elif token["word"]:
            self._word(token["word"], int(token["number"] or 0))
        elif token["sign"] == "*":
            self._is_hidden = True
        elif token["sign"]:
            self._show(_SIGNS.get(token["sign"], ""))
        elif token["text"]:
            self._show(token["text"][self._skip :])
            self._skip = max(self._skip - len(token["text"]), 0)

    def _word(self, word: str, number: int) -> None:
        if word in _NOT_TEXT:
            self._is_hidden = True
        elif word == "ansicpg":
            self._encoding = {936: "gb18030", 950: "big5", 1252: "cp1252", 65001: "utf-8"}.get(number, "gb18030")
        elif word == "uc":
            self._after = max(number, 0)
        elif word == "u":
            self._show(chr(number % 0x10000))
            self._skip = self._after
        else:
            self._show(_SHOWN.get(word, ""))

    def _show(self, text: str) -> None:
        if not self._is_hidden:
            self._parts.append(text)

    def _flush(self) -> None:
        if self._waiting:
            self._parts.append(self._waiting.decode(self._encoding, "replace"))
            self._waiting = b""


def rtf_text(data: bytes) -> str:
    """The text: paragraphs and rows as lines, cells parted by tabs; nothing of pictures, links' targets and headers."""
    return _Reader().read(data.decode("latin-1"))
