"""The check on citations made by machine from the law data: thousands of right ones, hundreds of wrong ones."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cuijie.datafiles import Lines, load_yaml
from cuijie.law.citations import Citation, check_text
from cuijie.law.library import library
from cuijie.law.locator import Locator
from cuijie.law.structure import ArticleShape, structure, structures

ON = date(2026, 11, 21)
needs_texts = pytest.mark.skipif(
    "CUIJIE_SHARED" not in os.environ, reason="needs the law texts: CUIJIE_SHARED is not set"
)


def day_for(instrument: str) -> date:
    """A day on which the instrument is in force."""
    ended = library().instrument(instrument).repealed
    if ended is None or ended.reached(ON) is not True:
        return ON
    return date(2019, 6, 1) if ended.first.year == 2021 else date(2024, 6, 1)


def cited(instrument: str, key: str) -> str:
    place = Locator.from_key(key)
    assert place is not None
    return f"《{library().instrument(instrument).title}》{place.label}"


def of(instrument: str, text: str) -> list[Citation]:
    return [c for c in check_text(text, day_for(instrument)) if c.instrument == instrument]


def described() -> Iterator[tuple[str, list[ArticleShape]]]:
    """The instruments of the library with the articles whose subject was written by hand."""
    for instrument in sorted(structures()):
        shape = structure(instrument)
        if shape is None or not library().holds(instrument):
            continue
        articles = [article for article in shape.articles.values() if article.written_by_hand]
        if len(articles) >= 8:
            yield instrument, articles


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "form"),
    [(0, "{cited}规定了{subject}。"), (1, "根据{cited}关于{subject}的规定，请处理。"), (2, "{cited}（{subject}）")],
)
def test_an_articles_own_subject_is_never_condemned(at: int, form: str) -> None:
    for instrument, articles in described():
        for article in articles[at::3]:
            subject = article.subject.split("、")[0]
            if len(subject) >= 4:
                text = form.format(cited=cited(instrument, article.key), subject=subject)
                assert not [c for c in of(instrument, text)[:1] if c.is_wrong], text


@pytest.mark.slow
def test_a_subject_under_another_number_is_mostly_found_and_its_own_article_suggested() -> None:
    chance = random.Random(3)  # noqa: S311
    found: list[bool] = []
    suggested: list[bool] = []
    for instrument, articles in described():
        for article in articles:
            subject = article.subject.split("、")[0]
            others = [other for other in articles if other is not article and subject not in other.subject]
            if len(subject) < 4 or not others:
                continue
            text = f"{cited(instrument, chance.choice(others).key)}规定的{subject}，可以适用。"
            citation = of(instrument, text)[0]
            found.append(citation.is_wrong)
            suggested.append(any(id_.split("/")[1].split(".")[0] == article.key for id_ in citation.suggest))
    assert sum(found) / len(found) > 0.88
    assert sum(suggested) / len(suggested) > 0.86


def provisions() -> Iterator[tuple[str, str, str, str]]:
    """Of every verified provision: instrument, article label, its words, our paraphrase."""
    rows = load_yaml(Path(os.environ["CUIJIE_SHARED"]) / "law" / "provisions.yaml")
    for row in rows if isinstance(rows, list) else []:
        assert isinstance(row, Lines)
        label = re.match(r"第[零一二三四五六七八九十百千]+条(?:之一)?", str(row["article"]))
        if label and library().holds(str(row["id"])):
            yield str(row["instrument"]), str(row["article"]), str(row["text"] or ""), str(row["paraphrase_zh"])


@needs_texts
@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [
        "《{t}》{a}规定，{x}",
        "根据《{t}》{a}：{x}",
        "《{t}》{a}规定：“{x}”",
        "“{x}”（《{t}》{a}）",
        "{x}，见《{t}》{a}。",
    ],
)
def test_the_laws_own_sentences_are_never_condemned(form: str) -> None:
    for instrument, label, words, _ in provisions():
        title = library().instrument(instrument).title
        sentences = [s for s in re.split(r"[。；\n]", words) if len(s) > 12]
        for sentence in sentences[:2]:
            text = form.format(t=title, a=label, x=re.sub(r"^（.*?）", "", sentence))
            named = [c for c in of(instrument, text) if title in c.text]
            assert not [c for c in named if c.is_wrong], (text, named)


@needs_texts
@pytest.mark.slow
def test_our_own_paraphrases_are_never_condemned() -> None:
    for instrument, label, _, paraphrase in provisions():
        title = library().instrument(instrument).title
        text = f"《{title}》{label}规定，{paraphrase}"
        assert not [c for c in of(instrument, text)[:1] if c.is_wrong], text


@needs_texts
@pytest.mark.slow
def test_a_true_sentence_under_another_number_is_found() -> None:
    chance = random.Random(7)  # noqa: S311
    rows = list(provisions())
    found: list[bool] = []
    for instrument, label, words, _ in rows:
        others = [other for other in rows if other[0] == instrument and other[1][:8] != label[:8]]
        sentences = [s for s in re.split(r"[。；\n]", words) if len(s) > 14]
        shape = structure(instrument)
        if others and sentences and shape is not None and len(shape.articles) >= 20:
            text = f"《{library().instrument(instrument).title}》{chance.choice(others)[1]}规定：“{chance.choice(sentences)}”。"
            found.append(of(instrument, text)[0].is_wrong)
    assert sum(found) / len(found) > 0.95
