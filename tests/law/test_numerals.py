"""Chinese numerals and article numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law.numerals import ArticleNumber, chinese, number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("一百一十", 110),
        ("一百一十八", 118),
        ("二百五十三", 253),
        ("二百十三", 213),
        ("一千", 1000),
        ("一千零三十三", 1033),
        ("一千一百六十五", 1165),
        ("一〇三三", 1033),
        ("1033", 1033),
        ("１０３３", 1033),
        ("两百", 200),
        ("零", 0),
    ],
)
def test_numbers_as_people_write_them_are_read(written: str, value: int) -> None:
    assert number(written) == value


@pytest.mark.parametrize(
    "written", ["", "百", "十百", "二千三千", "一百百", "一二百", "条", "二十零", "12345", "两", "一a"]
)
def test_what_is_no_number_is_none(written: str) -> None:
    assert number(written) is None


@given(st.integers(0, 9999))
def test_writing_and_reading_a_number_gives_it_back(value: int) -> None:
    assert number(chinese(value)) == value


@given(st.text(alphabet="零一二两三九十百千0１", max_size=8))
def test_any_row_of_signs_is_a_number_or_none_and_never_an_error(text: str) -> None:
    value = number(text)
    assert value is None or 0 <= value <= 9999


@pytest.mark.parametrize("value", [-1, 10000])
def test_numbers_no_law_has_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="9999"):
        chinese(value)


@given(st.integers(1, 9999), st.integers(0, 30))
def test_article_labels_and_keys_lead_back_to_the_article(main: int, inserted: int) -> None:
    article = ArticleNumber(main, inserted)
    assert ArticleNumber.from_text(article.label) == article
    assert ArticleNumber.from_key(article.key) == article


@pytest.mark.parametrize("text", ["刑法第253条之一", "第条", "第五款", "253-1", "第零条"])
def test_what_is_no_article_number_is_none(text: str) -> None:
    assert ArticleNumber.from_text(text) is None


def test_articles_sort_with_inserted_ones_after_their_main_article() -> None:
    assert ArticleNumber(253) < ArticleNumber(253, 1) < ArticleNumber(254)


@pytest.mark.parametrize("key", ["object", "5.1", "99999", "1-", ""])
def test_named_keys_are_no_article_numbers(key: str) -> None:
    assert ArticleNumber.from_key(key) is None
