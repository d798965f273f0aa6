"""``cuijie desk``: the workbench in the browser, on this computer only."""

from __future__ import annotations

from pathlib import Path

import click

from cuijie.cli.language import t
from cuijie.errors import BadInput

__all__ = ["command"]


@click.command(
    help=t(
        "在浏览器里打开工作台。不写案卷时，只有“这样催收合法吗？”、法律库和默认文件夹里的案卷；在页面上可以新建案卷，输入密码打开案卷。",
        "Open the workbench in the browser. Cases are opened with their passphrase on the page.",
    )
)
@click.argument("cases", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help=t("端口，0 由系统挑选", "port; 0 lets the system choose")
)
@click.option("--no-browser", is_flag=True, help=t("不自动打开浏览器", "do not open a browser"))
@click.option(
    "--lan",
    is_flag=True,
    help=t(
        "让同一无线网里的手机也能打开（一次性链接加密码；没有加密，只在自己家里用）",
        "let phones in the same network in (one-time link and passphrase; not encrypted)",
    ),
)
def command(cases: tuple[Path, ...], port: int, no_browser: bool, lan: bool) -> None:
    """Serve until Ctrl-C."""
    for case in cases:
        if not (case / "keys.json").is_file():
            raise BadInput(
                t(f"“{case}”不是案卷文件夹。", f"{case} is not a case."),
                remedy=t("请给出 cuijie case new 建的那个文件夹。", "Name the folder made by cuijie case new."),
            )
    from cuijie.desk.server import serve

    serve(cases, port=port, open_browser=not no_browser, announce=click.echo, lan=lan)
