"""Many texts at once: texts of one shape are read once, and get what each would get alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.reading import Recipient, many, read
from cuijie.reading.bulk import shapes_of
from cuijie.reading.digits import literals_with_digits
from cuijie.reading.many import KnownShapes, labels_many

DIGITS = st.text("0123456789", min_size=1, max_size=6)
WITH_DIGITS = st.builds(
    lambda frame, digits: frame.replace("#", digits),
    st.sampled_from(
        [
            "您的账单已逾期#天，应还#元，请及时还款。",
            "再不还#元就打给你单位领导，编号#。",
            "你个老赖，#块钱都不还，明天#点上门堵你。",
            "请拨打#核实，案号（#）民初#号",
            "一天打你#个电话，#小时不停",
            "转账到62#，户名张某",
            "发个#的红包给我",
            "王#蛋，还钱",
            "#全家，弄#你",
            "#点前不还，第#条了",
            "退订回T，流水#",
            "爆通讯录#次，tmd",
            "１２３６８，#",
            "#.15消费者权益",
        ]
    ),
    DIGITS,
)


@settings(deadline=None, max_examples=80)
@given(st.lists(WITH_DIGITS, max_size=12), st.sampled_from(["debtor", "third_party", "unknown"]))
def test_texts_alike_but_for_digits_get_the_labels_each_would_get_alone(texts: list[str], recipient: Recipient) -> None:
    known = KnownShapes()
    rows = [(text, recipient) for text in texts]
    first, again = labels_many(rows, known), labels_many(rows, known)
    assert first == again == [read(text, recipient=recipient).labels for text in texts]


def test_a_shape_is_read_once_and_remembered() -> None:
    known = KnownShapes()
    labels_many([(f"再不还{amount}元就打给你单位领导", "debtor") for amount in (1000, 5733, 8819)], known)
    assert len(known) == 1
    assert [hit.label for hit in next(iter(known.values()))] == ["threat_contacts"]


def test_digits_that_mean_something_are_kept_apart() -> None:
    kept, free = shapes_of(["请拨打12368核实", "请拨打99999核实"])
    assert kept is not None
    assert "12368" in kept
    assert free is not None
    assert "9" not in free
    assert shapes_of(["请拨打88888核实", "请拨打00000核实"]) == [free, free]


@pytest.mark.parametrize(
    ("expression", "pieces"),
    [
        (r"12368|(?:\d+|[0-9])元", {"12368"}),
        (r"[一二12]百", {"1", "2"}),
        (r"(?<!315)晚(?=24小时)", {"315", "24小时"}),
        (r"(.)\1", set("0123456789")),
        (r"6\d{2}", {"6"}),
    ],
)
def test_the_digits_an_expression_looks_at_are_found(expression: str, pieces: set[str]) -> None:
    assert literals_with_digits(re.compile(expression)) == pieces


@pytest.mark.parametrize(("most_texts", "most_characters"), [(1, 400_000), (2, 400_000), (4096, 30), (4096, 1)])
def test_a_column_read_in_several_blocks_keeps_its_order(
    monkeypatch: pytest.MonkeyPatch, most_texts: int, most_characters: int
) -> None:
    monkeypatch.setattr(many, "_MOST_TEXTS", most_texts)
    monkeypatch.setattr(many, "_MOST_CHARACTERS", most_characters)
    texts = [
        "再不还就打给你单位领导",
        "",
        "您的账单已逾期3天，请及时还款。",
        "你个老赖，明天上门堵你家门口",
        "再不还就打给你单位领导",
    ]
    rows: list[tuple[str, Recipient]] = [(text, "debtor") for text in texts]
    assert labels_many(rows) == [read(text, recipient="debtor").labels for text in texts]
    assert labels_many([]) == []
