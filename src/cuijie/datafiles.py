"""Strict YAML for the data that lawyers edit: law, rules, patterns, templates, channels.

YAML 1.2 core values only (``no`` stays text), no duplicate keys, no anchors that make objects, and every
error names the file, the line and the key.  libyaml does the parsing, so a library of several hundred
provisions loads in tens of milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import yaml

from cuijie.errors import BadInput

__all__ = ["DataFileError", "Lines", "Words", "load_rows", "load_table", "load_yaml", "parse_yaml"]


_SHAPE = "应是“键: 值”"


class DataFileError(BadInput):
    """A data file that cannot be used: names file, line, key and what was expected."""

    code = "DF-001"

    def __init__(self, source: str, line: int, key: str, problem: str) -> None:
        where = f"{source} 第 {line} 行" + (f"，键“{key}”" if key else "")
        super().__init__(f"{where}：{problem}")
        self.source, self.line, self.key, self.problem = source, line, key, problem


@dataclass(frozen=True, slots=True)
class Words:
    """The same sentence in Chinese and in English, always in this order."""

    zh: str
    en: str

    def __iter__(self) -> Iterator[str]:
        """Chinese, then English: what ``t`` and ``say`` take, as ``say(*words)``."""
        return iter((self.zh, self.en))

    def of(self, language: str) -> str:
        """The one of *language*: Chinese unless it is ``en``."""
        return self.en if language == "en" else self.zh


class Lines(dict[str, object]):
    """A mapping read from YAML that remembers the line of each of its keys (1-based)."""

    __slots__ = ("line", "lines", "source")

    def __init__(self, source: str, line: int) -> None:
        super().__init__()
        self.source, self.line = source, line
        self.lines: dict[str, int] = {}

    def wrong(self, key: str, problem: str) -> DataFileError:
        """The error to raise when *key* (or its absence) is not as expected."""
        return DataFileError(self.source, self.lines.get(key, self.line), key, problem)

    def refuse_others(self, keys: Collection[str]) -> None:
        """Raises DataFileError for a key that is not among *keys*: most often a slip of the pen."""
        for key in self:
            if key not in keys:
                raise self.wrong(key, f"不认识这个键；可以是 {'、'.join(keys)}")

    def text(self, key: str, default: str | None = None) -> str:
        """The text under *key*, or *default* where it is not written.  Raises DataFileError for anything else."""
        value = self.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "应为文字，不能是空的")
        return value

    def maybe_text(self, key: str) -> str | None:
        """The text under *key*, None where it is not written or null.  Raises DataFileError for anything else."""
        return None if self.get(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts listed under *key*, none where it is not written.  Raises DataFileError for anything else."""
        value = self.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "应为文字的列表")
        return tuple(str(one) for one in value)

    def table(self, key: str, shape: str = _SHAPE) -> Lines:
        """The mapping under *key*; *shape* tells what it should be.  Raises DataFileError for anything else."""
        value = self.get(key)
        if not isinstance(value, Lines):
            raise self.wrong(key, shape)
        return value

    def tables(self, key: str, shape: str = f"应是一列{_SHAPE[2:]}") -> tuple[Lines, ...]:
        """The mappings listed under *key*; *shape* tells what they should be.  Raises DataFileError for anything else."""
        value = self.get(key)
        if not isinstance(value, list):
            raise self.wrong(key, shape)
        found = tuple(one for one in value if isinstance(one, Lines))
        if len(found) < len(value):
            number = next(number for number, one in enumerate(value, 1) if not isinstance(one, Lines))
            raise self.wrong(key, f"第 {number} 项不对：{shape}")
        return found

    def number(self, key: str) -> int:
        """The whole number under *key*.  Raises DataFileError for anything else."""
        value = self.get(key)
        if not isinstance(value, int):
            raise self.wrong(key, "应为整数")
        return value

    def flag(self, key: str) -> bool:
        """The true or false under *key*, false where it is not written.  Raises DataFileError for anything else."""
        value = self.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "应为 true 或 false")
        return value

    def pattern(self, key: str) -> re.Pattern[str]:
        """The regular expression under *key*.  Raises DataFileError for anything else."""
        return self._compiled(key, self.text(key))

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """The regular expressions listed under *key*, none where it is not written.  Raises DataFileError for anything else."""
        return tuple(self._compiled(key, text) for text in self.texts(key))

    def _compiled(self, key: str, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            raise self.wrong(key, f"不是正确的正则表达式：{error}") from error

    def words(self, key: str) -> Words:
        """The ``{zh, en}`` under *key*.  Raises DataFileError for anything else."""
        inner = self.table(key, "应写成 {zh: 中文, en: 英文}")
        inner.refuse_others(("zh", "en"))
        return Words(zh=inner.text("zh").strip(), en=inner.text("en").strip())

    def day(self, key: str) -> date:
        """The day written under *key*.  Raises DataFileError for anything else."""
        try:
            return date.fromisoformat(self.text(key))
        except ValueError as error:
            raise self.wrong(key, "应为日期，例如 2026-01-01") from error


class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe loader with the YAML 1.2 core schema and refused duplicate keys."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


_CORE = (
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), "tf"),
    ("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), "n~\0"),
    ("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), "-0123456789"),
    ("tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"), "-0123456789"),
)
for _tag, _pattern, _first in _CORE:
    _Strict.add_implicit_resolver(_tag, _pattern, [c if c != "\0" else "" for c in _first])


_TEXT = "tag:yaml.org,2002:str"
_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str", "bool", "null", "int", "float")}


def _construct(loader: _Strict, node: yaml.Node, source: str) -> object:
    if node.tag == _TEXT and isinstance(node, yaml.ScalarNode):  # nine values in ten
        return node.value
    if node.tag not in _TAGS:
        raise DataFileError(source, node.start_mark.line + 1, "", f"不认识的类型标记 {node.tag}")
    if isinstance(node, yaml.MappingNode):
        mapping = Lines(source, node.start_mark.line + 1)
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = _construct(loader, key_node, source)
            if not isinstance(key, str | int) or isinstance(key, bool):
                raise DataFileError(source, line, str(key), "键必须是文字；true、false 和小数请加引号")
            name = str(key)
            if name in mapping:
                raise DataFileError(source, line, name, "这个键写了两次")
            mapping[name] = _construct(loader, value_node, source)
            mapping.lines[name] = line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_construct(loader, item, source) for item in node.value]
    try:
        return loader.construct_object(node)
    except (ValueError, KeyError) as error:  # !!int abc, !!bool x, a number of thousands of digits
        kind = node.tag.rpartition(":")[2]
        raise DataFileError(source, node.start_mark.line + 1, "", f"{node.value[:40]} 不是 {kind}") from error


_YAML_SLIPS = {  # what libyaml says, and what the writer of a data file did
    "cannot start any token": "这里有制表符，或以特殊符号开头：缩进请用空格，特殊符号开头的值请加引号",
    "did not find expected ','": "花括号、方括号里少了逗号、少了右括号，或值里有冒号而没有加引号",
    "mapping values are not allowed": "值里有冒号加空格，请把整个值放进引号；或这一行缩进不对",
    "did not find expected key": "缩进与上面的键不齐，或引号没有成对",
    "could not find expected ':'": "键后面少了冒号和空格",
    "did not find expected '-' indicator": "列表各项的缩进不齐",
    "found unexpected end of stream": "引号没有成对",
}


def parse_yaml(text: str, source: str) -> object:
    """The value written in *text*: ``Lines`` for mappings, list, str, int, float, bool or None.

    *source* is the name shown in errors.  Dates stay text.  Raises DataFileError.
    """
    loader = _Strict(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _construct(loader, node, source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        wrong = next((zh for en, zh in _YAML_SLIPS.items() if en in (error.problem or "")), error.problem)
        raise DataFileError(source, mark.line + 1 if mark else 1, "", f"YAML 写法有误（{wrong}）") from error
    except yaml.YAMLError as error:
        raise DataFileError(source, 1, "", "不是可读的 YAML 文本") from error
    except RecursionError as error:
        raise DataFileError(source, 1, "", "一层套一层太深，或者引用（*）里又引用了自己") from error
    finally:
        loader.dispose()


def load_yaml(path: Path) -> object:
    """The value in the YAML file at *path* (UTF-8).  Raises DataFileError, also for a file that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(str(path), 1, "", "读不出这个文件（不存在、没有权限，或不是 UTF-8）") from error
    return parse_yaml(text, str(path))


def load_table(path: Path, shape: str = _SHAPE) -> Lines:
    """The mapping that is the whole YAML file at *path*; *shape* tells what it should be.  Raises DataFileError."""
    value = load_yaml(path)
    if not isinstance(value, Lines):
        raise DataFileError(str(path), 1, "", shape)
    return value


def load_rows(path: Path) -> tuple[Lines, ...]:
    """The mappings listed in the YAML file at *path*, a list as a whole.  Raises DataFileError for anything else."""
    whole = Lines(str(path), 1)
    whole[""] = load_yaml(path)
    return whole.tables("")
