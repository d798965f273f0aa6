"""Predicates as SQL text: the same words in every dialect."""

from __future__ import annotations

import re
from datetime import date

from cuijie.rulebook.predicate import And, Atom, Node, Not, OneOf, Or, Span

__all__ = ["literal", "predicate_sql", "word_list"]


def literal(value: str | bool | int | date | None) -> str:
    """*value* as an SQL literal."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case date():
            return f"DATE '{value.isoformat()}'"
        case str():
            return _text_literal(value)


def _text_literal(value: str) -> str:
    """Text as both dialects read it alike: backslash and dollar, which one of them expands, are spelled by code."""
    pieces = re.split(r"([\\\\$])", value)
    if len(pieces) == 1:
        return "'" + value.replace("'", "''") + "'"
    said = [f"chr({ord(p)})" if p in {"\\", "$"} else "'" + p.replace("'", "''") + "'" for p in pieces if p]
    return f"concat({', '.join(said)})"


def predicate_sql(node: Node) -> str:
    """*node* as an SQL expression: true, false or NULL as the predicate is true, false or unknown."""
    match node:
        case Atom(column, OneOf(values)):
            if values == (True,):
                return column
            if len(values) == 1:
                return f"{column} = {literal(values[0])}"
            return f"{column} IN ({', '.join(map(literal, values))})"
        case Atom(column, Span(low, high)):
            if low is None:
                return f"{column} <= {literal(high)}"
            if high is None:
                return f"{column} >= {literal(low)}"
            return f"{column} BETWEEN {literal(low)} AND {literal(high)}"
        case Not(part):
            return f"NOT ({predicate_sql(part)})"
        case And(()):
            return "TRUE"
        case Or(()):
            return "FALSE"
        case And(parts):
            return " AND ".join(f"({predicate_sql(p)})" if isinstance(p, Or) else predicate_sql(p) for p in parts)
        case Or(parts):
            return " OR ".join(f"({predicate_sql(p)})" if isinstance(p, And) else predicate_sql(p) for p in parts)
    raise TypeError(type(node).__name__)


def word_list(pairs: list[tuple[str, str]]) -> str:
    """An SQL expression for the words whose conditions hold, joined by commas; empty text for none."""
    if not pairs:
        return "''"
    parts = ",\n    ".join(f"CASE WHEN {condition} THEN {literal(word)} END" for word, condition in pairs)
    return f"concat_ws(',',\n    {parts})"
