"""The user guide: it builds without a warning, fetches nothing, cites no law wrongly and names no command that is not there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from cuijie.cli.main import cli
from cuijie.law.citations import check_text
from cuijie.remedies.documents.catalogue import documents

_ROOT = Path(__file__).parent.parent.parent
_PAGES = sorted((_ROOT / "docs/guide").rglob("*.md"))
_CHINESE = [page for page in _PAGES if page.parent.name == "zh"]
_RUN = re.compile(r"\./run ([a-z]+)((?: [^`\n]*)?)")


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


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_every_command_and_paper_it_names_exists(page: Path) -> None:
    papers = set(documents())
    context = click.Context(cli)
    for name, rest in _RUN.findall(page.read_text("utf-8")):
        assert cli.get_command(context, name) is not None, name
        if name == "draft" and len(words := rest.split()) > 1 and not words[1].startswith("-"):
            assert words[1] in papers, rest
