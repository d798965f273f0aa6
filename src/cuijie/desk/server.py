"""Starts the workbench on this computer and tells the person where it is."""

from __future__ import annotations

import io
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import uvicorn

from cuijie.clock import SystemClock
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf
from cuijie.desk.door.entrance import Entrance, listen, own_address
from cuijie.desk.door.security import Door

__all__ = ["listen", "own_address", "serve"]

_TURN_S = 0.0002
"""How long one thread may go on before another gets its turn: pages are made beside assessments and imports, and each
of their many small waits for the database would else cost Python's usual 5 ms."""


def serve(
    folders: Sequence[Path],
    *,
    passphrases: Mapping[Path, str] | None = None,
    port: int = 0,
    open_browser: bool = True,
    announce: Callable[[str], None],
    lan: bool = False,
    plain: bool = False,
) -> None:
    """Serve the workbench until Ctrl-C; *announce* tells the person the one address that opens it.

    *passphrases* opens those cases at once (the sample case); others ask on the page.  With *lan*, phones in the same
    network may come in by a link that opens once, encrypted unless *plain*.  Raises CouldNotFinish.
    """
    clock = SystemClock()
    sys.setswitchinterval(_TURN_S)
    listener = listen(port)
    bound = listener.getsockname()[1]
    door = Door(hosts=frozenset({f"127.0.0.1:{bound}", f"localhost:{bound}"}))
    with CaseShelf(folders, clock=clock) as shelf:
        entrance = Entrance(lambda outer: make_app(shelf, outer, is_lan=True), clock)
        app = make_app(shelf, door, entrance=entrance)
        if lan:
            entrance.open(encrypted=not plain)
        for folder, passphrase in (passphrases or {}).items():
            shelf.open(shelf.slug_of(folder), passphrase)
        address = f"http://127.0.0.1:{bound}/?key={door.key}"
        announce(f"工作台已在本机打开：{address}\n（按 Ctrl-C 关闭。这个地址只在这台电脑上、只在这一次有效。）")
        if lan:
            announce(_invitation(entrance))
        if open_browser:
            webbrowser.open(address)
        settings = uvicorn.Config(
            app, http="h11", log_level="error", access_log=False, server_header=False, ws="none", lifespan="off"
        )
        server = uvicorn.Server(settings)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            announce("已关闭。")
        finally:
            entrance.close()


def _invitation(entrance: Entrance) -> str:
    """What is said to bring a phone in: the link, its picture, and what this way does and does not protect from."""
    import segno  # long to import, and most runs show no picture

    address, picture = entrance.invite() or "", io.StringIO()
    segno.make(address, error="l").terminal(out=picture, compact=True)
    certificate = entrance.certificate
    lines = [
        picture.getvalue(),
        f"手机连同一个无线网，扫上面的图，或打开：{address}",
        "这个链接只能打开一次；打开案卷还要密码。",
    ]
    if certificate is None:
        lines.append(
            "注意：你选了不加密。同一个网里的人可能看到传的内容。"
            "只在自己家的无线网里用，不要在公共场所、单位用；传完就按 Ctrl-C 关掉。"
        )
    else:
        lines += [
            "传的内容是加密的。手机会提醒“证书不受信任”，因为证书是这台电脑刚刚自己做的：",
            f"在提醒里点“查看证书”，SHA-256 指纹的开头应该是　{certificate.code}",
            "一样就可以继续；不一样，就是有人夹在中间，请不要继续。",
            f"完整指纹：{certificate.fingerprint}",
        ]
    return "\n".join(lines)
