# ruff: noqa: S608 -- paths pass through literal()
"""The files of a log: found, recognised, digested, and given to DuckDB as a relation."""

from __future__ import annotations

import glob
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.dialogues import dialogues_of
from cuijie.audit.logs.json_keys import names_in, text_at
from cuijie.audit.logs.nested_columns import Within, within
from cuijie.audit.logs.plain_text import AROUND, GUARDED, in_utf8, is_guarded, quoted_late, with_lines_alike
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
_GUARD = GUARDED.replace("'", "''")  # no literal(): it would take the dollar apart
_UNGUARDED = f"regexp_replace(regexp_replace(COLUMNS(*), '{AROUND}', '', 'g'), '{_GUARD}', '\\1\\2')"
"""Cells without what kept a spreadsheet from making numbers of them: a tab or blank at either end, ="…", an apostrophe."""
_ASK = "请给出 Parquet、CSV、JSONL（每行一个 JSON 对象）或电子表格（xlsx、xls）的文件、通配符或文件夹。"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """One file of a log; ``readable`` is where DuckDB reads it (a copy of a workbook, and of text it would not read).

    ``skip`` lines of a CSV file stand above its header; ``is_quoted`` if DuckDB has to be told that its cells may be
    in quotes, ``is_guarded`` if they may begin with a tab or ="; ``made`` are columns (name, SQL) that are no cell of the
    file: what stands within an object, conversations.  ``unfolded`` are the columns of a Parquet file that they stand in.
    """

    path: Path
    form: Form
    size: int
    sha256: str
    readable: Path
    skip: int = 0
    is_quoted: bool = False
    is_guarded: bool = False
    made: tuple[tuple[str, str], ...] = ()
    unfolded: tuple[str, ...] = ()

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
    if form == "parquet":
        inner = _within_parquet(path)
        return LogFile(
            path=path,
            form=form,
            size=size,
            sha256=digest,
            readable=path,
            made=tuple((one.name, one.sql) for one in inner),
            unfolded=tuple(dict.fromkeys(one.top for one in inner)),
        )
    copy = scratch / f"{digest[:16]}.{form}"
    # a workbook is one whatever it is called
    readable = in_csv(path, copy) if is_workbook(head) else with_lines_alike(in_utf8(path, copy), copy)
    skip = lines_before_header(readable) if form == "csv" else 0
    return LogFile(
        path=path,
        form=form,
        size=size,
        sha256=digest,
        readable=readable,
        skip=skip,
        is_quoted=form == "csv" and quoted_late(readable),
        is_guarded=form == "csv" and is_guarded(readable),
        made=tuple(dialogues_of(readable).items()) if form == "jsonl" else (),
    )


def raw_sql(file: LogFile, header: Sequence[str] | None = None) -> str:
    """The relation of *file*'s rows, with ``cj_row`` as the place of a row (from 1)."""
    at = literal(str(file.readable))
    if file.form == "parquet":
        without = f" EXCLUDE ({', '.join(map(_q, file.unfolded))})" if file.unfolded else ""
        made = "".join(f", {sql} AS {_q(name)}" for name, sql in file.made)
        return (
            f"(SELECT *{without}{made}, file_row_number + 1 AS cj_row FROM read_parquet({at}, file_row_number = true,"
            " hive_partitioning = true, hive_types_autocast = false))"
        )
    if file.form == "csv":
        quotes = """ quote = '"', escape = '"',""" if file.is_quoted else ""
        cells = _UNGUARDED if file.is_guarded else "*"
        return (
            f"(SELECT {cells}, row_number() OVER () AS cj_row FROM read_csv({at}, all_varchar = true, header = true, skip = {file.skip},{quotes}"
            " ignore_errors = true, store_rejects = true, null_padding = false, max_line_size = 16777216, hive_partitioning = false))"
        )
    keys = _json_names(file) if header is None else header
    spoken = dict(file.made)
    columns = ", ".join(f"{spoken.get(key) or text_at('line', key)} AS {_q(key)}" for key in keys)
    return (
        f"(SELECT {columns or 'line'}, cj_row, line IS NULL AS cj_broken FROM (SELECT CASE WHEN json_valid(line) THEN line END AS line, cj_row"
        " FROM (SELECT line, row_number() OVER () AS cj_row"
        f" FROM read_csv({at}, columns = {{'line': 'VARCHAR'}}, header = false, delim = '\\x01', quote = '', escape = '',"
        " auto_detect = false, max_line_size = 16777216) WHERE trim(line) <> '')))"
    )


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _json_names(file: LogFile) -> tuple[str, ...]:
    """The columns that the first lines show.  Raises AuditError if no line is an object."""
    names = names_in(file.readable)
    if not names:
        raise AuditError(f"{file.path} 的头一千行里没有一行是 JSON 对象。", remedy=_ASK)
    return names


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


def _within_parquet(path: Path) -> list[Within]:
    """The columns that stand within others of a Parquet file; none of one that cannot be read, which is told later."""
    try:
        return within(pq.read_schema(path))
    except (OSError, pa.ArrowException):
        return []


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
    if kind in {"DOUBLE", "FLOAT"} or kind.startswith("DECIMAL"):
        return "float"
    return "int" if kind.endswith("INT") or kind.endswith("INTEGER") else _KINDS.get(kind, "text")
