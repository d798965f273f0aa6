"""Citations in English: what is read of them, and what they say held against the article."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import check_text

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("Art. 45 PIPL gives you the right to access.", "cn.pipl.2021/45"),
        ("Under PIPL Article 66(2), serious cases cost more.", "cn.pipl.2021/66.2"),
        ("Article 253-1 of the Criminal Law covers this.", "cn.criminal-law.1997/253-1"),
        ("Articles 1032 and 1033 of the PRC Civil Code protect privacy.", "cn.civil-code.2020/1032"),
        (
            "China's Public Security Administration Punishments Law: a guide\n\nArticle 62 punishes impersonation.",
            "cn.psapl.2025/62",
        ),
    ],
)
def test_an_english_citation_is_read_with_its_law(text: str, article: str) -> None:
    found = check_text(text, ON)[0]
    assert f"{found.instrument}/{found.article}" == article


def test_the_span_of_an_english_citation_takes_in_the_law() -> None:
    text = "See Article 45 of the Personal Information Protection Law."
    start, end = check_text(text, ON)[0].span
    assert text[start:end] == "Article 45 of the Personal Information Protection Law"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Article 99 of the PIPL protects you.", "Article 70 of the PIPL protects you."),
        ("Art. 44 PIPL sets the fines, up to RMB 50 million.", "Art. 66 PIPL sets the fines, up to RMB 50 million."),
        ("Art. 45 PIPL grants the right to deletion.", "Art. 47 PIPL grants the right to deletion."),
        (
            "Article 188 of the Civil Code sets a two-year limitation period.",
            "Article 188 of the Civil Code sets a three-year limitation period.",
        ),
        (
            "Article 680 of the Civil Code caps all consumer loans at 24% a year.",
            "Article 680 of the Civil Code bans usurious lending.",
        ),
        (
            "Article 42 of the Public Security Administration Punishments Law covers harassing messages.",
            "The old Article 42 of the Public Security Administration Punishments Law has become Article 50.",
        ),
    ],
)
def test_what_an_english_text_says_is_held_against_the_article(wrong: str, right: str) -> None:
    assert [c for c in check_text(wrong, ON) if c.is_wrong]
    assert not [c for c in check_text(right, ON) if c.is_wrong]
