"""The user guide: it builds without a warning, fetches nothing and cites no law wrongly."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from cuijie.law.citations import check_text

_ROOT = Path(__file__).parent.parent.parent
_CHINESE = sorted((_ROOT / "docs/guide/zh").glob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide")
    build(load_config(str(_ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
    return folder


def test_every_page_stands_in_both_languages(site: Path) -> None:
    chinese, english = ({page.name for page in (site / language).glob("*.html")} for language in ("zh", "en"))
    assert chinese == english
    assert len(chinese) == 12


def test_no_page_asks_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), page.name
        assert "<script" not in text, page.name
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(|@import", sheet.read_text("utf-8")), sheet.name


@pytest.mark.parametrize("page", _CHINESE, ids=lambda page: page.stem)
def test_every_citation_of_the_guide_is_right(page: Path) -> None:
    wrong = [one for one in check_text(page.read_text("utf-8"), date(2026, 11, 22)) if one.verdict != "ok"]
    assert not wrong
