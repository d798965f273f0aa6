"""The few things about raw logs that DuckDB and Spark spell differently, beside those of ``rulebook.dialects``."""

from __future__ import annotations

from dataclasses import dataclass

from cuijie.rulebook.dialects import DialectName

__all__ = ["SPELLINGS", "Spelling"]

_JAVA = {"%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss", "%f": "SSSSSS", "%y": "yy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How one engine spells what reading a log needs; ``{0}`` and ``{1}`` are expressions."""

    quote: str
    matches: str
    micros_naive: str  # a timestamp without zone as microseconds, as if it were UTC
    micros_zoned: str  # text with its own zone
    micros_in_zone: str  # a timestamp without zone, in the zone {1}
    naive: str  # text as a timestamp without zone, the usual ways of writing
    parsed: str  # text as a timestamp without zone, in the format {1}
    digits_out: str

    def name(self, column: str) -> str:
        """A column of the log, quoted."""
        return self.quote + column.replace(self.quote, self.quote * 2) + self.quote

    def format(self, strptime: str) -> str:
        """A format of the mapping file as this engine writes it."""
        if self.quote == '"':
            return strptime
        for ours, java in _JAVA.items():
            strptime = strptime.replace(ours, java)
        return strptime.replace("T", "'T'")


SPELLINGS: dict[DialectName, Spelling] = {
    "duckdb": Spelling(
        quote='"',
        matches="regexp_matches({0}, '{1}')",
        micros_naive="epoch_us({0})",
        micros_zoned="epoch_us(try_cast({0} AS TIMESTAMPTZ))",
        micros_in_zone="epoch_us(timezone('{1}', {0}))",
        naive="try_cast({0} AS TIMESTAMP)",
        parsed="try_strptime({0}, '{1}')",
        digits_out="regexp_replace({0}, '[0-9０-９]+', '#', 'g')",
    ),
    "spark": Spelling(
        quote="`",
        matches="regexp_like({0}, '{1}')",
        micros_naive="unix_micros(CAST({0} AS TIMESTAMP))",
        micros_zoned="unix_micros(try_cast({0} AS TIMESTAMP))",
        micros_in_zone="unix_micros(to_utc_timestamp(CAST({0} AS TIMESTAMP), '{1}'))",
        naive="try_cast({0} AS TIMESTAMP)",
        parsed="try_to_timestamp({0}, '{1}')",
        digits_out="regexp_replace({0}, '[0-9０-９]+', '#')",
    ),
}
"""Spark is asked in a session whose zone is UTC, so that a naive time reads there as if it were UTC."""
