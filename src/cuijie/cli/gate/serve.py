"""``cuijie gate serve`` and ``cuijie gate key``: the gate behind HTTP, and who may ask it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from cuijie.cli.gate.command import Asked, gate_options
from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json, say
from cuijie.errors import CouldNotFinish

__all__ = ["key", "serve"]

_FILE = click.Path(path_type=Path)


@click.command(
    help=t(
        "开一个 HTTP 服务来问（接口说明在 /openapi.json，运行和监控见 docs/gate-http.md）。\n\n"
        "没有 --keys 时只在本机监听。收到 SIGTERM 或 Ctrl-C 后，先答完正在问的，再关闭。",
        "Serve the gate over HTTP (its description is at /openapi.json; see docs/gate-http.md).\n\n"
        "Without --keys it listens on this computer only. On SIGTERM or Ctrl-C it answers what is on its way and ends.",
    )
)
@gate_options
@click.option("--host", default="127.0.0.1", show_default=True, help=t("监听的地址", "address to listen on"))
@click.option("--port", type=click.IntRange(0, 65535), default=8700, show_default=True, help=t("端口", "port"))
@click.option("--keys", type=_FILE, help=t("钥匙文件（只有自己能读）", "file of keys, readable by its owner only"))
@click.option("--tls-cert", type=_FILE, help=t("TLS 证书（PEM）", "TLS certificate (PEM)"))
@click.option("--tls-key", type=_FILE, help=t("证书的私钥（PEM）", "its private key (PEM)"))
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 60),
    default=5.0,
    show_default=True,
    help=t("一次询问最多几秒", "seconds for one request"),
)
@click.option(
    "--drain",
    type=click.FloatRange(0, 300),
    default=0.0,
    show_default=True,
    help=t("关闭前先报“未就绪”几秒", "seconds of “not ready” before it ends"),
)
def serve(
    asked: Asked,
    host: str,
    port: int,
    keys: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    timeout: float,
    drain: float,
) -> None:
    """Serve until told to end."""
    if find_spec("prometheus_client") is None:
        raise CouldNotFinish(
            t("没有装 prometheus-client。", "prometheus-client is not installed."),
            remedy=t("请安装 cuijie[gate]。", "Install cuijie[gate]."),
        )
    from cuijie.gate.http.serving import Listening
    from cuijie.gate.http.serving import serve as listen

    where = Listening(
        host=host,
        port=port,
        keys=keys,
        certificate=tls_cert,
        certificate_key=tls_key,
        seconds=timeout,
        drain_s=drain,
    )
    listen(asked.open(), where, lambda said: click.echo(said))


@click.command(
    help=t(
        "给一个来问的系统建一把钥匙：只显示这一次，文件里只留它的摘要。换钥匙时先加新的，都换好后删去旧的一行。",
        "Make a key for a caller: shown this once, the file keeps its digest only. To rotate, add a new one, then delete the old line.",
    )
)
@click.argument("name")
@click.option(
    "--keys", type=_FILE, required=True, help=t("钥匙文件，没有就建", "file of keys, made if it is not there")
)
@json_option
def key(name: str, keys: Path, as_json: bool) -> None:
    """Make one key."""
    from cuijie.gate.http.keys import make_key

    secret = make_key(keys, name)
    if as_json:
        print_json({"name": name, "key": secret})
        return
    click.echo(secret)
    say(
        f"这是 {name} 的钥匙，只显示这一次。来问时带上：Authorization: Bearer 钥匙",
        f"The key of {name}, shown this once. Callers send: Authorization: Bearer KEY",
        err=True,
    )
