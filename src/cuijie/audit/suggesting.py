"""A mapping file proposed from a log's header, for a person to check."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cuijie.audit.duckdb_store import DuckDBStore, open_duckdb
from cuijie.audit.log_files import LogFile, find_files, header_of, raw_sql
from cuijie.audit.mapping import ColumnSource, LogMapping, folded, suggest, value_words, words
from cuijie.audit.mapping_sql import Expressions
from cuijie.records import COLUMNS

__all__ = ["suggest_mapping"]

_ROWS = 20_000
_MOST = 40  # more words than this in a column of codes: it holds no codes


def suggest_mapping(log: str) -> str:
    """The text of a mapping file for *log*.  Raises AuditError for a log that cannot be read."""
    with tempfile.TemporaryDirectory() as scratch, open_duckdb("1GB", Path(scratch) / "spill") as store:
        file = find_files(log, Path(scratch))[0]
        header = header_of(store.connection, file)
        return _written(store, file, header)


def _written(store: DuckDBStore, file: LogFile, header: Mapping[str, str]) -> str:
    found = suggest(tuple(header))
    used = {name for names in found.values() for name in names}
    lines = [
        f"# 按 {file.path.name} 的表头推测，请逐行核对；不对的改掉，不要的删掉。",
        "zone: Asia/Shanghai          # 没写时区的时间按哪个时区",
        "duration: seconds            # 时长的单位：seconds、minutes、milliseconds、clock（00:03:20）",
        f"unknown: {_flow(words().unknown)}   # 哪些写法表示不知道",
        "columns:",
    ]
    columns = {column.name: column for column in COLUMNS}
    for name in (*columns, "ended_at"):
        if name in found:
            lines += _column(store, file, header, name, found[name])
        elif name in {"direction", "lender_id", "lender_type", "product", "channel", "contact_id"}:
            lines.append(_constant(name))
    if "occurred_at" not in found:
        lines.append("  occurred_at: 请写联系时间是哪一列")
    rest = [name for name in header if name not in used]
    if rest:
        lines.append(f"# 没有用到的列：{'、'.join(rest)}")
    return "\n".join(lines) + "\n"


def _constant(name: str) -> str:
    if name == "direction":
        return "  direction: {constant: outbound}   # 日志里全是外呼、外发才这样写；否则写方向是哪一列"
    if name == "contact_id":
        return "  # contact_id: 没有编号的列；不写就按文件和行号编号"
    example = {"channel": "call", "lender_id": "b1", "lender_type": "consumer_finance", "product": "online_consumer"}[
        name
    ]
    return f"  # {name}: {{constant: {example}}}   # 整份日志都一样时，去掉行首的 #，改成实际的值"


def _column(
    store: DuckDBStore, file: LogFile, header: Mapping[str, str], name: str, theirs: Sequence[str]
) -> list[str]:
    source = json.dumps(theirs[0], ensure_ascii=False)
    more = f"   # 也可能是 {'、'.join(theirs[1:])}" if len(theirs) > 1 else ""
    of = next((column for column in COLUMNS if column.name == name), None)
    if of is None or not (of.values or of.type == "bool") or header[theirs[0]] == "bool":
        return [f"  {name}: {source}{more}"]
    known = value_words(name)
    say = Expressions(LogMapping(columns={}, unknown=words().unknown), "duckdb", header)
    said = say.known(ColumnSource(column=name, names=(theirs[0],)))
    rows = store.connection.execute(
        f"SELECT DISTINCT word FROM (SELECT {said} AS word FROM (SELECT *{say.said_columns()} FROM {raw_sql(file, tuple(header))} LIMIT {_ROWS}) AS told) AS w"  # noqa: S608 -- quoted names
        f" WHERE word IS NOT NULL ORDER BY word LIMIT {_MOST + 1}"
    ).fetchall()
    if not rows or len(rows) > _MOST:
        return [f"  {name}: {source}{more}"]
    lines = [f"  {name}:{more}", f"    from: {source}", "    values:"]
    allowed = "true、false" if of.type == "bool" else "、".join(of.values)
    for (word,) in rows:
        meant = known.get(folded(str(word)), "?")
        comment = f"   # 不认识，请改成 {allowed}，或 null（不知道）" if meant == "?" else ""
        lines.append(
            f"      {json.dumps(str(word), ensure_ascii=False)}: {'null' if meant in {None, '?'} else meant}{comment}"
        )
    return lines


def _flow(values: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(value, ensure_ascii=False) for value in values) + "]"
