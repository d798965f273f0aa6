"""The English side of the rulebook: nothing is left in Chinese but the names of Chinese laws."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cuijie.rulebook import LinkedRule, Words, load_rulebook
from cuijie.rulebook.column_words import column_words, value_pair
from cuijie.rulebook.columns import CASE_COLUMNS, CONTACT_COLUMNS
from cuijie.rulebook.page import askable_columns, rule_page
from cuijie.rulebook.rule import WordList

BOOK = load_rulebook()
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NAME_OF_A_LAW = re.compile(r"《[^》]*》(?:（[^）]*）)*(?:第[^\s（]+(?:（[一二三四五六七八九十]+）项)?|[0-9.]+)?")


def left_in_chinese(text: str) -> str:
    return "".join(CHINESE.findall(NAME_OF_A_LAW.sub("", text)))


def words_of(linked: LinkedRule) -> Iterator[tuple[str, str, str]]:
    """Every pair of words of a rule: where it stands, Chinese, English."""
    rule = linked.rule
    pairs: list[tuple[str, Words | None]] = [("title", rule.title), ("explain", rule.explain)]
    pairs += [(f"ask {name}", ask) for name, ask in rule.ask.items()]
    pairs += [(f"norm {norm.id}", words) for norm in linked.norms for words in (norm.norm.note, norm.scope.note)]
    pairs += [(f"support {cited.id}", cited.note) for cited in rule.support]
    pairs += [(f"further {more.id}", more.needs) for more in rule.further]
    pairs += [(f"question {name}", BOOK.ask(name, rule.id)) for name in askable_columns(linked)]
    yield from ((where, pair.zh, pair.en) for where, pair in pairs if pair is not None)
    lists: list[tuple[str, WordList]] = [
        ("evidence", rule.evidence),
        ("exceptions", rule.exceptions),
        ("notes", rule.notes),
    ]
    for where, listed in lists:
        assert len(listed.zh) == len(listed.en), (rule.id, where)
        yield from ((where, zh, en) for zh, en in zip(listed.zh, listed.en, strict=True))


@pytest.mark.parametrize("linked", BOOK.rules, ids=lambda linked: linked.rule.id)
def test_every_sentence_of_a_rule_is_also_said_in_english(linked: LinkedRule) -> None:
    for where, chinese, english in words_of(linked):
        assert CHINESE.search(chinese), (where, chinese)
        assert len(english) > 3, where
        assert not english[0].islower(), (where, english)  # what an unquoted comma cut off
        assert not left_in_chinese(english), (where, english)
        assert not re.search(r"[a-z]_[a-z]", english), (where, english)


@pytest.mark.parametrize("linked", BOOK.rules, ids=lambda linked: linked.rule.id)
def test_the_english_page_of_a_rule_has_no_chinese_but_law_names_and_scenarios(linked: LinkedRule) -> None:
    page = rule_page(BOOK, linked, english=True)
    said = page.split("\nExamples (its scenarios")[0]
    for line in said.splitlines():
        assert not left_in_chinese(line), line


@pytest.mark.parametrize("name", sorted({*CONTACT_COLUMNS, *CASE_COLUMNS}))
def test_every_column_has_words_in_both_languages(name: str) -> None:
    chinese, english = column_words(name)
    assert CHINESE.search(chinese), name
    assert not CHINESE.search(english), name
    assert "_" not in english


def test_every_value_that_a_rule_compares_with_has_words_in_both_languages() -> None:
    for linked in BOOK.rules:
        for name, domain in linked.domains.items():
            for value in domain:
                if isinstance(value, str) and (column := linked.columns.get(name)) and value in column.values:
                    if name in ("lender_type", "complaint_channel"):
                        continue  # named by the binding, not in a condition
                    chinese, english = value_pair(name, value)
                    assert (chinese, english) != (value, value), (linked.rule.id, name, value)
