"""A log of several systems: each file with the mapping that lies nearest, all judged together.

A lender's dialler, its robots, its texts and its agencies each write a log of their own; what the law counts, it counts
over all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.log_files import LogFile
from cuijie.audit.logs.mapping import ColumnSource, LogMapping
from cuijie.audit.logs.time_shapes import Assumption
from cuijie.audit.options import AuditOptions
from cuijie.audit.run_record import mapping_of

__all__ = ["LogPart", "one_mapping", "parts_of", "whole_mapping"]

_MAPPING_NAME = "mapping.yaml"
Headers = Mapping[LogFile, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPart:
    """The files of a log that share a mapping; ``mapping_file`` None: our own column names, or the one given."""

    files: tuple[LogFile, ...]
    mapping: LogMapping
    mapping_file: Path | None
    assumed: tuple[Assumption, ...] = ()


def one_mapping(options: AuditOptions) -> AuditOptions:
    """*options* with the one mapping that lies at the top of the log's folder, for engines that take one.

    Raises AuditError where there are several.
    """
    root = Path(str(options.log))
    if options.log is None or options.mapping is not None or not root.is_dir():
        return options
    found = [*root.rglob(_MAPPING_NAME)]
    if found and found != [root / _MAPPING_NAME]:
        raise AuditError(
            f"{root} 里有几份 {_MAPPING_NAME}，Spark 上一次只能用一份映射。",
            remedy="请在本机审计（不写 --engine），或用 --mapping 指明一份，几个系统分开审计。",
        )
    return replace(options, mapping=found[0]) if found else options


def parts_of(
    options: AuditOptions, files: Sequence[LogFile], headers: Callable[[Sequence[LogFile]], Headers]
) -> tuple[list[LogPart], dict[LogFile, Mapping[str, str]]]:
    """The parts of the log, in the order of their files, and the columns of each file.  Raises AuditError."""
    root = Path(str(options.log))
    by_mapping: dict[Path | None, list[LogFile]] = {}
    for file in files:
        found = None if options.mapping is not None or not root.is_dir() else _nearest(file.path, root)
        by_mapping.setdefault(found, []).append(file)
    parts, known = [], {}  # type: list[LogPart], dict[LogFile, Mapping[str, str]]
    for path, own in by_mapping.items():
        known |= _alike(own, headers(own))
        mapping = mapping_of(options if path is None else replace(options, mapping=path), tuple(known[own[0]]))
        if len(by_mapping) > 1:
            mapping = replace(mapping, part=root.name if path is None else path.parent.name)
        parts.append(LogPart(files=tuple(own), mapping=mapping, mapping_file=path))
    return parts, known


def _nearest(path: Path, root: Path) -> Path | None:
    """The mapping in the folder of *path*, or in the nearest above it up to *root*."""
    for folder in path.parents:
        if (folder / _MAPPING_NAME).is_file():
            return folder / _MAPPING_NAME
        if folder == root:
            return None
    return None


def _alike(files: Sequence[LogFile], headers: Headers) -> Headers:
    """*headers*, if every file has the columns of the first."""
    first = files[0]
    for file in files[1:]:
        lacking = [name for name in headers[first] if name not in headers[file]]
        if lacking and file.form != "jsonl":
            raise AuditError(
                f"{file.path} 里没有“{lacking[0]}”这一列，而 {first.path} 里有。",
                remedy="列不同的文件请放进各自的子文件夹，每个子文件夹放一份 mapping.yaml，就能一起审计。",
            )
    return headers


def whole_mapping(parts: Sequence[LogPart]) -> LogMapping:
    """One mapping for what is told of the whole log: each column with all the names it comes from."""
    columns: dict[str, ColumnSource] = {}
    for part in parts:
        for name, source in part.mapping.columns.items():
            before = columns.get(name)
            names = dict.fromkeys((*(before.names if before else ()), *source.names))
            columns[name] = replace(before or source, names=tuple(names))
    return replace(parts[0].mapping, columns=columns)
