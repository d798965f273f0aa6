"""``cuijie stamp``: ask time-stamping authorities for the time, or retry what is waiting."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cuijie.cli.case.opening import CASE, opened
from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile.stamps import Stamp

__all__ = ["command", "read_certificates"]

_OWN_CLOCK = t(
    "没有外部时间戳时，留痕账里的时间只是这台电脑自己的时钟：它能证明先后次序，不能向别人证明具体时刻。\n"
    "时间戳证明的是“这些内容在那一刻已经存在、此后没有改动”，不证明内容本身是真的。",
    "Without an outside time-stamp the ledger shows order only, by this computer's own clock.",
)


@click.command(
    help=t(
        "向您选定的时间戳机构（RFC 3161）申请时间戳，或补申请还没拿到的。只送出摘要，不送内容。",
        "Ask RFC 3161 authorities you name for time-stamps, or retry those waiting. Only a hash leaves.",
    )
)
@click.argument("folder", type=CASE)
@click.option(
    "--tsa", "authorities", multiple=True, help=t("时间戳机构网址，可以多家", "authority's address; repeatable")
)
@click.option(
    "--ca",
    "ca_files",
    type=click.Path(path_type=Path),
    multiple=True,
    help=t("机构的根证书（PEM），用来核验回来的时间戳", "authority's root certificate"),
)
@click.option("--later", is_flag=True, help=t("只排队，不联网", "queue only, no network"))
@click.option("--list", "only_list", is_flag=True, help=t("只列出时间戳的状态", "only list the states"))
@passphrase_option
@json_option
def command(
    folder: Path,
    authorities: tuple[str, ...],
    ca_files: tuple[Path, ...],
    later: bool,
    only_list: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Queue, send, judge and show the time-stamps of a case."""
    pem = read_certificates(ca_files)
    with opened(folder, passphrase_file, writable=not only_list) as case:
        if not only_list:
            if pem is not None:
                for url in authorities or [known for known, _ in case.stamps.authorities()]:
                    case.stamps.trust(url, pem)
            wanted: list[tuple[str, bytes | None]] = [(url, pem) for url in authorities]
            if not wanted and not case.stamps.waiting():
                wanted = list(case.stamps.authorities())
                if not wanted:
                    raise BadInput(
                        t("还没有指定时间戳机构。", "No authority named."),
                        remedy=t(f"请用 --tsa 网址 指定一家或几家。\n{_OWN_CLOCK}", "Use --tsa URL."),
                    )
            if wanted:
                case.stamps.ask_for(wanted)
            if not later:
                case.stamps.send()
        found = case.stamps.all()
    _show(found, as_json)
    _finish(found, later or only_list)


def read_certificates(files: tuple[Path, ...]) -> bytes | None:
    """The certificates in *files* (PEM or DER) as one PEM text; None where no file was given."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from cuijie.casefile.tokens import load_certificates

    found = b""
    for path in files:
        try:
            data = path.read_bytes()
            pem = data if b"-----BEGIN" in data else load_certificates(data)[0].public_bytes(Encoding.PEM)
        except (OSError, ValueError) as error:
            raise BadInput(t(f"读不出证书文件 {path}。", f"Cannot read {path}.")) from error
        found += pem.rstrip(b"\n") + b"\n"
    return found or None


def _plain(stamp: Stamp) -> dict[str, Any]:
    def text(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    return {
        "id": stamp.stamp_id,
        "authority": stamp.authority,
        "subject": stamp.subject,
        "state": stamp.state,
        "covers": stamp.count,
        "time": text(stamp.gen_time),
        "tries": stamp.tries,
        "tried_at": text(stamp.tried_at),
        "retry_at": text(stamp.not_before),
        "problem": stamp.problem,
    }


def _show(found: tuple[Stamp, ...], as_json: bool) -> None:
    from cuijie.casefile.stamps import STATES
    from cuijie.clock import SHANGHAI

    if as_json:
        print_json({"stamps": [_plain(stamp) for stamp in found]})
        return
    for stamp in found:
        at = stamp.gen_time.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if stamp.gen_time else "—"
        about = t(f"留痕账前 {stamp.count} 条", f"{stamp.count} entries") if stamp.count else stamp.subject
        why = f"（{stamp.problem}）" if stamp.problem else ""
        click.echo(f"{stamp.stamp_id}  {stamp.authority}  {about}  {at}  {t(STATES[stamp.state], stamp.state)}{why}")
    if not any(stamp.state == "granted" for stamp in found):
        click.echo(_OWN_CLOCK)


def _finish(found: tuple[Stamp, ...], may_wait: bool) -> None:
    if any(stamp.state in {"invalid", "refused"} for stamp in found):
        raise click.exceptions.Exit(1)
    if not may_wait and any(stamp.state in {"queued", "pending"} for stamp in found):
        say("还没拿到的会留着，再运行 cuijie stamp 就会补申请。", "Run cuijie stamp again to retry.", err=True)
        raise click.exceptions.Exit(3)
