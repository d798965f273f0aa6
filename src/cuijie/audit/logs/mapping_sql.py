# ruff: noqa: S608 -- statements are made of checked names; every value passes through literal()
"""A log's rows as contact records, in SQL: each column by the mapping, and what is wrong with a row.

Gives the columns of the contact record with ``at_us`` in place of ``occurred_at`` and without the text, ``text_key``
and ``template`` (digests), ``problem`` (``reason:column`` of what makes the row unusable), ``odd`` (codes nobody
knows) and where the row stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from cuijie.audit.logs.mapping import EXTRA, ColumnSource, LogMapping, words
from cuijie.audit.logs.moments_sql import DATE_AS_MOMENT, excel_days, moment_text
from cuijie.audit.logs.numbers_sql import NUMBERS, number_sql
from cuijie.audit.logs.spelling import SPELLINGS, Spelling
from cuijie.audit.logs.worded import AT_24, is_lasting, lasting, worded_time
from cuijie.audit.reading_keys import reading_key
from cuijie.records import COLUMN_BY_NAME, COLUMNS, Column
from cuijie.rulebook.moments import EIGHT_HOURS_US, MINUTE_US
from cuijie.rulebook.sql.dialects import DIALECTS, DialectName
from cuijie.rulebook.sql.text import literal

__all__ = ["AS_WRITTEN", "STAGED", "TOTALS", "Expressions", "mapped_sql", "texts_sql"]

STAGED: tuple[str, ...] = (
    *(column.name for column in COLUMNS if column.name not in {"occurred_at", "text"}),
    "at_us",
    "text_key",
    "template",
)
"""The columns of a row that is kept."""

_EXACT = 2**53  # up to here a floating number holds every whole number
_YEAR_1990 = 631_152_000_000_000
_INTS = {"bool": "BOOLEAN", "int": "BIGINT"}
_ZONED = "[0-9]:[0-9]{2}[0-9:.]* ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"  # a time with a zone of its own
_CLOCK_PART = "try_cast(split_part({0}, ':', {1}) AS BIGINT)"  # of 00:03:20, the place {1} from 1
TOTALS = (
    "^(合计|总计|小计|本页[小合]计|汇总|共计|总共|共 *[0-9,]+ *[条笔通次行个人户]|制表|打印时间|导出时间|统计时间"
    "|(sub|grand )?total([^a-z]|$))"
)
"""How the first cell of a line of totals begins."""
_MOMENTS = frozenset({"occurred_at", *EXTRA})
AS_WRITTEN = ("as-written",)
"""Assumed of a moment whose text is wanted as the log has it."""
_Key = tuple[tuple[str, ...], str, tuple[str, ...], tuple[str, ...] | None]


class Expressions:
    """The expressions over one log, in one dialect."""

    def __init__(self, mapping: LogMapping, dialect: DialectName, kinds: Mapping[str, str]) -> None:
        self.mapping, self.say, self.dialect, self.kinds = mapping, SPELLINGS[dialect], DIALECTS[dialect], kinds
        self.said: dict[_Key, int] = {}

    def known(self, source: ColumnSource) -> str:
        """The text of a column, NULL where the log writes an unknown: worked out once a row, in ``said_columns``."""
        if source.constant is not None:
            return literal(source.constant)
        kept = tuple(word for word in self.mapping.unknown if word in source.values and source.values[word] is not None)
        moment = source.assumed if source.column in _MOMENTS and not source.formats else None
        place = self.said.setdefault((source.names, source.joined_by, kept, moment), len(self.said))
        return f"said_{place}"

    def said_columns(self) -> str:
        """The texts that ``known`` named, over the log itself."""
        return "".join(f", {self._known(*key)} AS said_{place}" for key, place in self.said.items())

    def _known(
        self, names: tuple[str, ...], joined_by: str, kept: tuple[str, ...], moment: tuple[str, ...] | None
    ) -> str:
        parts = [self.written(name) for name in names]
        text = f"trim({parts[0]})" if len(parts) == 1 else f"trim(concat_ws({literal(joined_by)}, {', '.join(parts)}))"
        if "" in kept:  # an empty cell that means something: CSV gives none, JSON may give null
            text = f"COALESCE({text}, '')"
        if moment is not None and moment != AS_WRITTEN:
            text = moment_text(self.say, text, moment, of_two_cells=len(names) > 1)
        # 无 may be a value of its own: no consent
        unknown = ", ".join(literal(word) for word in self.mapping.unknown if word not in kept)
        longest = max(map(len, self.mapping.unknown))  # most words are longer than any word for unknown
        return f"CASE WHEN length({text}) > {longest} THEN {text} WHEN lower({text}) NOT IN ({unknown}) THEN {text} END"

    def written(self, name: str) -> str:
        """A column of the log as text: a number that a table holds as 13800001002.0 is what it was, 13800001002."""
        held = self.say.name(name)
        text = f"CAST({held} AS {self.dialect.text})"
        if self.kinds.get(name) != "float":
            return text
        number = f"CAST({held} AS DOUBLE)"
        whole = f"CAST(try_cast({held} AS BIGINT) AS {self.dialect.text})"
        is_whole = f"{number} = floor({number}) AND abs({number}) < {_EXACT}"
        return f"CASE WHEN NOT isnan({number}) THEN CASE WHEN {is_whole} THEN {whole} ELSE {text} END END"

    def value(self, column: Column) -> str:
        """One of our columns."""
        source = self.mapping.columns.get(column.name)
        kind = _INTS.get(column.type, self.dialect.text)
        if source is None:
            return "CAST(1 AS BIGINT)" if column.name == "count" else f"CAST(NULL AS {kind})"
        if source.constant is not None:
            return f"CAST({literal(source.constant)} AS {kind})"
        typed = self.kinds.get(source.names[0]) if len(source.names) == 1 else None
        if column.type == "bool" and typed == "bool":
            held, empty = self.say.name(source.names[0]), source.values.get("")
            if source.values.get("true") == "false":  # the column says the opposite
                held = f"NOT {held}"
            return held if empty is None else f"COALESCE({held}, {literal(empty == 'true')})"
        if column.type == "int":
            is_plain = typed == "int" and source.unit == "seconds" and not source.values and source.others is None
            return f"try_cast({self.say.name(source.names[0])} AS BIGINT)" if is_plain else self.number(source, column)
        return self.coded(source, column) if column.type == "bool" or column.values else self.renamed(source)

    def renamed(self, source: ColumnSource) -> str:
        """A text of the log, or what the mapping says that it means; a telephone number in its normal form."""
        if source.inbound:
            out, back = (self.renamed(replace(source, names=of, inbound=())) for of in (source.names, source.inbound))
            direction = self.value(COLUMN_BY_NAME["direction"])
            return f"CASE {direction} WHEN 'outbound' THEN {out} WHEN 'inbound' THEN {back} END"
        told = self.known(source)
        said = number_sql(told) if source.column in NUMBERS else told
        if not source.values and source.others is None:
            return said
        cases = "".join(f" WHEN {literal(word)} THEN {literal(ours)}" for word, ours in source.values.items())
        other = said if source.others is None else literal(source.others)
        meant = f"CASE lower({told}){cases} ELSE {other} END" if cases else other
        return f"CASE WHEN {told} IS NOT NULL THEN {meant} END"

    def coded(self, source: ColumnSource, column: Column) -> str:
        """The value that a word of the log means; NULL for a word nobody knows."""
        meant = {w: o for w, o in source.values.items() if o is not None}
        spoken = {
            word: literal(ours == "true") if column.type == "bool" else literal(ours) for word, ours in meant.items()
        }
        cases = " ".join(f"WHEN {literal(word)} THEN {ours}" for word, ours in spoken.items())
        nothing = [word for word, ours in source.values.items() if ours is None]
        if source.others is not None:
            other = literal(source.others == "true") if column.type == "bool" else literal(source.others)
            cases += "".join(f" WHEN {literal(word)} THEN NULL" for word in nothing)
            return f"CASE WHEN {self.known(source)} IS NOT NULL THEN CASE lower({self.known(source)}) {cases} ELSE {other} END END"
        return f"CASE lower({self.known(source)}) {cases} END" if cases else "NULL"

    def yes_or_no(self, source: ColumnSource) -> str:
        """True or false, for a fact that is no column of the contact record."""
        cases = " ".join(f"WHEN {literal(word)} THEN {literal(ours == 'true')}" for word, ours in source.values.items())
        return f"CASE lower({self.known(source)}) {cases} END"

    def odd(self, source: ColumnSource, column: Column) -> str | None:
        """``column=word`` where a word is not known: written in the log, and yet without a value among ours."""
        if source.constant is not None or source.others is not None or not (column.values or column.type == "bool"):
            return None
        if column.type == "bool" and self.kinds.get(source.names[0]) == "bool":
            return None
        unknown = ", ".join(literal(word) for word, ours in source.values.items() if ours is None) or "''"
        said = self.known(source)
        return (
            f"CASE WHEN {said} IS NOT NULL AND {column.name} IS NULL THEN CASE WHEN lower({said}) NOT IN ({unknown})"
            f" THEN concat('{column.name}=', substr({said}, 1, 20)) END END"
        )

    def number(self, source: ColumnSource, column: Column) -> str:
        """A whole number, or what the mapping says that a word means; NULL where it cannot be read."""
        read = self.whole(source) if column.name == "count" else self.seconds(source)
        cases = "".join(
            f" WHEN {literal(word)} THEN {'NULL' if ours is None else f'CAST({ours} AS BIGINT)'}"
            for word, ours in source.values.items()
        )
        if not cases and source.others is None:
            return read
        said, other = self.known(source), source.others or "NULL"
        named = (
            f"CASE lower({said}){cases} ELSE COALESCE({read}, CAST({other} AS BIGINT)) END"
            if cases
            else f"COALESCE({read}, {other})"
        )
        return f"CASE WHEN {said} IS NOT NULL THEN {named} END"

    def whole(self, source: ColumnSource) -> str:
        """A number of contacts; NULL for one that is not whole: 3.7 contacts are no contacts."""
        bare = f"try_cast({self.known(source)} AS DOUBLE)"
        return f"CASE WHEN {bare} = floor({bare}) THEN try_cast({bare} AS BIGINT) END"

    def seconds(self, source: ColumnSource) -> str:
        """A duration in whole seconds, rounded."""
        said = self.known(source)
        bare = f"try_cast({said} AS DOUBLE)"
        parts = [_CLOCK_PART.format(said, n) for n in (1, 2, 3)]
        amount = f"{bare} * 86400" if source.unit == "days" else bare
        clock = (
            f"CASE WHEN {self.say.matches.format(said, '^[0-9]{1,6}:[0-9]{1,6}:[0-9]{1,6}$')} THEN {parts[0]} * 3600 + {parts[1]} * 60 + {parts[2]}"
            f" WHEN {self.say.matches.format(said, '^[0-9]{1,6}:[0-9]{1,6}$')} THEN {parts[0]} * 60 + {parts[1]} ELSE try_cast({amount} AS BIGINT) END"
        )
        by_unit = {
            "minutes": f"try_cast({bare} * 60 AS BIGINT)",
            "milliseconds": f"try_cast({bare} / 1000 AS BIGINT)",
        }
        return f"CASE WHEN {is_lasting(self.say, said)} THEN {lasting(said)} ELSE {by_unit.get(source.unit, clock)} END"

    def instant(self, source: ColumnSource) -> str:
        """Microseconds since 1970; NULL where it cannot be read."""
        say = self.say
        typed = self.kinds.get(source.names[0]) if len(source.names) == 1 else None
        if typed == "timestamptz":
            return self.dialect.micros.format(say.name(source.names[0]))
        if typed == "timestamp":
            return self.in_zone(say.name(source.names[0]), source.zone)
        said = self.known(source)
        tidy = say.tidied.format(said)
        written = ", ".join(say.in_format(tidy, way) for way in source.formats or words().time_formats)
        if not source.formats:  # DuckDB has words for moments: epoch
            usual = f"CASE WHEN {say.matches.format(said, '^[0-9]')} THEN COALESCE({written}) END"
            numbers = excel_days(say, said, source.assumed, of_two_cells=len(source.names) > 1)
            written = ", ".join((say.naive.format(tidy), usual, worded_time(say, said), *numbers))
        return (
            f"CASE WHEN {say.matches.format(said, '^[0-9]{13}$')} THEN CAST({said} AS BIGINT) * 1000"
            f" WHEN {say.matches.format(said, '^[0-9]{10}$')} THEN CAST({said} AS BIGINT) * 1000000"
            f" WHEN {say.matches.format(said, '^1[0-9]{9}[.][0-9]+$')} THEN CAST(round(CAST({said} AS DOUBLE) * 1000000) AS BIGINT)"
            f" WHEN {say.matches.format(said, '^1[0-9]{15}$')} THEN CAST({said} AS BIGINT)"
            f" WHEN {say.matches.format(said, '^1[0-9]{18}$')} THEN CAST(substr({said}, 1, 16) AS BIGINT)"
            f" WHEN {say.matches.format(said, _ZONED)} THEN {say.micros_zoned.format(_with_colon(say, said))}"
            f" ELSE {self.in_zone(f'COALESCE({written})', source.zone)} END"
        )

    def is_instant(self, source: ColumnSource) -> bool:
        """Whether the log holds it as an instant, so that nothing is there to be misread."""
        return len(source.names) == 1 and (self.kinds.get(source.names[0]) or "").startswith("timestamp")

    def in_zone(self, naive: str, zone: str) -> str:
        """A time without zone, said in *zone*."""
        offset = _offset(zone)
        if offset is None:
            return self.say.micros_in_zone.format(naive, zone)
        return f"{self.say.micros_naive.format(naive)} - {offset}" if offset else self.say.micros_naive.format(naive)

    def precision(self, source: ColumnSource) -> str:
        """``day`` where only a date is written."""
        typed = self.kinds.get(source.names[0]) if len(source.names) == 1 else None
        if typed == "date":
            return "'day'"
        if self.is_instant(source):
            return f"CAST(NULL AS {self.dialect.text})"
        dates = "[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{8}"
        said = self.known(source)
        bare = self.say.matches.format(said, f"^({dates})$")
        if len(source.names) > 1:  # a date that a database holds as midnight, and no hour beside it
            empty = " OR ".join(f"COALESCE(trim({self.written(name)}), '') = ''" for name in source.names)
            bare += f" OR ({empty}) AND {self.say.matches.format(said, DATE_AS_MOMENT)}"
        return f"CASE WHEN {bare} THEN 'day' WHEN {self.say.matches.format(said, AT_24)} THEN 'minute' END"


def _with_colon(say: Spelling, zoned: str) -> str:
    """A time with its zone as every engine reads it: +0800 as +08:00, +08 too, no blank before."""
    bare = f"replace(replace(replace({zoned}, ' Z', 'Z'), ' +', '+'), ' -', '-')"
    long, short = say.matches.format(zoned, "[+-][0-9]{4}$"), say.matches.format(zoned, "[+-][0-9]{2}$")
    return (
        f"CASE WHEN {long} THEN concat(substr({bare}, 1, length({bare}) - 2), ':', right({bare}, 2))"
        f" WHEN {short} THEN concat({bare}, ':00') ELSE {bare} END"
    )


def _offset(zone: str) -> int | None:
    if zone in {"Asia/Shanghai", "PRC", "Asia/Chongqing"}:
        return EIGHT_HOURS_US  # without summer time since 1991; earlier times are impossible in a log
    if zone in {"UTC", "Etc/UTC", "GMT"}:
        return 0
    match = re.fullmatch(r"([+-])(\d\d):(\d\d)", zone)
    if match is None:
        return None
    return (1 if match[1] == "+" else -1) * (int(match[2]) * 60 + int(match[3])) * MINUTE_US


def mapped_sql(
    mapping: LogMapping,
    dialect: DialectName,
    kinds: Mapping[str, str],
    raw: str,
    *,
    place: Mapping[str, str],
    now_us: int,
    no_id: str,
) -> str:
    """The query that gives *raw* as rows of contacts.

    *place* says where a row stands, by the names of the columns that tell it; *no_id* is the id of a row in a log
    without ids.
    """
    source = Expressions(mapping, dialect, kinds)
    say, columns = source.say, {column.name: column for column in COLUMNS}
    said = {name: source.value(column) for name, column in columns.items() if name not in {"occurred_at", "text"}}
    if "contact_id" not in mapping.columns:
        said["contact_id"] = no_id
    elif mapping.part:
        said["contact_id"] = f"concat({literal(mapping.part + '/')}, {said['contact_id']})"
    when = mapping.columns["occurred_at"]
    if "time_precision" not in mapping.columns:
        said["time_precision"] = source.precision(when)
    told = mapping.columns.get("text")
    text = source.renamed(told) if told else f"CAST(NULL AS {source.dialect.text})"
    odd = [
        found for name, of in mapping.columns.items() if name in columns and (found := source.odd(of, columns[name]))
    ]
    written = "TRUE"
    if source.is_instant(when):  # an instant that is no time is kept as not known, and told of
        written = f"{say.name(when.names[0])} IS NOT NULL"
        odd.append("CASE WHEN when_written AND at_us IS NULL THEN 'occurred_at=infinity' END")
    inner = ", ".join(
        (*(f"{value} AS {name}" for name, value in said.items()), *(f"said_{n}" for n in source.said.values()))
    )
    ended = mapping.columns.get("ended_at")
    raw_checks = _unread(source, mapping)
    when_us, ended_at = source.instant(when), source.instant(ended) if ended else "CAST(NULL AS BIGINT)"
    return f"""SELECT {", ".join(said)}, at_us,
  CASE WHEN said_text IS NOT NULL THEN md5(concat(said_text, '|', {reading_key(mapping.speakers)})) END AS text_key,
  CASE WHEN said_text IS NOT NULL THEN md5({say.digits_out.format("said_text")}) END AS template,
  COALESCE(left_out, {_no_contact(say, mapping)}, unread, {_problem(now_us)}) AS problem,
  NULLIF(concat_ws(';', {", ".join(odd) or "CAST(NULL AS " + source.dialect.text + ")"}), '') AS odd, {", ".join(place)}
FROM (SELECT {inner}, {when_us} AS at_us, {text} AS said_text,
    {ended_at} AS ended_us, {written} AS when_written, {_first_cell(source)} AS first_cell,
    {_left_out(source)} AS left_out, {raw_checks} AS unread, {", ".join(f"{told} AS {name}" for name, told in place.items())}
  FROM (SELECT *{source.said_columns()} FROM {raw}) AS told) AS mapped"""


def _left_out(source: Expressions) -> str:
    """What the mapping says is no contact."""
    found = [
        f"WHEN lower(trim(COALESCE({source.written(name)}, ''))) IN ({', '.join(map(literal, given))}) THEN {literal('left_out:' + name)}"
        for name, given in source.mapping.leave_out.items()
    ]
    return f"CASE {' '.join(found)} END" if found else f"CAST(NULL AS {source.dialect.text})"


def _unread(source: Expressions, mapping: LogMapping) -> str:
    """What is written in the log but cannot be read as what it should be."""
    found = []
    if "contact_id" in mapping.columns:
        found.append(f"WHEN {source.known(mapping.columns['contact_id'])} IS NULL THEN 'missing_id:contact_id'")
    for name in ("occurred_at", "ended_at"):
        of = mapping.columns.get(name)
        if of is not None and not source.is_instant(of):
            found.append(
                f"WHEN {source.known(of)} IS NOT NULL AND ({source.instant(of)}) IS NULL THEN 'bad_time:{name}'"
            )
    for name in ("duration_s", "count"):
        of = mapping.columns.get(name)
        if of is not None and of.constant is None and source.kinds.get(of.names[0]) != "int" and of.others is None:
            said = source.known(of)
            number = source.whole(of) if name == "count" else source.seconds(of)
            named = f" AND lower({said}) NOT IN ({', '.join(map(literal, of.values))})" if of.values else ""
            found.append(f"WHEN {said} IS NOT NULL{named} AND ({number}) IS NULL THEN 'bad_number:{name}'")
    return f"CASE {' '.join(found)} END" if found else f"CAST(NULL AS {source.dialect.text})"


def _first_cell(source: Expressions) -> str:
    """The first column of the log as text: there a line of totals says what it is."""
    first = next(iter(source.kinds), None)
    return f"CAST({source.say.name(first) if first else 'NULL'} AS {source.dialect.text})"


def _no_contact(say: Spelling, mapping: LogMapping) -> str:
    """Why a row without a time is no contact at all: a line of totals, or an id with nothing beside it."""
    told = [n for n, of in mapping.columns.items() if of.constant is None and n not in {"contact_id", *EXTRA}]
    names = {"occurred_at": "at_us", "text": "said_text"}
    nothing = " AND ".join(f"{names.get(name, name)} IS NULL" for name in told)
    empty = f" WHEN {nothing} AND unread IS NULL THEN 'empty_row:'" if len(told) > 1 else ""
    is_total = say.matches.format("lower(trim(first_cell))", TOTALS)
    return f"CASE WHEN at_us IS NULL THEN CASE WHEN {is_total} THEN 'total_row:'{empty} END END"


def _problem(now_us: int) -> str:
    return (
        f"CASE WHEN at_us < {_YEAR_1990} THEN 'impossible_time:occurred_at'"
        f" WHEN at_us > {now_us} THEN 'future_time:occurred_at'"
        " WHEN ended_us < at_us THEN 'end_before_start:ended_at'"
        " WHEN duration_s < 0 THEN 'negative_duration:duration_s'"
        " WHEN count < 0 THEN 'negative_count:count' END"
    )


def texts_sql(mapping: LogMapping, dialect: DialectName, kinds: Mapping[str, str], raw: str) -> str | None:
    """The distinct texts of *raw* with what their reading depends on; None for a log without texts."""
    told = mapping.columns.get("text")
    if told is None:
        return None
    source = Expressions(mapping, dialect, kinds)
    columns = {column.name: column for column in COLUMNS}
    needed = ", ".join(
        f"{source.value(columns[name])} AS {name}" for name in ("recipient_role", "channel", "direction", "text_kind")
    )
    text = source.renamed(told)
    return (
        f"SELECT DISTINCT md5(concat(said_text, '|', how)) AS text_key, said_text, how FROM ("
        f"SELECT said_text, {reading_key(mapping.speakers)} AS how FROM (SELECT {text} AS said_text, {needed}"
        f" FROM (SELECT *{source.said_columns()} FROM {raw}) AS told) AS m"
        " WHERE said_text IS NOT NULL) AS t"
    )
