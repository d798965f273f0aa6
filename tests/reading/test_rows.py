"""JSON lines: every line is accounted for."""

from __future__ import annotations

import json

import pytest

from cuijie.reading.rows import LabelledRow, RowProblem, label_rows


def split(lines: list[str]) -> tuple[list[LabelledRow], list[RowProblem]]:
    said = list(label_rows(lines))
    return [row for row in said if isinstance(row, LabelledRow)], [row for row in said if isinstance(row, RowProblem)]


def test_ids_come_back_as_they_were_and_in_order() -> None:
    rows, problems = split([json.dumps({"id": at, "text": "您好"}) for at in ("b", 1, "a", None)])
    assert [row.id for row in rows] == ["b", 1, "a", None]
    assert problems == []


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", '{"id": "1"}', '{"id": [], "text": "x"}', '{"text": null}', "[" * 100_000]
)
def test_a_line_that_cannot_be_read_is_set_aside_with_its_number(line: str) -> None:
    rows, problems = split(['{"id": "1", "text": "您好"}', "", line])
    assert len(rows) == 1
    assert [(problem.line, problem.read) for problem in problems] == [(3, False)]


@pytest.mark.parametrize(("key", "value"), [("recipient", "boss"), ("recipient", 3), ("channel", "pigeon")])
def test_an_unknown_word_is_reported_and_the_row_read_as_unknown(key: str, value: object) -> None:
    rows, problems = split([json.dumps({"id": "1", "text": "再不还打断你的腿", key: value})])
    assert [hit.label for hit in rows[0].labels] == ["threat_violence"]
    assert [(problem.line, problem.read) for problem in problems] == [(1, True)]


def test_words_of_the_guide_and_of_the_contact_record_are_known() -> None:
    lines = [
        json.dumps({"id": 1, "text": "他欠款了，让他回电", "recipient": recipient, "channel": channel})
        for recipient, channel in [
            ("third_party", "call transcript"),
            ("agreed_contact", "call"),
            ("other", "public_post"),
        ]
    ]
    rows, problems = split(lines)
    assert problems == []
    assert all("third_party_disclosure" in [hit.label for hit in row.labels] for row in rows)


def test_thousands_of_lines_keep_their_order() -> None:
    rows, _ = split([json.dumps({"id": at, "text": f"您好，第{at}期账单"}) for at in range(4500)])
    assert [row.id for row in rows] == list(range(4500))
