"""Lists of records in a page's script (``const messages = [{type:1, text:'…'}, …]``), as tools that make chat pages write them.

Nothing is run: names without quotation marks and texts in single ones are put into JSON's form and read as JSON.
"""

from __future__ import annotations

import json
import re
from typing import Final

__all__ = ["script_records"]

_BEGIN: Final = re.compile(r"=\s*(\[(?:\s|//[^\n]*\n)*\{)")
_TOKEN: Final = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.)*`|//[^\n]*|/\*.*?\*/|[A-Za-z_$][\w$]*|[^\"'`/A-Za-z_$]+|/",
    re.DOTALL,
)
_NO_BLANKS: Final = dict.fromkeys(map(ord, " \t\r\n"))
_KEPT: Final = frozenset({"true", "false", "null"})
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_LETTERS: Final = {"n": "\n", "t": "\t", "r": ""}


def script_records(text: str) -> list[dict[str, object]]:
    """The records of the first list of records that a script of the page *text* holds; none where there is none."""
    if "<script" not in text[:2_000_000].lower():
        return []
    for begun in _BEGIN.finditer(text):
        if found := _list_at(text, begun.start(1)):
            return found
    return []


def _list_at(text: str, start: int) -> list[dict[str, object]]:
    """The records from *start* to the end of their list, in JSON's form; those before the break of one cut off."""
    parts: list[str] = []
    depth = 0
    last_whole = 0
    for token in _TOKEN.finditer(text, start):
        word = token[0]
        if word[0] in "'`\"":
            parts.append(_quoted(word))
        elif word[0].isalpha() or word[0] in "_$":
            parts.append(word if word in _KEPT else "null" if word == "undefined" else json.dumps(word))
        elif not word.startswith(("//", "/*")):
            for mark in word.translate(_NO_BLANKS):
                if mark in "]}" and parts[-1] == ",":
                    parts.pop()
                parts.append(mark)
                depth += (mark in "[{") - (mark in "]}")
                if depth <= 0:
                    return _records("".join(parts))
                last_whole = len(parts) if mark == "}" and depth == 1 else last_whole
    return _records("".join(parts[:last_whole]) + "]") if last_whole else []


def _quoted(word: str) -> str:
    """A text of the script as JSON writes it."""
    return json.dumps(_ESCAPE.sub(_meant, word[1:-1]))


def _meant(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _LETTERS.get(found[3], found[3])


def _records(written: str) -> list[dict[str, object]]:
    try:
        value: object = json.loads(written)
    except (ValueError, RecursionError):
        return []
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
