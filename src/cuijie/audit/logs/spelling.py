"""The few things about raw logs that DuckDB and Spark spell differently, beside those of ``rulebook.dialects``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cuijie.audit.errors import AuditError
from cuijie.rulebook.sql.dialects import DialectName
from cuijie.rulebook.sql.text import literal

__all__ = ["SPELLINGS", "Spelling"]

_JAVA = {"m": "M", "d": "d", "H": "H", "I": "h", "M": "m", "S": "s"}
"""Fields that may be written with one digit or two, as DuckDB reads them."""
_JAVA_FIXED = {"Y": "yyyy", "y": "yy", "f": "SSSSSS", "p": "a", "b": "MMM", "B": "MMMM"}
_DATE, _TIME = "[0-9]+-[0-9]+-[0-9]+", "[0-9]+:[0-9]+(:[0-9]+([.][0-9]+)?)?"
_FIELD = re.compile(r"%(-?[A-Za-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How one engine spells what reading a log needs; ``{0}`` and ``{1}`` are expressions."""

    quote: str
    matches: str
    micros_naive: str  # a timestamp without zone as microseconds, as if it were UTC
    micros_zoned: str  # text with its own zone
    micros_in_zone: str  # a timestamp without zone, in the zone {1}
    tidied: str  # a time as text, blanks and the letter between day and hour made one blank where they matter
    naive: str  # text as a timestamp without zone, the usual ways of writing; never more than is written
    parsed: str  # text as a timestamp without zone, in the format {1}, a literal
    digits_out: str

    def name(self, column: str) -> str:
        """A column of the log, quoted."""
        return self.quote + column.replace(self.quote, self.quote * 2) + self.quote

    def in_format(self, said: str, strptime: str) -> str:
        """*said* read in a format of the mapping file.  Raises AuditError for a field that Spark has not."""
        if self.quote == '"':
            return self.parsed.format(said, literal(strptime))
        return self.parsed.format(said, literal(_java(strptime.replace("T", " "))))  # as ``tidied`` writes it


def _java(strptime: str) -> str:
    """A format as Java writes it: a field between signs may have one digit, one beside another has all of them."""
    parts = _FIELD.split(strptime)  # signs and fields in turn
    for place in range(1, len(parts), 2):
        name = parts[place].removeprefix("-")
        java = _JAVA.get(name, "")
        if name in _JAVA_FIXED:
            java = _JAVA_FIXED[name]
        elif not java:
            raise AuditError(
                f"时间格式 {strptime} 里的 %{name}，Spark 上没有。",
                remedy="可以用 %Y %y %m %d %H %I %M %S %f %p %b %B。",
            )
        elif (place > 1 and not parts[place - 1]) or (place + 2 < len(parts) and not parts[place + 1]):
            java *= 2
        parts[place] = java
    return "".join(parts)


SPELLINGS: dict[DialectName, Spelling] = {
    "duckdb": Spelling(
        quote='"',
        matches="regexp_matches({0}, '{1}')",
        micros_naive="epoch_us({0})",
        micros_zoned="epoch_us(try_cast({0} AS TIMESTAMPTZ))",
        micros_in_zone="epoch_us(timezone('{1}', {0}))",
        tidied="{0}",
        # a word at the end (PM, a zone) would be dropped
        naive="CASE WHEN right({0}, 1) BETWEEN '0' AND '9' THEN try_cast({0} AS TIMESTAMP) END",
        parsed="try_strptime({0}, {1})",
        digits_out="regexp_replace({0}, '[0-9０-９]+', '#', 'g')",
    ),
    "spark": Spelling(
        quote="`",
        matches="regexp_like({0}, '{1}')",
        micros_naive="unix_micros(CAST({0} AS TIMESTAMP))",
        micros_zoned="unix_micros(try_cast({0} AS TIMESTAMP))",
        micros_in_zone="unix_micros(to_utc_timestamp(CAST({0} AS TIMESTAMP), '{1}'))",
        tidied="regexp_replace({0}, '[ \tT]+', ' ')",
        # a month or an hour alone would be made a moment
        naive=f"CASE WHEN regexp_like({{0}}, '^{_DATE}( {_TIME})?$') THEN try_cast({{0}} AS TIMESTAMP) END",
        parsed="try_to_timestamp({0}, {1})",
        digits_out="regexp_replace({0}, '[0-9０-９]+', '#')",
    ),
}
"""Spark is asked in a session whose zone is UTC, so that a naive time reads there as if it were UTC."""
