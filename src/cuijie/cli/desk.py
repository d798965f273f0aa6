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
        "让同一无线网里的手机也能打开（一次性链接、密码、加密；证书是自签的，会给出指纹供核对）",
        "let phones in the same network in (one-time link, passphrase, TLS with a self-signed certificate)",
    ),
)
@click.option(
    "--plain",
    is_flag=True,
    help=t(
        "配合 --lan：不加密。同一个网里的人可能看到内容，只在自己家、手机打不开加密页面时用",
        "with --lan: without encryption; others in the network may see what is sent",
    ),
)
def command(cases: tuple[Path, ...], port: int, no_browser: bool, lan: bool, plain: bool) -> None:
    """Serve until Ctrl-C."""
    for case in cases:
        if not (case / "keys.json").is_file():
            raise BadInput(
                t(f"“{case}”不是案卷文件夹。", f"{case} is not a case."),
                remedy=t("请给出 cuijie case new 建的那个文件夹。", "Name the folder made by cuijie case new."),
            )
    if plain and not lan:
        raise BadInput(
            t("--plain 只和 --lan 一起用。", "--plain goes with --lan only."),
            remedy=t("本机的页面不经过网络，不需要它。", "The page on this computer does not go over a network."),
        )
    from cuijie.desk.server import serve

    serve(cases, port=port, open_browser=not no_browser, announce=click.echo, lan=lan, plain=plain)
