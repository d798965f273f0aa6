"""A ``CASE.json`` given on the command line, read in one way for every command that takes one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cuijie.cli.language import t
from cuijie.cli.output import say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.assessment import AssessmentInputs

__all__ = ["inputs_of"]

_LARGEST = 1 << 30  # bytes


def inputs_of(path: Path) -> AssessmentInputs:
    """What the file at *path* (``-``: standard input) tells; keys that mean nothing are named on stderr.  Raises BadInput."""
    from cuijie.assessment import inputs_from_case_json, unknown_keys
    from cuijie.reading import read

    value = _decoded(path)
    strange = unknown_keys(value)
    if strange:
        listed = "、".join(strange[:10])
        say(f"注意：不认识这些键，没有使用：{listed}。", f"Warning: unknown keys, not used: {listed}.", err=True)
    return inputs_from_case_json(value, read)


def _decoded(path: Path) -> object:
    name = t("标准输入", "standard input") if str(path) == "-" else str(path)
    try:
        data = sys.stdin.buffer.read(_LARGEST + 1) if str(path) == "-" else _bytes_of(path)
    except FileNotFoundError as error:
        raise BadInput(t(f"找不到 {name}。", f"{name} does not exist.")) from error
    except PermissionError as error:
        raise BadInput(t(f"没有权限读取 {name}。", f"{name} cannot be read.")) from error
    if not data.strip():
        raise BadInput(t(f"{name} 是空的。", f"{name} is empty."))
    if len(data) > _LARGEST:
        raise BadInput(
            t(f"{name} 太大（超过 1 GB）；大批记录请用 cuijie audit。", f"{name} is too large; use cuijie audit.")
        )
    try:
        value: object = json.loads(data.decode("utf-8-sig"))
        if b"\\ud" in data.lower():
            json.dumps(value, ensure_ascii=False).encode()  # half a character, written as an escape
        return value
    except UnicodeError as error:
        raise BadInput(t(f"{name} 不是 UTF-8 文本。", f"{name} is not UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise BadInput(
            t(
                f"{name} 第 {error.lineno} 行第 {error.colno} 列起不是有效的 JSON。",
                f"{name} is not valid JSON at line {error.lineno}, column {error.colno}.",
            )
        ) from error
    except RecursionError as error:
        raise BadInput(t(f"{name} 嵌套太深，不是一份案情 JSON。", f"{name} is nested too deeply.")) from error


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST + 1)
