"""The compiled loops give what the arrays give, and what one text alone gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuijie.reading import Recipient, compiled, read
from cuijie.reading.concepts import message_groups
from cuijie.reading.features import runs_of
from cuijie.reading.first_look import look_sums
from cuijie.reading.lexicon import group_words, lexicon
from cuijie.reading.linear import Linear
from cuijie.reading.many import labels_many
from cuijie.reading.model import model
from cuijie.reading.needed import Screen, needed_words

pytest.importorskip("numba")

WORDS = sorted(word for words in group_words().values() for word in words)[::97]
TEXTS = st.lists(
    st.one_of(
        st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
        st.text("还钱爸妈单位1２*某，。\n 𠮷a|", max_size=30),
        st.just("再不还就打给你单位领导，" * 20),
    ),
    min_size=9,
    max_size=14,
)


@pytest.fixture
def switched(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The loops are switched by ``_PAYS``, and left as they were."""
    monkeypatch.setattr(compiled, "_PAYS", 1 << 60)
    return monkeypatch


def with_and_without(switched: pytest.MonkeyPatch) -> Iterator[bool]:
    for pays in (1 << 60, 0):
        switched.setattr(compiled, "_PAYS", pays)
        assert (compiled.kernels() is not None) is (pays == 0)
        yield pays == 0


function_scoped = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@function_scoped
@given(TEXTS)
def test_runs_and_groups_weigh_the_same(switched: pytest.MonkeyPatch, texts: list[str]) -> None:
    linear, look = model().linear, model().look
    asked = [(text, [0, 3]) for text in texts]
    slow, fast = (
        (look_sums(texts, look), linear.odds_of(texts), linear.telling_spans(asked)) for _ in with_and_without(switched)
    )
    assert all(np.array_equal(a, b) for a, b in zip(slow[0], fast[0], strict=True))
    assert np.array_equal(slow[1], fast[1])
    assert slow[2] == fast[2]


@function_scoped
@given(TEXTS)
def test_the_same_expressions_are_possible(switched: pytest.MonkeyPatch, texts: list[str]) -> None:
    slow, fast = (
        list(zip(*map(np.ndarray.tolist, lexicon().possible(texts)), strict=True)) for _ in with_and_without(switched)
    )
    alone = [(at, number) for at, text in enumerate(texts) for number in lexicon()._screen.possible(text)]
    assert slow == fast == alone


@pytest.mark.parametrize("recipient", ["debtor", "third_party", "unknown"])
def test_a_column_has_the_labels_each_text_has_alone(switched: pytest.MonkeyPatch, recipient: Recipient) -> None:
    texts = [f"{word}，再不还就打给你{word}，爆.通.讯.录" for word in WORDS] + ["", "您好" * 300, "\n", "𠮷\ud800❌"]
    alone = [read(text, recipient=recipient).labels for text in texts]
    assert [labels_many([(text, recipient) for text in texts]) for _ in with_and_without(switched)] == [alone, alone]


def test_many_weights_and_repeats_do_not_overflow(switched: pytest.MonkeyPatch) -> None:
    shipped = model().linear
    weights = np.full((20_001, 3), 127, dtype=np.int8)
    weights[0] = 0
    heavy = Linear(
        groups=message_groups(), keys=shipped.keys[:40_000:2], weights=weights,
        scales=np.ones(3, dtype=np.float32), bias=np.zeros(3, dtype=np.float32), thresholds=np.zeros(3, dtype=np.float32),
    )  # fmt: skip
    texts = ["".join(map(chr, range(0x4E00, 0x5600))), "爸" * 900, "x"]
    slow, fast = (heavy.odds_of(texts) for _ in with_and_without(switched))
    assert np.array_equal(slow, fast)


def test_a_key_is_found_in_slots_where_it_is_among_the_sorted() -> None:
    linear = model().linear
    keys = np.concatenate([runs_of(["再不还就打给你单位领导", "您好"])[0], linear.keys[::50]])
    sorted_rows = np.searchsorted(linear.keys, keys)
    expected = np.where(linear.keys.take(sorted_rows, mode="clip") == keys, sorted_rows + 1, 0)
    assert np.array_equal(compiled.rows_in(compiled.slots_of(linear.keys), keys), expected)


@pytest.mark.parametrize(
    ("expression", "text", "possible"),
    [
        ("打.{0,4}(?:爸|妈)", "打给你妈", True),
        ("打.{0,4}(?:爸|妈)", "打给你", False),
        ("(?:爸|妈)来|滚", "滚", True),
        ("(?:(?:爸|妈)来|滚)", "爸", False),
        (r"\d{4}", "", True),
        ("不?还", "还", True),
        ("你家?人", "你", False),
    ],
)
def test_an_expression_is_tried_only_where_all_it_needs_is_there(expression: str, text: str, possible: bool) -> None:
    assert (Screen({3: needed_words(expression)}).possible(text) == [3]) is possible
