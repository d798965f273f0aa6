"""Gives the guide the workbench's own style sheet, so that there is one design and one file of it."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_STATIC = Path(__file__).parent.parent.parent / "src/cuijie/desk/static"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the sheet and the icon beside the pages."""
    for name in ("desk.css", "icon.svg"):
        files.append(File.generated(config, name, abs_src_path=str(_STATIC / name)))
    return files
