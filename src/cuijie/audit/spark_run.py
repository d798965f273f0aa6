# ruff: noqa: S608 -- names are our own; the table's name is checked
"""One audit on a Spark server: the contacts stay there, what was found comes back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cuijie import __version__
from cuijie.audit.day_files import DayFiles, take_over
from cuijie.audit.engines.duckdb_store import DuckDBStore, open_duckdb
from cuijie.audit.engines.judging import Judging
from cuijie.audit.engines.spark_store import SparkStore, open_spark
from cuijie.audit.errors import AuditError
from cuijie.audit.logs.mapping import LogMapping
from cuijie.audit.logs.mapping_sql import STAGED, mapped_sql, texts_sql
from cuijie.audit.logs.parts import one_mapping
from cuijie.audit.logs.time_shapes import Assumption, Table, settled
from cuijie.audit.masking import Mask
from cuijie.audit.merging import Kept, merge
from cuijie.audit.options import AuditOptions, AuditResult, Tell
from cuijie.audit.outputs import SET_ASIDE, write_options
from cuijie.audit.quality import Counted, report, unheard_sql, with_unheard
from cuijie.audit.reading_keys import every_role_sql
from cuijie.audit.register_files import RegisterFiles, load_registers
from cuijie.audit.run_record import digests_of, judged_by, mapping_of, parameters_of, rulebook_of
from cuijie.audit.spark_days import DAY_NUMBER, judge_days, prints_of, spark_days
from cuijie.audit.spark_log import name_raw
from cuijie.audit.staging import MAYBE, MAYBE_MIDNIGHT, at_midnight, counts_of, tells_hours
from cuijie.audit.texts import READINGS, read_texts, reader_digest
from cuijie.audit.work import Stages, begin_result, peak_memory_mb, write_json
from cuijie.rulebook import LinkedRule, Rulebook, load_rulebook

__all__ = ["audit_on_spark"]


def audit_on_spark(
    options: AuditOptions, book: Rulebook, beside: Sequence[LinkedRule], mask: Mask, work: Path, tell: Tell
) -> AuditResult:
    """Audit the table or the files that the server can read.  Raises AuditError and AuditStopped."""
    stages, options = Stages(), one_mapping(options)
    with open_spark(options.engine) as spark, open_duckdb(options.memory, work / "spill") as local:
        with stages.stage("stage"):
            kinds = name_raw(spark, options)
            now_us = int(options.clock.now().timestamp() * 1_000_000)
            log = [Table(raw="raw_log", kinds=kinds)]
            mapping, assumed = settled(
                mapping_of(options, tuple(kinds)), log, lambda query: spark.rows(query).to_pylist(), "spark", now_us
            )
            begin_result(options.out)
            quality = _kept(spark, options, mapping, kinds, mask, assumed)
        with stages.stage("registers"):
            registers = _registers(spark, local, options, mapping, work)
        with stages.stage("texts"):
            texts = _read(spark, options, work, mapping, kinds, tell, to_each=registers.registered.tells_roles)
        version = spark.session.version
        with stages.stage("judge"):
            texts_here = "text" in mapping.columns
            days = spark_days(spark)
            parameters = judged_by(book, mask, options, registers.registered.complete, {"spark": version})
            prints = prints_of(days, local, parameters, registers.registered, texts=texts_here)
            judging = Judging(book, spark, local, mask, with_open=options.open_rows)
            files = _files_of(options, work, "spark-days")
            judged = judge_days(spark, judging, days, prints, registers.registered, files, tell, texts=texts_here)
        with stages.stage("merge"):
            tell("merge", 0, 1)
            if not options.open_rows:
                (options.out / "open.parquet").unlink(missing_ok=True)
            made = Kept(days=files, months=_files_of(options, work, "spark-months"), prints=prints)
            names = tuple(day.name for day in days)
            counts = merge(local, book, made, names, mask, options.out, with_open=options.open_rows)
    read, kept = quality["read"], quality["kept"]
    counts |= {"read": read, "kept": kept, "set_aside": read - kept, "texts": texts, "profiles": judging.profiles}
    write_json(
        options.out / "run.json",
        _run_record(
            options, rulebook_of(book, beside), mask, registers, counts, stages, (judged, len(days) - judged), version
        ),
    )
    return AuditResult(
        out=options.out,
        read=read,
        kept=kept,
        set_aside=read - kept,
        findings=counts["findings"],
        questions=counts["questions"],
        days_judged=judged,
        days_reused=len(days) - judged,
    )


def _files_of(options: AuditOptions, work: Path, name: str) -> DayFiles:
    return DayFiles(work / name, options.previous / "work" / name if options.previous else None)


def _file_of(told: str | None, options: AuditOptions) -> str:
    """A file's name as its user knows it; where the server does not say, the name of the whole."""
    if told is None:
        return options.table or str(options.log)
    return unquote(urlsplit(told).path) if told.startswith("file:") else told


def _kept(
    spark: SparkStore,
    options: AuditOptions,
    mapping: LogMapping,
    kinds: dict[str, str],
    mask: Mask,
    assumed: Sequence[Assumption],
) -> dict[str, int]:
    """Name the usable contacts ``contacts_in_hand``, write the quality report and what was set aside."""
    if "contact_id" not in mapping.columns:
        raise AuditError(
            "Spark 上的日志要有联系编号（contact_id）。",
            remedy="在映射文件里写 contact_id: {from: [几列], joined_by: '-'}。",
        )
    now_us = int(options.clock.now().timestamp() * 1_000_000)
    place = {"src_file": "cj_file"}  # a server numbers no rows
    spark.keep("as_written", mapped_sql(mapping, "spark", kinds, "raw_log", place=place, now_us=now_us, no_id="NULL"))
    _name_mapped(spark, is_exact="time_precision" in mapping.columns)
    content = "md5(concat_ws('|', " + ", ".join(f"COALESCE(CAST({name} AS STRING), '')" for name in STAGED) + "))"
    ranked = (
        f"SELECT *, row_number() OVER (PARTITION BY contact_id ORDER BY at_us, whole) AS met,"
        " first_value(whole) OVER (PARTITION BY contact_id ORDER BY at_us, whole) AS first_whole"
        f" FROM (SELECT *, {content} AS whole FROM mapped WHERE problem IS NULL) AS usable"
    )
    spark.name("ranked", ranked)
    spark.keep("contacts_in_hand", f"SELECT {', '.join(STAGED)}, whole FROM ranked WHERE met = 1{_period(options)}")
    aside = spark.rows(
        "SELECT src_file, contact_id, problem FROM mapped WHERE problem IS NOT NULL UNION ALL SELECT src_file, contact_id,"
        " CASE WHEN whole = first_whole THEN 'repeated_row:contact_id' ELSE 'duplicate_id:contact_id' END FROM ranked WHERE met > 1"
    ).to_pylist()
    rows = [
        {
            "file": _file_of(row["src_file"], options),
            "contact_id": mask.shown("contact_id", row["contact_id"]),
            "reason": str(row["problem"]).partition(":")[0],
            "column": str(row["problem"]).partition(":")[2],
        }
        for row in aside
    ]
    table = pa.Table.from_pylist(rows, schema=SET_ASIDE)
    table = table.sort_by([(name, "ascending") for name in ("file", "reason", "contact_id", "column")])
    pq.write_table(table, options.out / "set_aside.parquet", **write_options())
    return _quality(spark, options, mapping, table, assumed)


def _name_mapped(spark: SparkStore, *, is_exact: bool) -> None:
    """Name the rows ``mapped``, midnight told from a date without an hour unless the log itself *is_exact*."""
    counts = counts_of(STAGED) | {MAYBE: f"COUNT(CASE WHEN {MAYBE_MIDNIGHT} THEN 1 END)"}
    needed = ("at_us", "note_no_time_of_day", MAYBE)
    fields = ", ".join(f"{counts[name]} AS {name}" for name in needed)
    (known,) = spark.rows(f"SELECT {fields} FROM as_written WHERE problem IS NULL").to_pylist()
    precision = at_midnight() if tells_hours(known, known[MAYBE]) and not is_exact else "time_precision"
    others = ", ".join(name for name in (*STAGED, "problem", "odd", "src_file") if name != "time_precision")
    spark.name("mapped", f"SELECT {others}, {precision} AS time_precision FROM as_written")


def _period(options: AuditOptions) -> str:
    """Contacts outside the days asked for are left out; those without a time belong to every period."""
    day = f"date_add(DATE '1970-01-01', CAST({DAY_NUMBER} AS INT))"
    since = f" AND (at_us IS NULL OR {day} >= DATE '{options.since}')" if options.since else ""
    return since + (f" AND (at_us IS NULL OR {day} <= DATE '{options.until}')" if options.until else "")


def _quality(
    spark: SparkStore, options: AuditOptions, mapping: LogMapping, aside: Any, assumed: Sequence[Assumption]
) -> dict[str, int]:
    counts = ", ".join(f"{count} AS {name}" for name, count in counts_of(STAGED).items())
    day = DAY_NUMBER
    row = spark.rows(
        f"SELECT COUNT(*) AS every, COUNT(DISTINCT {day}) AS days, MIN({day}) AS first_day, MAX({day}) AS last_day, {counts}"
        " FROM ranked WHERE met = 1"
    ).to_pylist()[0]
    odd = spark.rows(
        "SELECT odd, COUNT(*) AS n FROM ranked WHERE met = 1 AND odd IS NOT NULL GROUP BY odd ORDER BY n DESC, odd LIMIT 2000"
    ).to_pylist()
    words: Counter[str] = Counter()
    for found in odd:
        words.update(dict.fromkeys(found["odd"].split(";"), found["n"]))
    kept = int(row["every"])
    days = {
        "first": _day_of(row["first_day"]),
        "last": _day_of(row["last_day"]),
        "number": row["days"],
        "undated": kept - row["at_us"],
    }
    known = Counter({column: row[column] for column in counts_of(STAGED)})
    rows = spark.rows("SELECT src_file, COUNT(*) AS n FROM mapped GROUP BY src_file").to_pylist()
    files = dict(sorted((_file_of(found["src_file"], options), int(found["n"])) for found in rows))
    told = report(Counted(kept=kept, known=known, words=words, days=days), files, mapping, aside, assumed)
    write_json(options.out / "quality.json", told)
    return {"read": kept + aside.num_rows, "kept": kept}


def _day_of(number: int | None) -> str | None:
    return None if number is None else str(date(1970, 1, 1) + timedelta(days=number))


def _read(
    spark: SparkStore,
    options: AuditOptions,
    work: Path,
    mapping: LogMapping,
    kinds: dict[str, str],
    tell: Tell,
    *,
    to_each: bool,
) -> int:
    """Read the distinct texts here, send the readings to the server, and tell of conversations that nobody understands."""
    query = texts_sql(mapping, "spark", kinds, "raw_log")
    if query is None:
        return 0
    folder = work / "readings" / reader_digest()
    if options.previous:
        take_over(options.previous / "work" / "readings" / reader_digest(), folder)

    def kept() -> Any:
        files = sorted(folder.glob("*.parquet"))
        return pa.concat_tables([READINGS.empty_table(), *(pq.read_table(path) for path in files)])

    have = set(kept()["text_key"].to_pylist())
    wanted = spark.rows(every_role_sql(query) if to_each else query)
    done = read_texts(
        iter(wanted.to_batches(100_000)), folder, lambda keys: have & set(keys), lambda n: tell("texts", n, 0)
    )
    every = kept()
    here = every.filter(pc.is_in(every["text_key"], wanted["text_key"].combine_chunks().cast(pa.string())))
    spark.put("readings", here)
    if here["unheard"].null_count < here.num_rows:
        found = spark.rows(unheard_sql("(SELECT text_key FROM ranked WHERE met = 1)")).to_pylist()
        path = options.out / "quality.json"
        quality = json.loads(path.read_text(encoding="utf-8"))
        write_json(path, with_unheard(quality, found, is_masked=not options.unmasked))
    return done


def _registers(
    spark: SparkStore, local: DuckDBStore, options: AuditOptions, mapping: LogMapping, work: Path
) -> RegisterFiles:
    """The registers are read here and sent to the server as tables."""
    names = load_rulebook(options.rules).law_facts
    found = load_registers(local, options.registers, options.law_facts, names, [mapping], options.zone, work / "utf8")
    tables = [table.table for table in found.registered.tables]
    for name in (*tables, *([found.registered.loans] if found.registered.loans else [])):
        spark.put(name, local.rows(f"SELECT * FROM {name}"))
    return found


def _run_record(
    options: AuditOptions,
    rulebook: dict[str, object],
    mask: Mask,
    registers: RegisterFiles,
    counts: dict[str, int],
    stages: Stages,
    days: tuple[int, int],
    version: str,
) -> dict[str, object]:
    return {
        "cuijie": __version__,
        "engine": options.engine,
        "versions": {"spark": version, "pyarrow": pa.__version__, "reader": reader_digest()},
        "rulebook": rulebook,
        "inputs": [{"path": options.table or options.log, "bytes": None, "sha256": None}],
        "mapping": str(options.mapping) if options.mapping else None,
        "registers": registers.files,
        "parameters": parameters_of(options),
        "masked": not options.unmasked,
        "mask_key": mask.fingerprint,
        "counts": counts,
        "days": {"judged": days[0], "reused": days[1]},
        "stages": stages.told(),
        "peak_memory_mb": peak_memory_mb(),
        "outputs": digests_of(options.out),
    }
