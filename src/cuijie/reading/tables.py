"""Labels for a column of texts: Arrow, Polars, DuckDB, anything that speaks the Arrow stream interface.

    import polars as pl
    labelled = pl.from_arrow(label_table(frame, text="text", recipient="recipient_role"))

Adds the fourteen ``says_<label>`` columns of the contact record: NULL where the text is NULL (words not kept), else
true or false.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from cuijie.errors import BadInput
from cuijie.reading.many import KnownShapes, labels_many
from cuijie.reading.reader import recipient_of
from cuijie.records import LABELS

__all__ = ["label_batches", "label_table"]

_ROWS_A_BATCH = 50_000


def label_table(table: Any, *, text: str = "text", recipient: str | None = None) -> pa.Table:
    """*table* with the ``says_*`` columns added; see ``label_batches`` for tables larger than memory."""
    reader = _stream_of(table)
    batches = list(label_batches(reader, text=text, recipient=recipient))
    return pa.Table.from_batches(batches, schema=_labelled(reader.schema, text, recipient))


def label_batches(table: Any, *, text: str = "text", recipient: str | None = None) -> Iterator[pa.RecordBatch]:
    """The batches of *table*, one after the other, with the ``says_*`` columns added.

    *table* is an Arrow table or reader, a Polars frame, a DuckDB relation.  *recipient* names a column of words of
    the label guide or of ``recipient_role``; other words and NULL are read as unknown.  Raises BadInput if a
    column is missing or is not text.
    """
    reader = _stream_of(table)
    schema = _labelled(reader.schema, text, recipient)
    known = KnownShapes()
    for whole in reader:
        for start in range(0, whole.num_rows, _ROWS_A_BATCH):
            batch = whole.slice(start, _ROWS_A_BATCH)
            yield pa.RecordBatch.from_arrays([*batch.columns, *_said(batch, text, recipient, known)], schema=schema)


def _stream_of(table: Any) -> pa.RecordBatchReader:
    if isinstance(table, pa.RecordBatchReader):
        return table
    if not hasattr(table, "__arrow_c_stream__"):
        raise BadInput("这不是可读的表。", remedy="请给出 Arrow 表、Polars 数据框或 DuckDB 关系。")
    return pa.RecordBatchReader.from_stream(table)


def _labelled(schema: pa.Schema, text: str, recipient: str | None) -> pa.Schema:
    for name in (text, recipient):
        if name is None:
            continue
        if name not in schema.names:
            raise BadInput(f"表里没有“{name}”这一列。", remedy=f"现有的列：{'、'.join(schema.names)}")
        kind = schema.field(name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
            raise BadInput(f"“{name}”这一列不是文字。")
    taken = [f"says_{label}" for label in LABELS if f"says_{label}" in schema.names]
    if taken:
        raise BadInput(f"表里已经有“{taken[0]}”这一列。", remedy="请先去掉 says_ 开头的列。")
    return pa.schema([*schema, *(pa.field(f"says_{label}", pa.bool_()) for label in LABELS)])


def _said(batch: pa.RecordBatch, text: str, recipient: str | None, known: KnownShapes) -> list[pa.Array]:
    texts: list[str | None] = batch.column(text).to_pylist()
    words: list[str | None] = [None] * len(texts) if recipient is None else batch.column(recipient).to_pylist()
    present = [(at, value, words[at]) for at, value in enumerate(texts) if value is not None]
    said = labels_many([(value, recipient_of(word) or "unknown") for _, value, word in present], known)
    bits = {label: 1 << index for index, label in enumerate(LABELS)}
    masks = np.zeros(len(texts), dtype=np.uint16)
    at_all = np.fromiter((at for at, _, _ in present), dtype=np.int64, count=len(present))
    masks[at_all] = np.fromiter(
        (sum(bits[hit.label] for hit in hits) if hits else 0 for hits in said), dtype=np.uint16, count=len(said)
    )
    absent = np.ones(len(texts), dtype=np.bool_)
    absent[at_all] = False
    return [pa.array(masks & bits[label] != 0, type=pa.bool_(), mask=absent) for label in LABELS]
