"""The articles most often cited, told wrongly under their own number and told rightly: ``misreadings/*.txt``.

A line that begins with ``-`` misreads its article, one with ``+`` tells it rightly: plainly, by denying the misreading,
with the exception, or as what somebody broke.  The lines were written from the articles, by hand.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from cuijie.datafiles import load_table
from cuijie.errors import BadInput
from cuijie.law import library
from cuijie.law.citations import check_text
from cuijie.law.citations.statements import misreadings
from cuijie.law.structure import structure

ON = date(2026, 11, 23)
LINES = sorted((Path(__file__).parent / "misreadings").glob("*.txt"))
LAWS = sorted(path.stem for path in Path(misreadings.__file__).with_suffix("").glob("cn.*.yaml"))


def _lines(path: Path, sign: str) -> list[str]:
    found = [line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(f"{sign} ")]
    assert found
    return found


def _is_wrong(line: str) -> bool:
    return any(citation.is_wrong for citation in check_text(line, ON))


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.stem)
def test_an_article_misread_under_its_own_number_is_condemned(path: Path) -> None:
    assert [line for line in _lines(path, "-") if not _is_wrong(line)] == []


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.stem)
def test_an_article_told_rightly_is_left_alone(path: Path) -> None:
    assert [line for line in _lines(path, "+") if _is_wrong(line)] == []


@pytest.mark.parametrize("law", LAWS)
def test_every_misreading_belongs_to_an_article_that_exists_and_says_what_it_is_in_both_languages(law: str) -> None:
    shape = structure(law)
    for article in misreadings.articles_of(law):
        assert shape is None or article in shape.articles
        listed = misreadings.misreadings_of(law, article)
        assert all(
            one.wrong and re.match("第.+条", one.note.zh) and one.note.en.startswith("Article ") for one in listed
        )


def test_the_laws_with_misreadings_are_in_the_library() -> None:
    assert all(library().instrument(law) for law in LAWS)


@pytest.mark.parametrize(("wrong", "told"), [("{没有这类}", "没有这类"), ("(未完", "正则表达式")])
def test_a_pattern_that_cannot_be_read_names_file_and_line(tmp_path: Path, wrong: str, told: str) -> None:
    path = tmp_path / "cn.toy.2020.yaml"
    path.write_text(f"'1':\n  - says: 第一条\n    says_en: Article 1\n    wrong: ['{wrong}']\n", encoding="utf-8")
    with pytest.raises(BadInput, match=rf"cn\.toy\.2020\.yaml 第 4 行.*{told}"):
        misreadings.read_misreading(load_table(path).tables("1")[0])
