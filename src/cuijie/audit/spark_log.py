"""The log as a Spark server reads it: a table or files there, every cell and key a column as on one computer."""

from __future__ import annotations

import glob
import re
from pathlib import Path
from typing import Any

from cuijie.audit.engines.spark_store import SparkStore
from cuijie.audit.errors import AuditError
from cuijie.audit.logs.json_keys import LINES, names_of, objects_of
from cuijie.audit.logs.log_files import log_paths
from cuijie.audit.logs.nested_columns import within
from cuijie.audit.logs.plain_text import AROUND, GUARDED, is_guarded
from cuijie.audit.logs.spelling import SPELLINGS
from cuijie.audit.logs.title_lines import lines_before_header, separator_of
from cuijie.audit.logs.workbooks import WORKBOOKS
from cuijie.audit.options import AuditOptions
from cuijie.rulebook.sql.text import literal

__all__ = ["name_raw", "separator"]

_KINDS = {"boolean": "bool", "date": "date", "timestamp": "timestamptz", "timestamp_ntz": "timestamp"}
_INTS = frozenset({"tinyint", "smallint", "int", "bigint"})
_NOT_THERE = ("TABLE_OR_VIEW_NOT_FOUND", "PATH_NOT_FOUND")
_REMEDY = "请核对表名或路径：表要写成 库.表，文件要在服务器能读到的地方，格式是带表头的 CSV、JSONL 或 Parquet。"


def name_raw(spark: SparkStore, options: AuditOptions) -> dict[str, str]:
    """Name the log ``raw_log`` on the server; gives its columns.  Raises AuditError where it is not there."""
    from pyspark.errors import AnalysisException

    log = options.table or str(options.log)
    try:
        return _named(spark, options, log)
    except AnalysisException as error:
        if any(sign in str(error) for sign in _NOT_THERE):
            raise AuditError(f"Spark 上没有 {log}。", remedy=_REMEDY) from error
        raise


def _named(spark: SparkStore, options: AuditOptions, log: str) -> dict[str, str]:
    if options.table is not None:
        if not re.fullmatch(r"[\w`.\-]+", options.table):
            raise AuditError(f"“{options.table}”不是表名。", remedy="写成 库.表，如 risk.contacts。")
        frame = spark.session.table(options.table)
    else:
        frame = _files(spark, str(options.log))
    frame = _unfolded(frame)
    kinds = {name: _kind(kind) for name, kind in frame.dtypes}
    if not kinds:  # what some servers make of a path where nothing is
        raise AuditError(f"Spark 在 {log} 没有读到任何列。", remedy=_REMEDY)
    _with_file(frame, None if options.table else str(options.log)).createOrReplaceTempView("raw_log")
    return kinds


def _kind(spelled: str) -> str:
    if spelled in {"double", "float"} or spelled.startswith("decimal"):
        return "float"
    return "int" if spelled in _INTS else _KINDS.get(spelled, "text")


def _with_file(frame: Any, log: str | None) -> Any:
    """*frame* with ``cj_file``, the file of each row, as far as the server can tell it."""
    from pyspark.errors import PySparkException
    from pyspark.sql.functions import expr

    if log is None:
        return frame.withColumn("cj_file", expr("CAST(NULL AS STRING)"))
    told = frame.withColumn("cj_file", expr("input_file_name()"))
    try:
        told.schema  # noqa: B018 -- the server looks at it only now
    except PySparkException:  # Sail
        is_one = not glob.has_magic(log) and not Path(log).is_dir()
        return frame.withColumn("cj_file", expr(literal(log) if is_one else "CAST(NULL AS STRING)"))
    return told


def _files(spark: SparkStore, log: str) -> Any:
    """The log's files as the server reads them; of a folder that is here, those that are a log, whatever lies beside."""
    path: str | list[str] = str(Path(log).resolve()) if "://" not in log else log
    suffix = Path(log).suffix.lower()
    if Path(log).is_dir():
        inside = list(log_paths(log))
        suffixes = {file.suffix.lower() for file in inside}
        if len(suffixes) > 1:
            raise AuditError(
                f"{log} 里有几种格式的文件（{'、'.join(sorted(suffixes))}）。",
                remedy="在 Spark 上一次审计的文件要是同一种格式。",
            )
        suffix = next(iter(suffixes), "")
        if inside and not any("=" in part for file in inside for part in file.relative_to(log).parts[:-1]):
            path = [str(file.resolve()) for file in inside]
    if suffix in WORKBOOKS:
        raise AuditError(f"{log} 是电子表格，Spark 上读不了。", remedy="请在本机审计（不写 --engine），或先存成 CSV。")
    if suffix in {".csv", ".tsv", ".txt"}:
        sep = separator(next(log_paths(log))) if "://" not in log and Path(log).exists() else ","
        cells = spark.session.read.csv(path, header=True, inferSchema=False, multiLine=True, escape='"', sep=sep)
        is_here = "://" not in log
        return cells if is_here and not any(map(is_guarded, log_paths(log))) else _unguarded(cells)
    if suffix in {".jsonl", ".ndjson", ".json"}:
        return _objects(spark, path)
    return spark.session.read.parquet(*([path] if isinstance(path, str) else path))


def _unguarded(cells: Any) -> Any:
    """*cells* without what kept a spreadsheet from making numbers of them."""
    from pyspark.sql.functions import col, regexp_replace

    quoted = SPELLINGS["spark"].name
    return cells.select(
        *(
            regexp_replace(regexp_replace(col(quoted(name)), AROUND, ""), GUARDED, "$1$2").alias(name)
            for name in cells.columns
        )
    )


def separator(file: Path) -> str:
    """The sign between the cells of a CSV file.  Raises AuditError for one that a server would misread."""
    remedy = "请先另存为 UTF-8、表头在第一行的 CSV，或在本机审计（不写 --engine）。"
    try:
        if lines_before_header(file):
            raise AuditError(f"{file} 的表头上面还有别的行，Spark 会把它们当成表头。", remedy=remedy)
        return separator_of(file)
    except UnicodeDecodeError as error:
        raise AuditError(f"{file} 不是 UTF-8，Spark 上读不对。", remedy=remedy) from error


def _objects(spark: SparkStore, path: str | list[str]) -> Any:
    """Lines of JSON; all as text where a key holds now a text, now a list, of which some servers make no column."""
    from pyspark.errors import PySparkException

    frame = spark.session.read.json(path)
    try:
        frame.schema  # noqa: B018 -- the server looks at it only now
    except PySparkException:
        lines = spark.session.read.text(path)
        names = names_of(objects_of(str(row[0]) for row in lines.limit(LINES).collect()))
        quoted = SPELLINGS["spark"].name
        return lines.selectExpr(
            *(f"get_json_object(value, {literal('$.' + name)}) AS {quoted(name)}" for name in names)
        )
    return frame


def _unfolded(frame: Any) -> Any:
    """*frame* with what stands within its columns as columns of their own, named as on one computer."""
    inner = within(frame.limit(0).toArrow().schema, "spark") if frame.columns else []
    if not inner:
        return frame
    quoted = SPELLINGS["spark"].name
    unfolded = {one.top for one in inner}
    plain = [quoted(name) for name in frame.columns if name not in unfolded]
    return frame.selectExpr(*plain, *(f"{one.sql} AS {quoted(one.name)}" for one in inner))
