# ruff: noqa: S608 -- statements are made of our own words; every value passes through literal()
"""What the reading of a text hangs on beside its words: to whom it went, in what form, whole or summed up."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cuijie.rulebook.sql.text import literal

__all__ = ["every_role_sql", "placed_key", "reading_key", "waits_for_role"]

_READS = {"debtor": ("debtor", "co_debtor"), "third_party": ("heir", "agreed_contact", "other")}
_UNKNOWN = "unknown"
_TO = " ".join(f"WHEN {{0}} IN ({', '.join(map(literal, roles))}) THEN '{who}'" for who, roles in _READS.items())


def reading_key(speakers: Mapping[str, str] | None = None) -> str:
    """How the text of a contact is read: ``own`` or ``to|form|summary|speakers``, the last as JSON if the mapping names any."""
    named = literal("|" + (json.dumps(speakers, ensure_ascii=False, sort_keys=True) if speakers else ""))
    own = "direction = 'inbound' AND channel IN ('sms', 'im', 'email', 'letter')"
    to = _TO.format("recipient_role")
    return (
        f"CASE WHEN {own} THEN 'own' ELSE concat(CASE {to} WHEN channel = 'public_post' THEN 'third_party' ELSE '{_UNKNOWN}' END, '|',"
        " CASE WHEN channel = 'public_post' THEN 'post' WHEN channel IN ('sms', 'im', 'email', 'letter') THEN 'written' ELSE '' END,"
        f" '|', CASE WHEN text_kind = 'summary' THEN 'summary' ELSE '' END, {named}) END"
    )


def waits_for_role() -> str:
    """Whether a contact with a text would be read otherwise if it were known to whom it went."""
    return f"text_key IS NOT NULL AND {reading_key()} LIKE '{_UNKNOWN}|%'"


def placed_key(text_key: str, role: str) -> str:
    """The key of the reading for a *role* that only a register tells; *text_key* itself where none tells it."""
    return f"CASE WHEN {role} IS NOT NULL THEN md5(concat({text_key}, '|', CASE {_TO.format(role)} END)) ELSE {text_key} END"


def every_role_sql(texts: str) -> str:
    """The query *texts* (text_key, said_text, how), and the same words to each that they may have gone to."""
    whos = " UNION ALL ".join(f"SELECT '{who}' AS who" for who in _READS)
    return (
        f"WITH said AS ({texts}) SELECT text_key, said_text, how FROM said"
        f" UNION ALL SELECT md5(concat(text_key, '|', who)), said_text, concat(who, substr(how, {len(_UNKNOWN) + 1}))"
        f" FROM said CROSS JOIN ({whos}) AS roles WHERE how LIKE '{_UNKNOWN}|%'"
    )
