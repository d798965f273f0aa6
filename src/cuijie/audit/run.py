"""One audit from the log to the files, on this computer: staged, read, checked, judged day by day, merged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from cuijie import __version__
from cuijie.audit.day_files import DayFiles, take_over
from cuijie.audit.engines.duckdb_store import DuckDBStore, open_duckdb
from cuijie.audit.engines.judging import Judging
from cuijie.audit.errors import AuditError
from cuijie.audit.facts import Registered, keep_facts
from cuijie.audit.fingerprints import day_prints
from cuijie.audit.logs.log_files import LogFile, find_files, headers_of, raw_sql
from cuijie.audit.logs.mapping import LogMapping
from cuijie.audit.logs.parts import LogPart, parts_of, whole_mapping
from cuijie.audit.logs.time_shapes import Table, settled
from cuijie.audit.masking import Mask, load_key
from cuijie.audit.merging import Kept, merge
from cuijie.audit.options import AuditOptions, AuditResult, Tell
from cuijie.audit.quality import quality_of, unheard_sql, with_unheard, write_set_aside
from cuijie.audit.register_files import RegisterFiles, load_registers
from cuijie.audit.repeats import drop_repeated
from cuijie.audit.room import check_room
from cuijie.audit.run_record import digests_of, judged_by, judged_rules, parameters_of, rulebook_of
from cuijie.audit.staging import MARK, UNDATED, Staged, as_day, held_columns, stage_file, texts_of
from cuijie.audit.texts import READINGS, read_texts, reader_digest
from cuijie.audit.work import Stages, begin_result, forget, peak_memory_mb, work_folder, write_json
from cuijie.law.textpack import data_folder
from cuijie.rulebook import LinkedRule, Rulebook, load_rulebook
from cuijie.rulebook.sql.text import literal

__all__ = ["audit"]

_ROWS_A_GB = 400_000


@dataclass(slots=True)
class _Run:
    """What one run knows so far."""

    options: AuditOptions
    book: Rulebook
    beside: tuple[LinkedRule, ...]  # rules about the loan or a complaint: not judged
    mask: Mask
    work: Path
    tell: Tell
    store: DuckDBStore
    stages: Stages = field(default_factory=Stages)
    texts: int = 0
    profiles: int = 0


def audit(options: AuditOptions, tell: Tell) -> AuditResult:
    """Audit the log.  Raises AuditError for what cannot be used, AuditStopped for what could not be finished."""
    book, beside = judged_rules(options)
    if options.unmasked and options.mask_key:  # the report needs it, and comes last
        load_key(options.mask_key)
    mask = Mask(None if options.unmasked else load_key(options.mask_key or data_folder() / "audit.key"))
    with work_folder(options.out) as work:
        if options.engine != "duckdb":
            from cuijie.audit.spark_run import audit_on_spark

            return audit_on_spark(options, book, beside, mask, work, tell)
        with open_duckdb(options.memory, work / "spill") as store:
            run = _Run(options, book, beside, mask, work, tell, store)
            return _finished(run)


def _finished(run: _Run) -> AuditResult:
    options, out, stages = run.options, run.options.out, run.stages
    if options.log is None:
        raise AuditError(
            "没有说审计哪份日志。", remedy="给出日志的文件、通配符或文件夹；--table 只能和 --engine sc://… 一起用。"
        )
    with stages.stage("digest"):
        files = find_files(options.log, run.work / "utf8")
        check_room(files, run.work, run.tell)
    with stages.stage("stage"):
        parts, headers = parts_of(
            options, files, lambda own: dict(zip(own, headers_of(run.store.connection, own), strict=True))
        )
        parts = [_settled(run, part, headers) for part in parts]
        mapping_by = {file: part.mapping for part in parts for file in part.files}
        staged = _stage(run, files, mapping_by, headers)
    with stages.stage("quality"):
        quality = _quality(run, staged, parts)
        days = _days(options, staged)
    with stages.stage("registers"):
        registers = load_registers(
            run.store,
            options.registers,
            options.law_facts,
            load_rulebook(options.rules).law_facts,
            [part.mapping for part in parts],
            options.zone,
            run.work / "utf8",
        )
    with stages.stage("texts"):
        run.texts = _read(run, files, mapping_by, headers, to_each=registers.registered.tells_roles)
        if "text" in whole_mapping(parts).columns:
            told = with_unheard(quality, _unheard(run.store, staged), is_masked=not options.unmasked)
            write_json(out / "quality.json", told)
    day_files = DayFiles(run.work / "days", options.previous / "work" / "days" if options.previous else None)
    with stages.stage("judge"):
        judged, prints = _judge(
            run, staged, days, registers.registered, day_files, has_texts="text" in whole_mapping(parts).columns
        )
    with stages.stage("merge"):
        run.tell("merge", 0, 1)
        if not options.open_rows:
            (out / "open.parquet").unlink(missing_ok=True)
        months = DayFiles(run.work / "months", options.previous / "work" / "months" if options.previous else None)
        made = Kept(days=day_files, months=months, prints=prints)
        counts = merge(run.store, run.book, made, days, run.mask, out, with_open=options.open_rows)
    read, kept = int(str(quality["read"])), int(str(quality["kept"]))
    counts |= {"read": read, "kept": kept, "set_aside": read - kept, "texts": run.texts, "profiles": run.profiles}
    mappings = [str(part.mapping_file) for part in parts if part.mapping_file] or None
    _write_run(run, files, mappings, registers, counts, judged, len(days))
    return AuditResult(
        out=out,
        read=read,
        kept=kept,
        set_aside=read - kept,
        findings=counts["findings"],
        questions=counts["questions"],
        days_judged=judged,
        days_reused=len(days) - judged,
    )


def _quality(run: _Run, staged: Staged, parts: Sequence[LogPart]) -> dict[str, object]:
    """Leaves out what is there twice, and writes what is set aside and how good the log is."""
    options, out = run.options, run.options.out
    earlier = options.previous / "work" if options.previous else None
    with_ids = all("contact_id" in part.mapping.columns for part in parts)
    drop_repeated(run.store, staged, run.work, earlier, with_ids=with_ids)
    begin_result(out)
    aside = write_set_aside(run.store, staged, run.mask, out / "set_aside.parquet")
    assumed = [one for part in parts for one in part.assumed]
    quality = quality_of(run.store, staged, whole_mapping(parts), aside, assumed)
    write_json(out / "quality.json", quality)
    return quality


def _settled(run: _Run, part: LogPart, headers: Mapping[LogFile, Mapping[str, str]]) -> LogPart:
    """*part* with what all its files tell of how its times are written."""
    tables = [Table(raw=raw_sql(file, tuple(headers[file])), kinds=headers[file]) for file in part.files]
    now_us = int(run.options.clock.now().timestamp() * 1_000_000)
    try:
        mapping, assumed = settled(
            part.mapping, tables, lambda query: run.store.rows(query).to_pylist(), "duckdb", now_us
        )
    finally:  # rows that are broken are told of when the file is brought into our form
        run.store.run("DROP TABLE IF EXISTS reject_errors")
        run.store.run("DROP TABLE IF EXISTS reject_scans")
    return replace(part, mapping=mapping, assumed=assumed)


def _stage(
    run: _Run,
    files: Sequence[LogFile],
    mapping_by: Mapping[LogFile, LogMapping],
    headers: Mapping[LogFile, Mapping[str, str]],
) -> Staged:
    folder = run.work / "stage"
    folder.mkdir(exist_ok=True)
    now_us = int(run.options.clock.now().timestamp() * 1_000_000)
    total, done, found = sum(file.size for file in files), 0, []
    earlier = run.options.previous / "work" / "stage" if run.options.previous else None
    held = held_columns([*mapping_by.values()])
    for number, file in enumerate(files):
        run.tell("stage", done, total)
        with run.store.watched(partial(_tell_part, run.tell, done, file.size, total)):
            mapping, kinds = mapping_by[file], headers[file]
            found.append(stage_file(run.store, file, number, mapping, kinds, held, folder, now_us, earlier))
        done += file.size
    kept = {staged.folder.name for staged in found}
    for old in folder.iterdir():
        if old.name not in kept:
            forget(old, MARK)
    run.tell("stage", total, total)
    return Staged(files=tuple(found), held=held)


def _tell_part(tell: Tell, before: int, size: int, total: int, part: float) -> None:
    """Told of a file that is read: never the whole of it, since something is looked up at its end."""
    tell("stage", before + int(size * min(part, 0.99)), total)


def _days(options: AuditOptions, staged: Staged) -> tuple[str, ...]:
    """The days to judge; what has no time belongs to every period."""
    since, until = options.since, options.until

    def inside(name: str) -> bool:
        day = as_day(name)
        return day is None or ((since is None or day >= since) and (until is None or day <= until))

    return tuple(day for day in staged.days if inside(day))


def _read(
    run: _Run,
    files: Sequence[LogFile],
    mapping_by: Mapping[LogFile, LogMapping],
    headers: Mapping[LogFile, Mapping[str, str]],
    *,
    to_each: bool,
) -> int:
    """Read every text that no run has read before, and put all readings into ``readings``."""
    store, folder = run.store, run.work / "readings" / reader_digest()
    if not any("text" in mapping.columns for mapping in mapping_by.values()):
        return 0
    if run.options.previous:
        take_over(run.options.previous / "work" / "readings" / reader_digest(), folder)
    _put_readings(store, folder)
    done = 0
    for file in files:
        mapping, kinds = mapping_by[file], headers[file]
        marker = (
            folder
            / f"{file.sha256[:20]}-{hashlib.sha256(repr(mapping).encode()).hexdigest()[:12]}{'-each' if to_each else ''}.read"
        )
        if marker.exists():
            continue
        with _second_connection(store) as other:
            done += read_texts(
                texts_of(other, file, mapping, kinds, to_each=to_each),
                folder,
                lambda keys: _known(store, keys),
                partial(_tell_texts, run.tell, done),
            )
        marker.touch()
    if done:
        _put_readings(store, folder)
    return done


def _unheard(store: DuckDBStore, staged: Staged) -> list[dict[str, Any]]:
    """Of the rows that are kept the conversations whose speakers nobody knows."""
    is_any = store.rows("SELECT 1 FROM readings WHERE unheard IS NOT NULL LIMIT 1").num_rows
    return store.rows(unheard_sql(_kept_rows(staged, staged.days))).to_pylist() if is_any else []


def _kept_rows(staged: Staged, days: Sequence[str]) -> str:
    """The rows of *days* without those that repeat others."""
    return f"(SELECT q.* FROM {staged.rows(days)} AS q ANTI JOIN repeated AS r ON q.src_file = r.src_file AND q.src_row = r.src_row)"  # noqa: S608


@contextmanager
def _second_connection(store: DuckDBStore) -> Iterator[DuckDBStore]:
    """A cursor of its own, so that a stream stays open while other questions are asked."""
    cursor: Any = store.connection.cursor()
    try:
        cursor.execute("SET TimeZone = 'UTC'")
        yield DuckDBStore(cursor)
    finally:
        cursor.close()


def _tell_texts(tell: Tell, before: int, done: int) -> None:
    tell("texts", before + done, 0)


def _put_readings(store: DuckDBStore, folder: Path) -> None:
    if any(folder.glob("*.parquet")):
        files = literal(str(folder / "*.parquet"))
        store.keep("readings", f"SELECT DISTINCT ON (text_key) * FROM read_parquet({files}) AS r")  # noqa: S608 -- literal() quotes
    else:
        store.put("readings", READINGS.empty_table())


def _known(store: DuckDBStore, keys: list[str]) -> set[str]:
    store.put("asked_keys", pyarrow.table({"text_key": pyarrow.array(keys, pyarrow.string())}))
    rows = store.connection.execute("SELECT text_key FROM readings SEMI JOIN asked_keys USING (text_key)").fetchall()
    return {str(key) for (key,) in rows}


def _judge(
    run: _Run,
    staged: Staged,
    days: tuple[str, ...],
    registered: Registered,
    files: DayFiles,
    *,
    has_texts: bool,
) -> tuple[int, dict[str, str]]:
    """Judge the days that are not there yet; gives how many, and what each day was made from."""
    parameters = judged_by(run.book, run.mask, run.options, registered.complete, {"duckdb": duckdb.__version__})
    prints = day_prints(run.store, staged, parameters, loans=registered.loans is not None, texts=has_texts)
    waiting = [day for day in days if not files.has(day, prints[day])]
    rows_of = {day: sum(file.days.get(day, (0, ""))[0] for file in staged.files) for day in staged.days}
    total, done = sum(rows_of[day] for day in waiting), 0
    judging = Judging(run.book, run.store, run.store, run.mask, with_open=run.options.open_rows)
    for chunk in _chunks(waiting, rows_of, _room(run.options.memory)):
        run.tell("judge", done, total)
        run.store.name("contacts_in_hand", f"SELECT * FROM {_kept_rows(staged, chunk)} AS q")  # noqa: S608
        keep_facts(run.store, "contacts_in_hand", run.book.law_facts, registered, texts=has_texts)
        found = judging.judge()
        for day, (_, tables) in zip(chunk, found.by_day([as_day(day) for day in chunk]), strict=True):
            files.write(day, prints[day], tables)
        done += sum(rows_of[day] for day in chunk)
    run.tell("judge", total, total)
    run.profiles = judging.profiles
    return len(waiting), prints


def _chunks(days: Sequence[str], rows_of: dict[str, int], room: int) -> Iterator[list[str]]:
    """Days together up to *room* rows; what has no time goes by itself."""
    held: list[str] = []
    for day in days:
        if held and (sum(rows_of[d] for d in held) + rows_of[day] > room or day == UNDATED):
            yield held
            held = []
        held.append(day)
    if held:
        yield held


def _room(memory: str) -> int:
    """How many rows are judged at once within *memory*."""
    digits = "".join(sign for sign in memory if sign.isdigit() or sign == ".")
    unit = memory.strip().upper().lstrip("0123456789. ")[:1]
    size = float(digits or 1) * {"K": 1e-6, "M": 1e-3, "G": 1.0, "T": 1e3}.get(unit, 1.0)
    return max(50_000, int(size * _ROWS_A_GB))


def _write_run(
    run: _Run,
    files: Sequence[LogFile],
    mappings: list[str] | None,
    registers: RegisterFiles,
    counts: dict[str, int],
    judged: int,
    days: int,
) -> None:
    options, out = run.options, run.options.out
    write_json(
        out / "run.json",
        {
            "cuijie": __version__,
            "engine": "duckdb",
            "versions": {"duckdb": duckdb.__version__, "pyarrow": pyarrow.__version__, "reader": reader_digest()},
            "rulebook": rulebook_of(run.book, run.beside),
            "inputs": [{"path": f.name, "bytes": f.size, "sha256": f.sha256} for f in files],
            "mapping": str(options.mapping) if options.mapping else mappings,
            "registers": registers.files,
            "parameters": parameters_of(options),
            "masked": not options.unmasked,
            "mask_key": run.mask.fingerprint,
            "counts": counts,
            "days": {"judged": judged, "reused": days - judged},
            "stages": run.stages.told(),
            "peak_memory_mb": peak_memory_mb(),
            "outputs": digests_of(out),
        },
    )
