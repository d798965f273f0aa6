"""Law, citations, lint and rules as pages: as of a day, nothing kept, hostile input only ever text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .client import Desk, desk_of


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_of([], tmp_path_factory.mktemp("home")) as running:
        yield running


def test_plain_words_find_provisions_that_lead_to_their_pages(desk: Desk) -> None:
    page = desk.get("/law?q=半夜打电话")
    first = page.text.split('href="/law/article?')[1].split('"')[0].replace("&amp;", "&")
    article = desk.get(f"/law/article?{first}")
    assert article.status == 200
    assert "层级" in article.words


def test_a_law_named_as_people_write_it_is_found_at_once(desk: Desk) -> None:
    assert "民法典" in desk.get("/law?q=民法典1032条").words
    assert "第一千零三十二条" in desk.get("/law/article?id=民法典1032").words


def test_standing_is_told_for_the_day_that_was_asked(desk: Desk) -> None:
    assert "那天有效" in desk.get("/law/article?id=民法典1032&on=2026-03-01").words
    before = desk.get("/law/article?id=cn.civil-code.2020/1032&on=2019-03-01").words
    assert "那天无效" in before
    assert "不适用" in before


@pytest.mark.parametrize(
    "path", ["/law?on=2026-02-30", "/law/article?id=民法典99999", "/law/article?id=", "/rules/nosuch"]
)
def test_what_is_not_there_is_said_kindly(desk: Desk, path: str) -> None:
    answer = desk.get(path)
    assert answer.status in {400, 403}
    assert "Traceback" not in answer.text
    assert "没有做成" in answer.words


def test_a_wrong_citation_in_a_pasted_text_is_named(desk: Desk) -> None:
    text = "根据《中华人民共和国民法典》第九千条，以及《民法典》第一千零三十二条，你必须还款。"
    words = desk.post("/law/check", {"text": text, "on": "2026-03-01"}).words
    assert "没有这一条" in words
    assert "1 处有问题" in words


def test_an_outgoing_text_is_marked_and_better_words_are_offered(desk: Desk) -> None:
    text = "你这个老赖，再不还钱就让你全家不得安宁。"
    page = desk.post("/lint", {"text": text, "recipient": "debtor"})
    assert "<mark>" in page.text
    assert "可以这样" in page.words
    clean = desk.post("/lint", {"text": "您好，您的借款将于明日到期，请留足余额。", "recipient": "debtor"})
    assert "没有发现要改的表述" in clean.words


@pytest.mark.parametrize("path", ["/law/check", "/lint"])
def test_a_pasted_page_stays_text(desk: Desk, path: str) -> None:
    page = desk.post(path, {"text": "<script>alert(1)</script>老赖</textarea><img src=x onerror=alert(1)>"})
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


@pytest.mark.parametrize("path", ["/law/check", "/lint"])
@pytest.mark.parametrize("text", ["", "  \n ", "字" * 200_001])
def test_nothing_and_too_much_are_said(desk: Desk, path: str, text: str) -> None:
    assert desk.post(path, {"text": text}).status == 400


def test_every_rule_has_its_page(desk: Desk) -> None:
    listed = desk.get("/rules").text.split('href="/rules/')[1:]
    assert len(listed) >= 12
    page = desk.get(f"/rules/{listed[0].split(chr(34))[0]}")
    assert page.status == 200
    assert "直接依据" in page.words
