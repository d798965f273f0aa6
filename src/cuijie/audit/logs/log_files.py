# ruff: noqa: S608 -- paths pass through literal()
"""The files of a log: found, recognised, digested, and given to DuckDB as a relation."""

from __future__ import annotations

import glob
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.dialogues import Dialogue, dialogues_of
from cuijie.audit.logs.title_lines import header_of_csv, lines_before_header
from cuijie.audit.logs.workbooks import WORKBOOKS, in_csv, is_workbook
from cuijie.errors import cause_of
from cuijie.rulebook.sql.text import literal

__all__ = ["LOG_SUFFIXES", "LogFile", "find_files", "header_of", "headers_of", "log_paths", "raw_sql"]

Form = Literal["parquet", "csv", "jsonl"]
_FORMS: dict[str, Form] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    **dict.fromkeys(WORKBOOKS, "csv"),
}
LOG_SUFFIXES = frozenset(_FORMS)
"""What the names of log files end in."""
_NO_ACCIDENT = 9  # bytes
_ASK = "请给出 Parquet、CSV、JSONL（每行一个 JSON 对象）或电子表格（xlsx、xls）的文件、通配符或文件夹。"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """One file of a log; ``readable`` is where DuckDB reads it (a copy for a file in GBK, and for a workbook).

    ``skip`` lines of a CSV file stand above its header; ``dialogues`` are the conversations in a JSONL file.
    """

    path: Path
    form: Form
    size: int
    sha256: str
    readable: Path
    skip: int = 0
    dialogues: tuple[Dialogue, ...] = ()

    @property
    def name(self) -> str:
        """The path as the user knows it."""
        return str(self.path)


def find_files(log: str, scratch: Path) -> tuple[LogFile, ...]:
    """The files that *log* (a file, a glob, a folder) names, sorted by path.  Raises AuditError."""
    paths = list(log_paths(log))
    if not paths:
        raise AuditError(f"{log} 里没有可审计的日志文件。", remedy=_ASK)
    return tuple(_open(path, scratch) for path in paths)


def log_paths(log: str) -> Iterator[Path]:
    """The paths that *log* names, of a folder those that end as logs do.  Raises AuditError."""
    path = Path(log)
    try:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in _FORMS)
            yield from (p for p in found if not any(part.startswith((".", "_")) for part in p.relative_to(path).parts))
        elif path.exists():
            yield path
        elif glob.has_magic(log):
            yield from sorted(Path(p) for p in glob.glob(log, recursive=True) if Path(p).is_file())
        else:
            raise AuditError(f"找不到 {log}。", remedy=_ASK)
    except OSError as error:
        raise AuditError(f"读不出 {log}：{cause_of(error)}。") from error


def _open(path: Path, scratch: Path) -> LogFile:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
            if size == 0:
                raise AuditError(f"{path} 是空的。", remedy=_ASK)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AuditError(f"读不出 {path}：{cause_of(error)}。") from error
    form: Form | None = "parquet" if head == b"PAR1" else _FORMS.get(path.suffix.lower())
    if form is None or (form == "parquet" and head != b"PAR1"):
        raise AuditError(f"{path} 不是能读的日志文件。", remedy=_ASK)
    readable = path if form == "parquet" else _readable(path, head, scratch / f"{digest[:16]}.{form}")
    skip = lines_before_header(readable) if form == "csv" else 0
    turns = dialogues_of(readable) if form == "jsonl" else ()
    return LogFile(path=path, form=form, size=size, sha256=digest, readable=readable, skip=skip, dialogues=turns)


def _readable(path: Path, head: bytes, copy: Path) -> Path:
    """Where a file that is not Parquet can be read as text: a copy of a workbook, whatever it is called, and of GBK."""
    return in_csv(path, copy) if is_workbook(head) else _in_utf8(path, copy)


def _in_utf8(path: Path, copy: Path) -> Path:
    """*path* itself if it is UTF-8, else a copy of it in UTF-8."""
    if _decodes(path, "utf-8-sig"):
        return path
    for encoding in ("gb18030", "utf-16"):
        if _decodes(path, encoding):
            if encoding == "gb18030" and (line := _first_utf8_line(path)):
                raise _mixed(path, line)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as to:
                while block := source.read(1 << 20):
                    to.write(block)
            return copy
    raise _mixed(path, max(_first_bad_line(path, encoding) for encoding in ("utf-8", "gb18030")))


def _mixed(path: Path, line: int) -> AuditError:
    return AuditError(
        f"{path} 的文字编码认不出：到第 {line} 行，编码和前面的不一样。",
        remedy="多半是编码不同的几份文件拼在了一起。请分开，或全部另存为 UTF-8 再来。",
    )


def _first_utf8_line(path: Path) -> int | None:
    """The first line of a file in GBK that is in UTF-8: three characters and more are no accident."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isascii():
                continue
            try:
                if len(line) - len(line.decode("utf-8").encode("ascii", "ignore")) >= _NO_ACCIDENT:
                    return number
            except UnicodeDecodeError:
                continue
    return None


def _first_bad_line(path: Path, encoding: str) -> int:
    """The first line (from 1) that is not in *encoding* or holds a zero."""
    number = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                if "\x00" in line.decode(encoding):
                    return number
            except UnicodeDecodeError:
                return number
    return number


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while block := file.read(1 << 20):
                if "\x00" in block:
                    return False
    except (UnicodeError, OSError):
        return False
    return True


def raw_sql(file: LogFile, header: Sequence[str] | None = None) -> str:
    """The relation of *file*'s rows, with ``cj_row`` as the place of a row (from 1)."""
    at = literal(str(file.readable))
    if file.form == "parquet":
        return (
            f"(SELECT *, file_row_number + 1 AS cj_row FROM read_parquet({at}, file_row_number = true,"
            " hive_partitioning = true, hive_types_autocast = false))"
        )
    if file.form == "csv":
        return (
            f"(SELECT *, row_number() OVER () AS cj_row FROM read_csv({at}, all_varchar = true, header = true, skip = {file.skip},"
            " ignore_errors = true, store_rejects = true, null_padding = false, max_line_size = 16777216, hive_partitioning = false))"
        )
    keys = json_keys(file) if header is None else header
    spoken = {dialogue.key: dialogue.sql("line") for dialogue in file.dialogues}
    plain = {key: f"json_extract_string(line, {literal('$.' + json.dumps(key, ensure_ascii=False))})" for key in keys}
    columns = ", ".join(f"{spoken.get(key, said)} AS {_q(key)}" for key, said in plain.items())
    return (
        f"(SELECT {columns or 'line'}, cj_row, line IS NULL AS cj_broken FROM (SELECT CASE WHEN json_valid(line) THEN line END AS line, cj_row"
        " FROM (SELECT line, row_number() OVER () AS cj_row"
        f" FROM read_csv({at}, columns = {{'line': 'VARCHAR'}}, header = false, delim = '\\x01', quote = '', escape = '',"
        " auto_detect = false, max_line_size = 16777216) WHERE trim(line) <> '')))"
    )


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def json_keys(file: LogFile) -> tuple[str, ...]:
    """The keys of the first thousand readable lines, in the order met.  Raises AuditError if no line is an object."""
    keys: dict[str, None] = {}
    with file.readable.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines):
            if number > 1000:
                break
            try:
                value: object = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                keys.update(dict.fromkeys(map(str, value)))
    if not keys:
        raise AuditError(f"{file.path} 的头一千行里没有一行是 JSON 对象。", remedy=_ASK)
    return tuple(keys)


_KINDS = {"BOOLEAN": "bool", "DATE": "date", "TIMESTAMP": "timestamp", "TIMESTAMP WITH TIME ZONE": "timestamptz"}


def header_of(connection: Any, file: LogFile) -> dict[str, str]:
    """The columns of *file* with what kind they are.  Raises AuditError for a file that cannot be read."""
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {raw_sql(file)}").fetchall()
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise AuditError(
            f"读不出 {file.path}：文件残缺，或不是它名字所说的格式（{first[:120]}）。", remedy=_ASK
        ) from error
    if file.form == "csv":
        _refuse_twins(file)
    ours = {"file_row_number"} if file.form == "parquet" else set()
    return {
        str(name): _kind(str(kind))
        for name, kind, *_ in described
        if not str(name).startswith("cj_") and name not in ours
    }


def headers_of(connection: Any, files: Sequence[LogFile]) -> list[dict[str, str]]:
    """``header_of`` each of *files*; Parquet files that say the same of themselves are looked at once."""
    known: dict[tuple[bytes, tuple[str, ...]], dict[str, str]] = {}
    found = []
    for file in files:
        said = _schema_of(file)
        parts = tuple(part.partition("=")[0] for part in file.path.parts if "=" in part)
        header = known.get((said, parts)) if said is not None else None
        if header is None:
            header = header_of(connection, file)
        if said is not None:
            known[said, parts] = header
        found.append(header)
    return found


def _schema_of(file: LogFile) -> bytes | None:
    """What a Parquet file says of its columns; None for another, or one that cannot be read."""
    if file.form != "parquet":
        return None
    try:
        return bytes(pq.read_schema(file.readable).serialize())
    except (OSError, pa.ArrowException):
        return None


def _refuse_twins(file: LogFile) -> None:
    """Raise AuditError for a CSV file with two columns of one name: nobody can tell which is meant."""
    head = header_of_csv(file.readable)
    twins = [name for name, number in Counter(name.strip() for name in head if name.strip()).items() if number > 1]
    if twins:
        raise AuditError(
            f"{file.path} 的表头里有两列都叫“{twins[0]}”，分不清用哪一列。", remedy="请改掉其中一列的名字再来。"
        )


def _kind(kind: str) -> str:
    if kind.startswith("TIMESTAMP_"):
        return "timestamp"
    if kind.startswith("STRUCT(") and kind.endswith("[]"):
        return "turns"
    if kind in {"DOUBLE", "FLOAT"} or kind.startswith("DECIMAL"):
        return "float"
    return "int" if kind.endswith("INT") or kind.endswith("INTEGER") else _KINDS.get(kind, "text")
