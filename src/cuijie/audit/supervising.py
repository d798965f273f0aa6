"""A supervisor's run: the logs of many lenders, each with its own columns, judged by the same rules one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.log_files import LOG_SUFFIXES
from cuijie.audit.options import AuditOptions, AuditResult, Tell
from cuijie.audit.run import audit
from cuijie.datafiles import load_table
from cuijie.errors import CuijieError, cause_of

__all__ = ["LenderLog", "LenderRun", "audit_lenders", "lender_logs"]

_LAYOUT = (
    "每家一个子文件夹（名字就是哪一家），里面放日志、mapping.yaml，有登记的放 registers/，有法律事实的放 law.yaml；"
    "或每家一个日志文件，旁边放同名的 .yaml 映射文件。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderLog:
    """One lender's log with what goes with it; ``name`` is the lender where the log itself does not say."""

    name: str
    log: Path
    mapping: Path | None = None
    registers: Path | None = None
    law_facts: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderRun:
    """What came of one lender's log: its result, or why there is none."""

    lender: LenderLog
    out: Path
    result: AuditResult | None
    error: CuijieError | None


def lender_logs(folder: Path) -> tuple[LenderLog, ...]:
    """The lenders whose logs lie in *folder*, by name.  Raises AuditError."""
    try:
        found = sorted(path for path in folder.iterdir() if path.name[0] not in "._")
    except OSError as error:
        raise AuditError(f"读不出文件夹 {folder}：{cause_of(error)}。", remedy=_LAYOUT) from error
    shared = _there(folder / "mapping.yaml")
    logs = [_of_folder(path, shared) for path in found if path.is_dir()]
    logs += [_of_file(path, shared) for path in found if path.is_file() and path.suffix.lower() in LOG_SUFFIXES]
    if not logs:
        raise AuditError(f"{folder} 里没有各家的日志。", remedy=_LAYOUT)
    names = [one.name for one in logs]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise AuditError(f"{folder} 里有两份日志都叫“{twins[0]}”，分不清是哪一家。", remedy=_LAYOUT)
    return tuple(sorted(logs, key=lambda one: one.name))


def _there(path: Path) -> Path | None:
    return path if path.exists() else None


def _of_file(path: Path, shared: Path | None) -> LenderLog:
    return LenderLog(name=path.stem, log=path, mapping=_there(path.with_suffix(".yaml")) or shared)


def _of_folder(folder: Path, shared: Path | None) -> LenderLog:
    return LenderLog(
        name=folder.name,
        log=_log_in(folder),
        mapping=_there(folder / "mapping.yaml") or shared,
        registers=_there(folder / "registers"),
        law_facts=_there(folder / "law.yaml"),
    )


def _log_in(folder: Path) -> Path:
    """Where a lender's log is: ``log/``, the one file or folder beside its registers, or the whole folder."""
    if (folder / "log").is_dir():
        return folder / "log"
    if not (folder / "registers").exists():
        return folder
    others = [
        path
        for path in sorted(folder.iterdir())
        if path.name[0] not in "._"
        and path.name != "registers"
        and (path.is_dir() or path.suffix.lower() in LOG_SUFFIXES)
    ]
    if len(others) != 1:
        raise AuditError(f"{folder} 里分不清哪些是日志、哪些是登记。", remedy=f"请把日志都放进 {folder / 'log'}。")
    return others[0]


def audit_lenders(
    lenders: Sequence[LenderLog], common: AuditOptions, tell: Callable[[LenderLog], Tell]
) -> tuple[LenderRun, ...]:
    """Audit each lender into a folder of its own below ``common.out``; one whose log is no good stops no other."""
    return tuple(_run(lender, common, tell(lender)) for lender in lenders)


def _run(lender: LenderLog, common: AuditOptions, tell: Tell) -> LenderRun:
    out = common.out / lender.name
    try:
        options = replace(
            common,
            log=str(lender.log),
            out=out,
            mapping=lender.mapping,
            registers=lender.registers,
            law_facts={}
            if lender.law_facts is None
            else load_table(lender.law_facts, "应是一个映射：member_nifa: true"),
            lender=lender.name,
        )
        return LenderRun(lender=lender, out=out, result=audit(options, tell), error=None)
    except CuijieError as error:
        return LenderRun(lender=lender, out=out, result=None, error=error)
