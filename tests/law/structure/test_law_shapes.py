import pytest

from cuijie.law.citations.quotations.quoting import shared
from cuijie.law.library import library
from cuijie.law.structure import normalise, structure, structures
from cuijie.law.structure.amounts import Amount
from cuijie.law.structure.elements import elements_in

COUNTS = {
    "cn.pipl.2021": ("74", 74),
    "cn.civil-code.2020": ("1260", 1260),
    "cn.psapl.2025": ("144", 144),
    "cn.psapl.2012": ("119", 119),
    "cn.cybersecurity-law.2025": ("81", 81),
    "cn.cybersecurity-law.2016": ("79", 79),
    "cn.interp-private-lending.2020": ("31", 31),
    "cn.contract-law.1999": ("428", 428),
}


@pytest.mark.parametrize("instrument", sorted(COUNTS))
def test_a_law_has_as_many_articles_as_it_was_published_with(instrument: str) -> None:
    shape = structure(instrument)
    assert shape is not None
    assert (shape.last, len(shape.articles)) == COUNTS[instrument]


@pytest.mark.parametrize(
    ("instrument", "key", "items"),
    [
        ("cn.civil-code.2020", "1033", (6,)),
        ("cn.pipl.2021", "13", (7, 0)),
        ("cn.pipl.2021", "21", (0, 0, 0)),
        ("cn.psapl.2025", "50", (6, 0)),
        ("cn.psapl.2012", "42", (6,)),
        ("cn.criminal-law.1997", "253-1", (0, 0, 0, 0)),
        ("cn.criminal-law.1997", "293-1", (3,)),
    ],
)
def test_paragraphs_and_items_are_counted_as_the_courts_count_them(
    instrument: str, key: str, items: tuple[int, ...]
) -> None:
    shape = structure(instrument)
    assert shape is not None
    assert shape.articles[key].items == items


def test_a_place_is_there_or_not() -> None:
    shape = structure("cn.psapl.2025")
    assert shape is not None
    article = shape.articles["50"]
    assert article.has(1, 6)
    assert article.has(2, None)
    assert article.has(None, 6)
    assert not article.has(1, 7)
    assert not article.has(2, 1)
    assert not article.has(3, None)
    assert not article.has(0, None)
    assert (article.with_item(5), article.with_item(9)) == (1, None)


@pytest.mark.parametrize("instrument", sorted(structures()))
def test_every_shipped_shape_has_its_fingerprints_and_short_subjects(instrument: str) -> None:
    shape = structure(instrument)
    assert shape is not None
    assert list(shape.prints.articles) == list(shape.articles)
    for article in shape.articles.values():
        assert len(article.subject) <= 32, article
        assert article.items, article
        if article.written_by_hand:  # a few words, never a run of the law's own sentence
            assert all(len(normalise(part)) <= 18 for part in article.subject.split("、"))


@pytest.mark.parametrize("folder", ["subjects", "spoken"])
def test_what_was_written_by_hand_stands_at_an_article_that_exists(folder: str) -> None:
    from cuijie.law.structure.shapes import _HERE, _written

    for path in sorted((_HERE / folder).glob("*.yaml")):
        shape = structure(path.stem)
        keys = set(shape.articles) if shape else {p.key.split(".")[0] for p in library().provisions_of(path.stem)}
        assert not set(_written(folder, path.stem)) - keys, path


def test_every_article_of_the_civil_code_and_the_criminal_law_has_a_subject_of_our_own() -> None:
    for instrument in ("cn.civil-code.2020", "cn.criminal-law.1997"):
        shape = structure(instrument)
        assert shape is not None
        assert all(article.written_by_hand for article in shape.articles.values())


def test_the_amounts_of_an_article_stand_at_its_paragraphs_and_items() -> None:
    shape = structure("cn.credit-reporting-regs.2013")
    assert shape is not None
    assert Amount("months", 60) in shape.articles["16"].amounts["1"]
    assert list(shape.part_prints.articles)[:1] == [f"{next(k for k, a in shape.articles.items() if a.parts)}.1"]


def test_a_law_that_was_never_read_has_no_shape() -> None:
    assert structure("cn.cba-collection.2026") is None
    assert structure("../secret") is None


def test_the_words_a_consequence_hangs_on_are_found_and_graver_degrees_are_not() -> None:
    found = [word for word, _, _ in elements_in("违反规定借用他人名义，情节严重的，处罚款；情节特别严重的，停业。")]
    assert found == ["情节严重"]


def test_every_shape_belongs_to_an_instrument_or_is_known_to_be_extra() -> None:
    held = {instrument.id for instrument in library().instruments}
    assert {"cn.pipl.2021", "cn.civil-code.2020"} <= held & structures()


def test_short_runs_tell_whether_the_same_words_are_used() -> None:
    shape = structure("cn.pipl.2021")
    assert shape is not None
    assert shared("个人信息处理者", shape.prints, "17") == 1.0
    assert shared("砍头息与高利贷", shape.prints, "17") < 0.5
