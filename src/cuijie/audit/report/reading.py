# ruff: noqa: S608 -- names are our own; paths pass through literal()
"""The folder an audit wrote, opened for reading: its two JSON files as records, its Parquet files as views."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from cuijie.audit.errors import AuditError
from cuijie.audit.masking import MASKED, Mask, load_key
from cuijie.errors import cause_of
from cuijie.law.textpack import data_folder
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.rule import Words
from cuijie.rulebook.sql.text import literal

__all__ = ["AuditFolder", "Column", "Input", "Quality", "RunFacts", "Shown", "mask_of_run", "open_audit"]

_NO_DAYS: Mapping[str, Any] = {"first": None, "last": None, "number": 0, "undated": 0}
_TABLES = ("findings", "questions", "summary")
_TO_DO = "请给出 cuijie audit … -o 写的文件夹；里面应有 run.json 和 findings.parquet。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file of the log that was read, or the table of a cluster, which has no digest (empty)."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What ``run.json`` says of the run."""

    version: str
    engine: str
    versions: Mapping[str, str]
    rulebook: str
    rules: Mapping[str, int]  # id to version, in the order of the rulebook
    not_judged: tuple[str, ...]  # rules about the loan or a complaint
    titles: Mapping[str, Words]  # as they were then
    rule_folders: tuple[Path, ...]
    inputs: tuple[Input, ...]
    registers: int
    registered: tuple[str, ...]  # columns that registers tell
    unused: Mapping[str, tuple[str, ...]]  # columns of registers that told nothing, by file
    law_facts: tuple[str, ...]
    since: str | None
    until: str | None
    is_masked: bool
    mask_key: str | None
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How much of one column the log knows."""

    name: str
    title_zh: str
    known: int
    missing: int
    unknown_values: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """How a column of the log was read; ``read_as`` None: why it was not is ``doubt``."""

    names: tuple[str, ...]
    read_as: str | None
    doubt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What ``quality.json`` says of the log."""

    read: int
    kept: int
    set_aside: int
    reasons: Mapping[str, int]
    notes: Mapping[str, int]
    columns: tuple[Column, ...]
    assumed: tuple[Assumed, ...]
    first: date | None
    last: date | None
    days: int
    undated: int


class Shown:
    """How an id of the result is shown: a pseudonym, made here where the result itself holds what the log holds."""

    def __init__(self, mask: Mask | None) -> None:
        self._mask = mask

    def __call__(self, column: str, value: str | None) -> str | None:
        """*value* of *column* as it may be shown."""
        if value is None or self._mask is None or column not in MASKED:
            return value
        return self._mask.shown(column, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFolder:
    """One result; ``rows`` asks its views ``findings``, ``questions``, ``summary``."""

    folder: Path
    run: RunFacts
    quality: Quality
    connection: Any
    shown: Shown

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """The rows of *query*.  Raises AuditError if a file is not what an audit writes."""
        try:
            found: Sequence[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise AuditError(
                f"{self.folder} 里的结果读不出来：{str(error).splitlines()[0][:160]}。",
                remedy="文件可能被改过或没有写完；请再跑一次审计。",
            ) from error
        return found


def mask_of_run(run: RunFacts, mask_key: Path | None = None) -> Mask | None:
    """The mask the run used; None if its key is not *mask_key* or this computer's own.  No key is made here."""
    path = mask_key or data_folder() / "audit.key"
    if not run.is_masked:
        return Mask(None)
    if not path.is_file():
        return None
    mask = Mask(load_key(path))
    return mask if mask.fingerprint == run.mask_key else None


@contextmanager
def open_audit(folder: Path, *, unmasked: bool = False, mask_key: Path | None = None) -> Iterator[AuditFolder]:
    """The result in *folder*.  What it holds in clear is shown as pseudonyms unless *unmasked*.  Raises AuditError."""
    run, quality = _run_of(_json(folder / "run.json")), _quality_of(_json(folder / "quality.json"))
    with TemporaryDirectory(prefix="cuijie-report-") as spill, _connected(spill) as connection:
        for name in _TABLES:
            path = folder / f"{name}.parquet"
            if not path.is_file():
                raise AuditError(f"{folder} 里没有 {name}.parquet。", remedy=_TO_DO)
            try:
                held = "TEMP TABLE" if name == "summary" else "VIEW"  # the counts are asked many times, and are few
                connection.execute(f"CREATE {held} {name} AS SELECT * FROM read_parquet({literal(str(path))})")
            except duckdb.Error as error:
                raise AuditError(f"{path} 读不出来（没有写完，或不是 Parquet）。", remedy=_TO_DO) from error
        mask = None if run.is_masked or unmasked else Mask(load_key(mask_key or data_folder() / "audit.key"))
        yield AuditFolder(
            folder=folder, run=run, quality=_with_days(quality, connection), connection=connection, shown=Shown(mask)
        )


@contextmanager
def _connected(spill: str) -> Iterator[Any]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB",
        "threads": "2",
        "temp_directory": spill,
        "autoinstall_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def _title(column: str) -> str:
    known = CONTACT_COLUMNS.get(column)
    return known.title_zh if known and known.title_zh else column


def _with_days(quality: Quality, connection: Any) -> Quality:
    """*quality* with the days that the counts name, where it names none itself."""
    if quality.first is not None or quality.undated:
        return quality
    try:
        first, last, number = connection.execute(
            "SELECT MIN(d), MAX(d), COUNT(DISTINCT d) FROM (SELECT TRY_CAST(value AS DATE) AS d FROM summary WHERE dimension = 'day')"
        ).fetchone()
    except duckdb.Error as error:
        raise AuditError("summary.parquet 读不出来。", remedy=_TO_DO) from error
    return replace(quality, first=first, last=last, days=int(number))


def _json(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AuditError(f"读不出 {path}：{cause_of(error)}。", remedy=_TO_DO) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise AuditError(f"{path} 不是完整的 JSON。", remedy=_TO_DO) from error
    if not isinstance(value, dict):
        raise AuditError(f"{path} 不是审计写的。", remedy=_TO_DO)
    return value


def _run_of(told: Mapping[str, Any]) -> RunFacts:
    try:
        parameters, book = told["parameters"], told["rulebook"]
        return RunFacts(
            version=str(told["cuijie"]),
            engine=str(told["engine"]),
            versions={str(k): str(v) for k, v in told["versions"].items()},
            rulebook=str(book["digest"]),
            rules={str(rule["id"]): int(rule["version"]) for rule in book["rules"]},
            not_judged=tuple(str(rule["id"]) for rule in book.get("not_judged", ())),
            titles={
                str(rule["id"]): Words(zh=str(rule["title"]["zh"]), en=str(rule["title"]["en"]))
                for rule in (*book["rules"], *book.get("not_judged", ()))
                if "title" in rule
            },
            rule_folders=tuple(Path(folder) for folder in parameters["rules"]),
            inputs=tuple(Input(path=str(i["path"]), sha256=str(i.get("sha256") or "")) for i in told["inputs"]),
            registers=len(told["registers"]),
            registered=tuple(dict.fromkeys(str(name) for one in told["registers"] for name in one.get("tells", ()))),
            unused={
                Path(one["path"]).name: tuple(map(str, one["unused"])) for one in told["registers"] if one.get("unused")
            },
            law_facts=tuple(sorted(map(str, parameters["law_facts"]))),
            since=parameters.get("since"),
            until=parameters.get("until"),
            is_masked=bool(told["masked"]),
            mask_key=told.get("mask_key"),
            outputs={str(k): str(v) for k, v in told.get("outputs", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AuditError("run.json 缺少应有的内容。", remedy=_TO_DO) from error


def _quality_of(told: Mapping[str, Any]) -> Quality:
    try:
        days = told.get("days") or _NO_DAYS  # a cluster's report has none: they are taken from the counts
        return Quality(
            read=int(told["read"]),
            kept=int(told["kept"]),
            set_aside=int(told["set_aside"]),
            reasons={str(k): int(v) for k, v in told["reasons"].items()},
            notes={str(k): int(v) for k, v in told["notes"].items()},
            columns=tuple(
                Column(
                    name=str(column["column"]),
                    title_zh=str(column.get("title") or _title(str(column["column"]))),
                    known=int(column["known"]),
                    missing=int(column["missing"]),
                    unknown_values={str(k): int(v) for k, v in column["unknown_values"].items()},
                )
                for column in told["columns"]
            ),
            assumed=tuple(
                Assumed(names=tuple(map(str, one["from"])), read_as=one["read_as"], doubt=one["doubt"])
                for one in told.get("assumed", [])
            ),
            first=date.fromisoformat(days["first"]) if days["first"] else None,
            last=date.fromisoformat(days["last"]) if days["last"] else None,
            days=int(days["number"]),
            undated=int(days["undated"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AuditError("quality.json 缺少应有的内容。", remedy=_TO_DO) from error
