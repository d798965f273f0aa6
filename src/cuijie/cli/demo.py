"""``cuijie demo``: a sample case from fictional exports, through the real importers, then the workbench."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json, say

__all__ = ["command"]

PASSPHRASE = "cuijie-demo"  # noqa: S105 — the sample holds nothing but fiction; the page says so


@click.command(
    help=t(
        "用虚构的手机备份做一份样例案卷，然后在浏览器里打开工作台。--build 只做案卷不打开。",
        "Make a sample case from fictional phone exports and open the workbench. --build: only make it.",
    )
)
@click.option(
    "--build", "target", type=click.Path(path_type=Path), help=t("只在这个位置做出样例案卷", "only make the case here")
)
@click.option("--no-browser", is_flag=True, help=t("不自动打开浏览器", "do not open a browser"))
@json_option
def command(target: Path | None, no_browser: bool, as_json: bool) -> None:
    """Build the sample; open it unless only building was asked for."""
    from cuijie.desk.demo import build_demo

    if target is not None:
        report = build_demo(target, PASSPHRASE)
        _tell(report, target, as_json)
        return
    from cuijie.desk.server import serve

    folder = Path(tempfile.mkdtemp(prefix="cuijie-demo-")) / "样例案卷"
    try:
        report = build_demo(folder, PASSPHRASE)
        _tell(report, folder, as_json)
        serve([folder], passphrases={folder: PASSPHRASE}, open_browser=not no_browser, announce=click.echo)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def _tell(report: dict[str, object], folder: Path, as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    say(
        f"样例案卷在 {folder}（密码 {PASSPHRASE}，内容全是虚构）。",
        f"Sample case: {folder} (passphrase {PASSPHRASE}, all fiction).",
    )
