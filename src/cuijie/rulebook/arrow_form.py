"""Contact records as an Arrow table: the form in which the SQL engines and Parquet files hold them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pyarrow as pa

from cuijie.records import COLUMNS, ContactRecord
from cuijie.rulebook.moments import instant_of

__all__ = ["contacts_table"]

_TYPES = {"string": pa.string(), "bool": pa.bool_(), "int": pa.int64(), "timestamp": pa.timestamp("us", tz="UTC")}
_CONTACT_SCHEMA: Any = pa.schema([(column.name, _TYPES[column.type]) for column in COLUMNS])
"""The stable columns of the contact record with their Arrow types; instants in UTC."""


def contacts_table(contacts: Sequence[ContactRecord]) -> Any:
    """*contacts* as an Arrow table of ``_CONTACT_SCHEMA``.  Raises RulebookError for an instant without a zone."""
    arrays = []
    for column in COLUMNS:
        if column.type == "timestamp":
            instants = map(instant_of, contacts)
            values = [None if at is None else at.astimezone(UTC) for at in instants]
        else:
            values = [getattr(contact, column.name) for contact in contacts]
        arrays.append(pa.array(values, _TYPES[column.type]))
    return pa.Table.from_arrays(arrays, schema=_CONTACT_SCHEMA)
