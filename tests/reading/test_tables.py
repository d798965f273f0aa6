"""Labels for a column, whichever table library holds it."""

from __future__ import annotations

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from cuijie.errors import BadInput
from cuijie.reading import read
from cuijie.reading.tables import label_batches, label_table
from cuijie.records import LABELS

ROWS = {
    "id": [1, 2, 3, 4],
    "text": ["再不还打断你的腿", None, "【＊＊银行】您的账单已出，请按时还款。", "他欠款逾期了，麻烦转告他回个电话"],
    "recipient_role": ["debtor", "debtor", None, "other"],
}


def check(table: pa.Table) -> None:
    assert table.column_names == ["id", "text", "recipient_role", *(f"says_{label}" for label in LABELS)]
    assert table["says_threat_violence"].to_pylist() == [True, None, False, False]
    assert table["says_third_party_disclosure"].to_pylist() == [False, None, False, True]


def test_an_arrow_table_gets_the_columns_of_the_contact_record() -> None:
    check(label_table(pa.table(ROWS), recipient="recipient_role"))


def test_a_polars_frame_is_read_through_arrow() -> None:
    labelled = label_table(pl.DataFrame(ROWS), recipient="recipient_role")
    check(labelled)
    assert pl.from_arrow(labelled).shape == (4, 17)


def test_a_duckdb_relation_is_read_through_arrow() -> None:
    with duckdb.connect() as connection:
        connection.register("rows", pa.table(ROWS))
        check(label_table(connection.sql("select * from rows order by id"), recipient="recipient_role"))


def test_batches_say_the_same_as_reading_one_by_one() -> None:
    table = pa.table({"text": [text for text in ROWS["text"] if text] * 3})
    said = [row for batch in label_batches(table) for row in batch.to_pylist()]
    for row in said:
        names = set(read(row["text"]).names)
        assert {label for label in LABELS if row[f"says_{label}"]} == names


def test_an_empty_table_keeps_its_columns() -> None:
    table = label_table(pa.table({"text": pa.array([], pa.string())}))
    assert table.num_rows == 0
    assert "says_insult" in table.column_names


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (pa.table({"words": ["a"]}), "text"),
        (pa.table({"text": [1]}), "text"),
        (pa.table({"text": ["a"], "says_insult": [True]}), "text"),
        ([{"text": "a"}], "text"),
    ],
)
def test_a_table_that_cannot_be_labelled_is_refused(table: object, text: str) -> None:
    with pytest.raises(BadInput):
        label_table(table, text=text)
