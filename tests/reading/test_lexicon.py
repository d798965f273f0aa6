"""The lexicon: its examples are its tests; a mistake in it is named with file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cuijie.datafiles import DataFileError
from cuijie.reading.advice import advice
from cuijie.reading.judging import matches
from cuijie.reading.lexicon import Pattern, lexicon, load_lexicon
from cuijie.reading.normalise import normalise
from cuijie.reading.result import RULE_OF_LABEL
from cuijie.reading.variants import LEXICON
from cuijie.records import LABELS

EXAMPLES = [(pattern, example) for pattern in lexicon().patterns for example in pattern.examples]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [(pattern, example.text, example.expected) for pattern, example in EXAMPLES],
    ids=[f"{pattern.id}:{example.text[:12]}" for pattern, example in EXAMPLES],
)
def test_a_pattern_finds_its_yes_examples_and_no_other(pattern: Pattern, text: str, expected: bool) -> None:
    folded = normalise(text).text
    found = pattern in lexicon().candidates([folded])[0] and any(True for _ in matches(pattern, folded))
    assert found is expected


@pytest.mark.parametrize(("pattern", "text"), [(p, e.text) for p, e in EXAMPLES if e.expected])
def test_the_word_finder_never_hides_a_match(pattern: Pattern, text: str) -> None:
    folded = normalise(text).text
    if pattern.regex.search(folded):
        assert any(
            all(any(word in folded for word in words) for words in alternative) for alternative in pattern.needed
        )


def test_every_label_has_patterns_a_rule_and_advice() -> None:
    assert {pattern.label for pattern in lexicon().patterns} == set(LABELS) == set(RULE_OF_LABEL) == set(advice())


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(LEXICON, folder / "lexicon"))


def _with(folder: Path, body: str) -> Path:
    copy = _copy(folder)
    (copy / "patterns" / "own.yaml").write_text(body, encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("label: threat\npatterns:\n  - {id: a, match: 打, yes: 打}\n", "label"),
        ("label: insult\npatterns: []\n", "patterns"),
        ("label: insult\npatterns:\n  - {id: a, match: '(', yes: 打}\n", "match"),
        ("label: insult\npatterns:\n  - {id: a, match: '{nobody}打', yes: 打}\n", "match"),
        ("label: insult\npatterns:\n  - {id: a, match: 打, yes: 打, strength: huge}\n", "strength"),
        ("label: insult\npatterns:\n  - {id: a, match: 打, yes: 打, recipient: boss}\n", "recipient"),
        ("label: insult\npatterns:\n  - {id: a, match: 打}\n", "yes"),
        ("label: insult\npatterns:\n  - {match: 打, yes: 打}\n", "id"),
        ("label: insult\npatterns:\n  - {id: a, match: 打, yes: 打, colour: red}\n", "colour"),
        ("label: insult\npatterns:\n  - {id: strong, match: 打, yes: 打}\n", "id"),
    ],
)
def test_a_mistake_in_a_pattern_file_is_named_with_its_key(tmp_path: Path, body: str, key: str) -> None:
    with pytest.raises(DataFileError) as error:
        load_lexicon(_with(tmp_path, body))
    assert error.value.key == key
    assert error.value.line >= 1


def test_a_lawyers_own_pattern_is_found(tmp_path: Path) -> None:
    body = "label: insult\npatterns:\n  - {id: own, match: ['你(?:真是)?个大冬瓜'], yes: [你真是个大冬瓜]}\n"
    own = load_lexicon(_with(tmp_path, body))
    ours, other = own.candidates(["你真是个大冬瓜", "您好"])
    assert "insult.own" in [pattern.id for pattern in ours if pattern.regex.search("你真是个大冬瓜")]
    assert "insult.own" not in [pattern.id for pattern in other]
    assert own.may_be_sure(["您好", "你真是个大冬瓜"], ["debtor", "debtor"]) == [False, True]
