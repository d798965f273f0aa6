# ruff: noqa: S608 -- names are our own or quoted
"""Which column of a register is which of ours: as ``registers.yaml`` says, under a usual header, or as in the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.headers import may_be_institution, proposals
from cuijie.audit.logs.log_files import LogFile, raw_sql
from cuijie.audit.logs.mapping import ColumnSource, LogMapping, header_word, value_words, words
from cuijie.audit.logs.mapping_sql import Expressions
from cuijie.datafiles import Lines, load_yaml
from cuijie.records import COLUMNS
from cuijie.rulebook.columns import Value
from cuijie.rulebook.registers import OWNER_KEYS

__all__ = ["LOAN_COLUMNS", "LOAN_EXTRA", "SPAN", "RegisterColumns", "RegisterNotes", "doubts_told", "read_notes"]

_OF_DAY = ("日期", "时间", "日")
_BEGINS = (
    *("登记", "拒绝", "停止联系", "停催", "停呼", "结清", "撤回", "同意", "授权", "约定", "起始", "开始", "生效"),
    *("告知", "协商", "争议", "困难", "失联", "委托", "委案"),
)
_ENDS = ("结束", "截止", "失效", "到期", "终止", "解除", "撤销", "恢复联系", "撤案")
SPAN: Mapping[str, tuple[str, ...]] = {
    "since": (
        *("since", "from", "起", "自", "开始", "日期", "时间"),
        *(word + of_day for word in _BEGINS for of_day in _OF_DAY),
    ),
    "until": ("until", "to", "止", "至", "结束", *(word + of_day for word in _ENDS for of_day in _OF_DAY)),
    "value": ("value", "取值", "值"),
    "column": ("column", "列"),
}
"""How registers head when an entry begins and ends, and what it says of which column."""
LOAN_COLUMNS = ("lender_id", "lender_type", "product", "contact_list_consent", "debt_settled")
LOAN_EXTRA: Mapping[str, tuple[str, ...]] = {
    "settled_on": ("settled_on", "结清日期", "结清日"),
    "agreed_hours": (
        "agreed_hours",
        *(f"约定{of}时段" for of in ("", "联系", "催收", "沟通")),
        *(f"约定{of}时间" for of in ("联系", "催收", "沟通")),
    ),
}
"""What a register of loans tells beside columns of a contact record."""
_OURS = frozenset({*OWNER_KEYS, "since", "until", "value", "column", *LOAN_COLUMNS, *LOAN_EXTRA})
_INSTITUTIONS = frozenset({"lender_id", "agency_id"})
_TIMES_US = (631_152_000_000_000, 4_102_444_800_000_000)  # 1990 to 2100: a telephone number is no time


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterNotes:
    """What the keeper of the registers says of them: what absence means, and by file what its columns are."""

    complete: Mapping[str, Value] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


def read_notes(path: Path, law_facts: Sequence[str]) -> RegisterNotes:
    """What ``registers.yaml`` says; nothing if there is none.  Raises DataFileError."""
    if not path.exists():
        return RegisterNotes()
    value = load_yaml(path)
    if not isinstance(value, Lines):
        raise Lines(str(path), 1).wrong("complete", "应写成 complete: {列: 没有登记时的取值}")
    value.refuse_others(("complete", "columns"))
    complete = value.table("complete", "应写成 complete: {列: 没有登记时的取值}") if "complete" in value else None
    columns = value.table("columns", "应写成 columns: {文件名: {我们的列: 表头}}") if "columns" in value else None
    return RegisterNotes(
        complete=_complete(complete, law_facts) if complete is not None else {},
        columns={stem: _columns(columns, stem) for stem in columns} if columns is not None else {},
    )


def _complete(declared: Lines, law_facts: Sequence[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for column, said in declared.items():
        known = {c.name: c for c in COLUMNS}.get(column)
        if known is None and column not in law_facts:
            raise declared.wrong(column, "不是联系记录的列，也不是规则要的法律事实")
        if known is not None and known.values and said not in known.values:
            raise declared.wrong(column, f"应是 {'、'.join(known.values)} 之一")
        if (known is None or known.type == "bool") and not isinstance(said, bool):
            raise declared.wrong(column, "应是 true 或 false")
        found[column] = said if isinstance(said, bool | int) else str(said)
    return found


def _columns(every: Lines, stem: str) -> dict[str, str | None]:
    """Ours to theirs of one file; None says that the file tells nothing of the kind."""
    said = every.table(stem, "应写成 文件名: {我们的列: 表头}")
    said.refuse_others(_OURS)
    return {ours: None if theirs is None else str(theirs) for ours, theirs in said.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What keeps a register from being used until its keeper says which column, *given* or another, is *ours*."""

    said: str
    ours: str
    given: str
    beside: str  # what else may be the answer


@dataclass(slots=True)
class RegisterColumns:
    """The columns of one register; what was found is remembered, so that the rest can be told, and so are the doubts."""

    file: LogFile
    header: Mapping[str, str]
    mappings: Sequence[LogMapping]
    own: Mapping[str, str | None]  # what registers.yaml says of this file
    zone: str
    used: set[str] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)

    def __post_init__(self) -> None:
        for theirs in self.own.values():
            if theirs is not None and theirs not in self.header:
                raise AuditError(
                    f"registers.yaml 说登记 {self.file.path} 有“{theirs}”这一列，表里没有；现有的列：{'、'.join(self.header)}。"
                )

    @property
    def unused(self) -> list[str]:
        """Columns of the file that tell nothing here."""
        return [given for given in self.header if given not in self.used]

    def named(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Which column is meant by which of our names, whatever the log calls it."""
        found = {ours: given for ours, given in self.own.items() if ours in wanted and given is not None}
        for given in self.header:
            for ours, theirs in wanted.items():
                free = ours not in found and ours not in self.own and given not in self.own.values()
                if free and header_word(given) in {header_word(word) for word in theirs}:
                    found[ours] = given
        self.used.update(found.values())
        return found

    def sources(self, names: Sequence[str]) -> dict[str, ColumnSource]:
        """Where our columns *names* are: under a usual header, else under that of the log, in the log's words."""
        of_log = {
            name: replace(source, inbound=())
            for mapping in self.mappings
            for name, source in mapping.columns.items()
            if name in names and name not in self.own and len(source.names) == 1
            if source.names[0] in self.header and source.names[0] not in self.own.values()
        }
        usual = {
            name: ColumnSource(column=name, names=(given,), values=value_words(name))
            for name, given in self.named({name: words().headers[name] for name in names}).items()
            if name not in of_log or of_log[name].names != (given,)
        }
        self.used.update(source.names[0] for source in of_log.values())
        return of_log | usual

    def moments(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, ColumnSource]:
        """Where *wanted* are that may be moments, in the zone of the registers."""
        return {
            name: ColumnSource(column=name, names=(given,), zone=self.zone)
            for name, given in self.named(wanted).items()
        }

    def expressions(self, sources: Mapping[str, ColumnSource]) -> Expressions:
        """How the values of *sources* are read."""
        return Expressions(LogMapping(columns=sources, unknown=words().unknown), "duckdb", self.header)

    def told(self, say: Expressions) -> str:
        """The rows of the file with the texts that *say* has named so far."""
        return f"(SELECT *{say.said_columns()} FROM {raw_sql(self.file, tuple(self.header))}) AS told"

    def doubt_lacking(self, wanted: str, ours: str, example: str) -> None:
        """A register lacks what it cannot do without: *ours*, headed such as *example*."""
        said = f"登记 {self.file.path} 里没有 {wanted} 这一列；现有的列：{'、'.join(self.header)}"
        beside = f"“{example}”换成表里的列名，和日志表头相同的列不用写"
        self.doubts.append(Doubt(said=said, ours=ours, given=example, beside=beside))

    def doubt_institution(self, found: Collection[str]) -> None:
        """A column that nobody understands may say for which institution an entry holds.

        *found* are the keys that some column gives.
        """
        for given in self.unused:
            meant = proposals((given,))
            fits = _INSTITUTIONS & {*meant.columns, *meant.unclear.get(given, ())}
            if not fits and may_be_institution(given):
                fits = _INSTITUTIONS
            if fits and fits.isdisjoint({*self.own, *found}):
                one, *_ = names = sorted(fits, reverse=True)
                said = (
                    f"登记 {self.file.path} 的“{given}”一列可能是 {' 或 '.join(names)}；不算它，每一条就对所有机构都算"
                )
                beside = f"和对哪家算无关就写 {one}: null"
                self.doubts.append(Doubt(said=said, ours=one, given=given, beside=beside))

    def doubt_beginning(self, rows: Callable[[str], Sequence[Mapping[str, int]]]) -> None:
        """Nothing says when entries begin, and a column that nobody understands may."""
        for given in self.unused:
            source = ColumnSource(column="since", names=(given,), zone=self.zone)
            say = self.expressions({"since": source})
            known, instant = say.known(source), say.instant(source)
            inside = f"({instant}) BETWEEN {_TIMES_US[0]} AND {_TIMES_US[1]}"
            (counted,) = rows(
                f"SELECT COUNT({known}) AS known, COUNT(*) FILTER (WHERE {inside}) AS read FROM {self.told(say)}"
            )
            if counted["known"] and counted["known"] == counted["read"]:
                said = (
                    f"登记 {self.file.path} 的“{given}”一列像是时间，但不知道是不是从那时起算；不算它，就成了从来如此"
                )
                self.doubts.append(Doubt(said=said, ours="since", given=given, beside="和起算无关就写 since: null"))


def doubts_told(registers: Sequence[RegisterColumns]) -> AuditError:
    """The error of *registers* with doubts: all of them, and one line of ``registers.yaml`` that answers them."""
    lines: dict[str, dict[str, str]] = {}
    for register in registers:
        for doubt in register.doubts:
            lines.setdefault(register.file.path.stem, {}).setdefault(doubt.ours, doubt.given)
    written = ", ".join(
        f"{_quoted(stem)}: {{{', '.join(f'{ours}: {_quoted(given)}' for ours, given in of_file.items())}}}"
        for stem, of_file in lines.items()
    )
    every = [doubt for register in registers for doubt in register.doubts]
    beside = "；".join(dict.fromkeys(doubt.beside for doubt in every))
    return AuditError(
        "。".join(doubt.said for doubt in every) + "。",
        remedy=f"在登记文件夹的 registers.yaml 里写 columns: {{{written}}}；{beside}。",
    )


def _quoted(word: str) -> str:
    """A word as YAML: a header may hold any sign."""
    return json.dumps(word, ensure_ascii=False)
