"""Starts the workbench on this computer and tells the person where it is."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import uvicorn

from cuijie.clock import SystemClock
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf
from cuijie.desk.security import Door
from cuijie.errors import CouldNotFinish

__all__ = ["listen", "serve"]


def listen(port: int) -> socket.socket:
    """A socket on loopback; port 0 lets the system choose."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)  # the address may be opened before the server is fully up
    except OSError as error:
        listener.close()
        raise CouldNotFinish(f"端口 {port} 用不了（可能被占用）。", remedy="换一个：--port 0 由系统挑选。") from error
    return listener


def serve(
    folders: Sequence[Path],
    *,
    passphrases: Mapping[Path, str] | None = None,
    port: int = 0,
    open_browser: bool = True,
    announce: Callable[[str], None],
) -> None:
    """Serve the workbench until Ctrl-C; *announce* tells the person the one address that opens it.

    *passphrases* opens those cases at once (the sample case); others ask on the page.  Raises CouldNotFinish.
    """
    clock = SystemClock()
    listener = listen(port)
    bound = listener.getsockname()[1]
    door = Door(hosts=frozenset({f"127.0.0.1:{bound}", f"localhost:{bound}"}))
    with CaseShelf(folders, clock=clock) as shelf:
        for folder, passphrase in (passphrases or {}).items():
            shelf.open(shelf.slug_of(folder), passphrase)
        address = f"http://127.0.0.1:{bound}/?key={door.key}"
        announce(f"工作台已在本机打开：{address}\n（按 Ctrl-C 关闭。这个地址只在这台电脑上、只在这一次有效。）")
        if open_browser:
            webbrowser.open(address)
        settings = uvicorn.Config(make_app(shelf, door), log_level="error", access_log=False, server_header=False)
        server = uvicorn.Server(settings)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            announce("已关闭。")
