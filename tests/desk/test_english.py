"""The switch to English is complete: what is left in Chinese is quoted, a name, or the title of a law."""

from __future__ import annotations

import ast
import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import cuijie.desk
import cuijie.remedies
from cuijie.desk.errors import ShelfError
from cuijie.desk.saying import in_english, said
from cuijie.records import Collector, Entry, Loan, Person

from .client import Answer, Desk, desk_of
from .conftest import PASSPHRASE

HAN = re.compile(r"[\u3400-\u9fff]+")
# what a person said or wrote, what is filled in or chosen, and what is marked as Chinese
QUOTED = re.compile(
    r'<(blockquote|mark|textarea|script)\b.*?</\1>|<div class="said">.*?</div>|<\w+[^>]*lang="zh-CN"[^>]*>.*?</\w+>|<p class="said-by">.*?</p>',
    re.DOTALL,
)
LAW = re.compile(
    r"《[^》]+》(?:（[^）]*）)?(?:第[一二三四五六七八九十百千零\d]+条(?:之[一二三])?(?:第[^\s<，；]*[款项])?)*|第（[一二三四五六七八九十]+）项"
)
TYPED = {"消费金融", "小额贷款", "汽车金融", "信托"}  # words that are looked for in a name
OUTSIDE = (
    "/", "/first", "/check", "/new", "/law", "/law/check", "/lint", "/rules", "/export", "/export?brand=huawei",
    "/looks", "/cases", "/cases/together", "/cases/together/sent", "/audit", "/money", "/contract", "/apps", "/credit", "/scam", "/budget", "/nosuch",
)  # fmt: skip
INSIDE = (
    "timeline", "unsure", "findings", "questions", "next", "papers", "replies", "paper/cease_letter_lender",
    "paper/third_party_complaint?for=mother", "more", "evidence", "facts/loan", "facts/people", "facts/collectors",
    "recovery", "told", "jobs", "money", "contract", "apps", "credit", "scam", "budget", "e/nosuch",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(sample_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("english") / "a case"
    shutil.copytree(sample_case, folder)
    with desk_of([folder], folder.parent / "home") as running:
        running.shelf.open("1", PASSPHRASE)
        yield running


def english(desk: Desk, path: str) -> Answer:
    return desk.ask(path=path, Cookie=f"{desk.cookie}; cuijie_lang=en")


def names_in(desk: Desk) -> list[str]:
    """What the user wrote of people and companies, the longest first."""
    case = desk.place().opened
    found = [name for one in case.all(Person) for name in (one.name, one.relation_word)]
    found += [name for one in case.all(Collector) for name in (one.name, one.agency_name, *one.signatures)]
    found += [name for one in case.all(Loan) for name in (one.lender_name, one.platform_name)]
    found += [name for one in case.all(Entry) for name in (one.counterpart_name, one.signature, one.group_name)]
    found += [item.about.name for item in case.items()]
    return sorted({name for name in found if name}, key=len, reverse=True)


def left_in_chinese(desk: Desk, page: Answer) -> set[str]:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    words = html.unescape(re.sub(r"<[^>]+>", " ", QUOTED.sub(" ", main)))
    for name in names_in(desk):
        words = words.replace(name, " ")
    return set(HAN.findall(LAW.sub(" ", words)))


@pytest.mark.parametrize("path", [*OUTSIDE, *(f"/c/1/{place}" for place in INSIDE)])
def test_no_page_is_left_in_chinese(desk: Desk, path: str) -> None:
    assert left_in_chinese(desk, english(desk, path)) <= TYPED


@pytest.mark.parametrize("path", ["/new", "/c/1/told", "/scam", "/law/check"])
def test_what_is_wrong_with_a_form_is_said_in_english(desk: Desk, path: str) -> None:
    form = {"Cookie": f"{desk.cookie}; cuijie_lang=en", "Origin": desk.origin}
    sent = b"name=a&passphrase=1&again=2&number=1&occurred_at=2099-01-01"
    answer = desk.ask("POST", path, sent, Content_Type="application/x-www-form-urlencoded", **form)
    assert answer.status >= 400
    assert (said := re.findall(r'role="alert"[^>]*>([^<]*)<', answer.text))
    assert not re.search("[\u4e00-\u9fff]", "".join(said)), said


def test_every_contact_and_step_is_in_english_too(desk: Desk) -> None:
    steps = set(re.findall(r'href="(/c/1/step/[^"#]+)', english(desk, "/c/1/next").text))
    contacts = re.findall(r'href="(/c/1/e/[^"#]+)', english(desk, "/c/1/timeline").text)[:4]
    for path in sorted(steps)[:6] + contacts:
        assert left_in_chinese(desk, english(desk, path)) == set(), path


def written(node: ast.expr) -> str:
    """A text as its source has it; what differs from time to time is a number."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)


def raised(folder: Path, *names: str) -> Iterator[tuple[str, ast.Call]]:
    """(file, call) of every error of these names that the modules of *folder* make."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args:
                yield path.name, node


def messages() -> Iterator[tuple[str, str]]:
    """(where, text) of every error that the desk raises."""
    for where, call in raised(Path(cuijie.desk.__file__).parent, "ShelfError", "BadInput"):
        if isinstance(call.args[0], ast.Constant | ast.JoinedStr):
            yield where, written(call.args[0])


@pytest.mark.parametrize(("where", "text"), sorted(set(messages())))
def test_every_error_of_the_desk_is_said_in_english(where: str, text: str) -> None:
    assert in_english(text) is not None, where


def test_an_error_that_nobody_has_written_in_english_is_marked_as_chinese() -> None:
    error = ShelfError("没有人写过<这一句>。", remedy="再试。")
    assert said(error, "en") == '<span lang="zh-CN">没有人写过&lt;这一句&gt;。再试。</span>'
    assert said(error, "zh") == "没有人写过&lt;这一句&gt;。再试。"


def test_no_error_of_the_papers_and_steps_speaks_of_commands_on_a_page() -> None:
    for where, call in raised(Path(cuijie.remedies.__file__).parent, "RemedyError"):
        remedy = next((written(one.value) for one in call.keywords if one.arg == "remedy"), "")
        shown = said(ShelfError(written(call.args[0]), remedy=remedy), "zh")
        assert not re.search(r"cuijie|--\w", shown), (where, shown)


def test_no_error_on_a_page_speaks_of_commands_where_there_is_another_way() -> None:
    error = ShelfError("密码不对（或密钥文件被改动）。", remedy="cuijie case recover")
    assert "cuijie" not in said(error, "zh")
    assert "恢复密钥" in said(error, "zh")


def test_of_one_thing_english_speaks_as_of_one(desk: Desk) -> None:
    case = desk.place().opened
    case.put(Collector(collector_id="c-one", name="One", numbers=("17000009901",)))
    said = english(desk, "/c/1/facts/collectors").words
    assert "1 number" in said
    assert re.search(r"\b1 (contact|number)s", said) is None
    case.drop(Collector, "c-one")
