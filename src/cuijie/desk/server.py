"""Starts the workbench on this computer and tells the person where it is."""

from __future__ import annotations

import io
import socket
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import segno
import uvicorn

from cuijie.clock import SystemClock
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf
from cuijie.desk.security import Door
from cuijie.errors import CouldNotFinish

__all__ = ["listen", "own_address", "serve"]


def listen(port: int, *, host: str = "127.0.0.1") -> socket.socket:
    """A socket on loopback (or on *host*); port 0 lets the system choose."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # the address may be opened before the server is fully up
    except OSError as error:
        listener.close()
        raise CouldNotFinish(f"端口 {port} 用不了（可能被占用）。", remedy="换一个：--port 0 由系统挑选。") from error
    return listener


def own_address() -> str | None:
    """This computer's address in the local network, or None without one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: only the route is looked up
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if found.startswith(("127.", "0.")) else found


def serve(
    folders: Sequence[Path],
    *,
    passphrases: Mapping[Path, str] | None = None,
    port: int = 0,
    open_browser: bool = True,
    announce: Callable[[str], None],
    lan: bool = False,
) -> None:
    """Serve the workbench until Ctrl-C; *announce* tells the person the one address that opens it.

    *passphrases* opens those cases at once (the sample case); others ask on the page.  With *lan*, phones in the same
    network may come in by a link that opens once.  Raises CouldNotFinish.
    """
    clock = SystemClock()
    near = own_address() if lan else None
    if lan and near is None:
        raise CouldNotFinish("这台电脑没有连上局域网。", remedy="请先连上和手机同一个无线网，或去掉 --lan。")
    listener = listen(port, host="0.0.0.0" if lan else "127.0.0.1")  # noqa: S104  --lan asks for exactly this
    bound = listener.getsockname()[1]
    hosts = {f"127.0.0.1:{bound}", f"localhost:{bound}", *({f"{near}:{bound}"} if near else ())}
    door = Door(hosts=frozenset(hosts))
    with CaseShelf(folders, clock=clock) as shelf:
        for folder, passphrase in (passphrases or {}).items():
            shelf.open(shelf.slug_of(folder), passphrase)
        address = f"http://127.0.0.1:{bound}/?key={door.key}"
        announce(f"工作台已在本机打开：{address}\n（按 Ctrl-C 关闭。这个地址只在这台电脑上、只在这一次有效。）")
        if near:
            announce(_invitation(f"http://{near}:{bound}/?key={door.invite()}"))
        if open_browser:
            webbrowser.open(address)
        app = make_app(shelf, door, is_lan=lan)
        settings = uvicorn.Config(app, log_level="error", access_log=False, server_header=False)
        server = uvicorn.Server(settings)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            announce("已关闭。")


def _invitation(address: str) -> str:
    """What is said to bring a phone in: the link, its picture, and what this way does not protect from."""
    picture = io.StringIO()
    segno.make(address, error="l").terminal(out=picture, compact=True)
    return (
        f"{picture.getvalue()}\n手机连同一个无线网，扫上面的图，或打开：{address}\n"
        "这个链接只能打开一次；打开案卷还要密码。\n"
        "注意：局域网里没有加密，同一个网里的人可能看到传的内容。"
        "只在自己家的无线网里用，不要在公共场所、单位用；传完就按 Ctrl-C 关掉。"
    )
