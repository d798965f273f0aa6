"""Places in a law, as ids and as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law.locator import Locator
from cuijie.law.numerals import ArticleNumber

_PART = st.none() | st.integers(1, 40)


@st.composite
def _places(draw: st.DrawFn) -> Locator:
    article = ArticleNumber(draw(st.integers(1, 1300)), draw(st.sampled_from([0, 0, 0, 1, 2, 11])))
    paragraph = draw(_PART)
    item = draw(_PART)
    return Locator(article=article, paragraph=paragraph, item=item)


@given(_places())
def test_a_label_leads_back_to_its_place(place: Locator) -> None:
    assert Locator.from_text(place.label) == place


@given(_places())
def test_the_most_exact_key_names_the_place_and_the_last_its_article(place: Locator) -> None:
    assert place.keys[-1] == place.article.key
    back = Locator.from_key(place.keys[0])
    assert back is not None
    assert back.article == place.article
    assert (back.item, back.paragraph) == (place.item, place.paragraph or (1 if place.item else None))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("第十三条第一款第二项", "13.1.2"),
        ("第十三条第一款第（二）项", "13.1.2"),
        ("13条1款2项", "13.1.2"),
        ("第13条第1款第(2)项", "13.1.2"),
        ("1032", "1032"),
        ("第一千零三十二条", "1032"),
        ("253条之一", "253-1"),
        ("第253条之一第二款", "253-1.2"),
        ("第二百五十三条之一", "253-1"),
        ("二百九十三之一", "293-1"),
        ("第1033条第(五)项", "1033.1.5"),
    ],
)
def test_places_are_read_as_people_write_them(text: str, key: str) -> None:
    place = Locator.from_text(text)
    assert place is not None
    assert place.keys[0] == key


@pytest.mark.parametrize("text", ["", "第条", "第零条", "第三款", "十三条第零款", "条", "第五条规定", "99999"])
def test_what_names_no_place_is_none(text: str) -> None:
    assert Locator.from_text(text) is None


@pytest.mark.parametrize("key", ["object", "5.3.hours", "", "1.", "1..2"])
def test_named_keys_are_no_places(key: str) -> None:
    assert Locator.from_key(key) is None
