"""Every page in a real Chromium: nothing cut off, nothing serious for axe, on a phone, a desk, at 200 %, in the dark, on paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from .browser import DESKTOP, PHONE, check_keys, check_page, looking, unlock
from .conftest import Workbench, serving

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

OUTSIDE = (
    "/", "/first", "/check", "/new", "/law", "/law?q=半夜打电话", "/law/article?id=民法典1032", "/law/check", "/lint", "/rules",
    "/rules/cn.insult", "/export", "/export?brand=huawei", "/export?brand=iphone", "/looks", "/cases", "/cases/together",
    "/cases/together/sent",    "/audit", "/key", "/money", "/contract", "/apps", "/credit", "/scam", "/budget", "/nosuch",
)  # fmt: skip
PLACES = (
    "timeline", "timeline?candidates=1", "unsure", "findings", "questions", "next", "papers", "replies",
    "paper/cease_letter_lender", "more", "jobs", "evidence", "facts/loan", "facts/loan?first=1", "facts/people",
    "facts/collectors", "recovery", "told", "money", "contract", "apps", "credit", "scam", "budget",
)  # fmt: skip
_SHOWN_ON_PAPER = """() => [...document.querySelectorAll("header.top, nav, form, button, .row, .leave, progress, .slider")]
  .filter(e => e.checkVisibility({contentVisibilityAuto: false})).map(e => `${e.tagName}.${e.className}`)"""
_FOLDED = "() => [...document.querySelectorAll('details:not([open], .fold, .fold *)')].filter(e => e.checkVisibility()).length"


@pytest.fixture(scope="module")
def workbench(sample_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """One for all looks: none of them changes the case."""
    folder = tmp_path_factory.mktemp("every") / "样例案卷"
    shutil.copytree(sample_case, folder)
    with serving([folder], folder.parent / "home") as running:
        yield running


def every_path(page: Any, base: str) -> list[str]:
    """The addresses of all pages, with a step and a contact of the case among them."""
    found = [*OUTSIDE, *(f"/c/1/{place}" for place in PLACES)]
    for place, pattern in (("next", r'href="(/c/1/step/[^"#]+)'), ("timeline", r'href="(/c/1/e/[^"]+)')):
        page.goto(f"{base}/c/1/{place}")
        match = re.search(pattern, page.content())
        assert match is not None
        found.append(unquote(match[1]).replace("%", "%25"))
    return found


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(PHONE, "light", "zh"), (DESKTOP, "dark", "en"), ((640, 450), "light", "zh")],
    ids=["phone", "desktop in the dark, in English", "desktop at 200 %"],
)
def test_every_page_is_whole_and_axe_finds_nothing_serious(
    chromium: Any, workbench: Workbench, size: tuple[int, int], theme: str, language: str
) -> None:
    wrong: dict[str, str] = {}
    with looking(chromium, workbench.address, size, color_scheme=theme) as page:
        if page.get_by_label("密码").count():
            unlock(page)
        page.goto(f"{workbench.base}/language?to={language}")
        for path in every_path(page, workbench.base):
            page.goto(f"{workbench.base}{path}")
            try:
                check_page(page)
                check_keys(page)
            except AssertionError as error:
                wrong[path] = str(error)[:400]
    assert wrong == {}


def test_every_page_prints_without_what_is_pressed_with_its_folds_open_and_nothing_cut_off(
    chromium: Any, workbench: Workbench
) -> None:
    wrong: dict[str, object] = {}
    with looking(chromium, workbench.address, (690, 1000), color_scheme="dark") as page:  # A4 between its margins
        if page.get_by_label("密码").count():
            unlock(page)
        for path in every_path(page, workbench.base):
            page.goto(f"{workbench.base}{path}")
            page.emulate_media(media="print")
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            pressed, folded = page.evaluate(_SHOWN_ON_PAPER), page.evaluate(_FOLDED)
            too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            ink = page.evaluate(
                "getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor"
            )
            if pressed or folded or too_wide > 0 or ink != "rgb(0, 0, 0)rgb(255, 255, 255)":
                wrong[path] = (pressed, folded, too_wide, ink)
            page.emulate_media(media="screen")
    assert wrong == {}
