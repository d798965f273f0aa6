"""``cuijie verify``: is a case or a bundle whole and unaltered, item by item, offline."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.case.opening import CASE
from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_from, passphrase_option, print_json, say
from cuijie.cli.progress import shown
from cuijie.cli.stamp import read_certificates
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile.report import ItemState, VerifyReport

__all__ = ["command"]

_WORDS = {
    "intact": t("未改动", "intact"),
    "altered": t("被改动", "altered"),
    "missing": t("缺失", "missing"),
    "added": t("多出", "added"),
    "untimed": t("未改动，没有外部时间戳", "intact, untimed"),
}


@click.command(
    help=t(
        "核验案卷文件夹或证据包：逐件说明是否未改动、被改动、缺失、多出、没有外部时间戳。不联网；证据包不用密码。",
        "Verify a case or a bundle, offline; a bundle needs no passphrase.",
    )
)
@click.argument("path", type=CASE)
@click.option(
    "--tsa-ca",
    "ca_files",
    type=click.Path(path_type=Path),
    multiple=True,
    help=t("您信任的时间戳机构证书（PEM）", "certificates you trust (PEM)"),
)
@passphrase_option
@json_option
def command(path: Path, ca_files: tuple[Path, ...], passphrase_file: Path | None, as_json: bool) -> None:
    """Verify and say so; exit 1 if anything does not hold."""
    from cuijie.bundle import verify

    if not path.exists():
        raise BadInput(t(f"找不到“{path}”。", f"Not found: {path}"))
    trusted = read_certificates(ca_files)
    if _is_case(path):
        report = _of_case(path, passphrase_file, trusted)
    else:
        with shown(t("核验", "verify")) as progress:
            report = verify(path, trusted=trusted, progress=progress)
    if as_json:
        print_json(_plain(report))
    else:
        _tell(report)
    if not report.holds:
        raise click.exceptions.Exit(1)


def _is_case(path: Path) -> bool:
    return path.is_dir() and any((path / name).exists() for name in ("keys.json", "case.db", "vault"))


def _of_case(path: Path, passphrase_file: Path | None, trusted: bytes | None) -> VerifyReport:
    from cuijie.casefile import Case
    from cuijie.casefile.checking import check_case
    from cuijie.casefile.errors import CaseDamaged
    from cuijie.casefile.keys import KeyFile

    for name in ("keys.json", "case.db"):
        if not (path / name).exists():
            return _broken(name, "missing", f"案卷里的 {name} 不见了，案卷打不开。请从备份恢复。")
    try:
        KeyFile.read(path)
        secret = passphrase_from(passphrase_file)
        with Case.open(path, secret, writable=False) as case, shown(t("核验", "verify")) as progress:
            return check_case(case, trusted=trusted, progress=progress)
    except CaseDamaged as error:
        # damage that keeps the case from opening is a finding, not a failure to verify
        return _broken("keys.json" if "keys.json" in error.message else "case.db", "altered", error.message)


def _broken(name: str, state: ItemState, why: str) -> VerifyReport:
    from cuijie.casefile.report import Checked, VerifyReport

    return VerifyReport(kind="case", items=(Checked(path=name, state=state, why=why),), problems=(why,))


def _plain(report: VerifyReport) -> dict[str, object]:
    from cuijie.records import to_plain

    return {
        "kind": report.kind,
        "holds": report.holds,
        "items": [{"path": one.path, "state": one.state, "why": one.why} for one in report.items],
        "problems": list(report.problems),
        "notes": list(report.notes),
        "stamps": [to_plain(one) for one in report.stamps],
        "ledger": {
            "entries": report.entries,
            "anchored": report.anchored,
            "unanchored": report.entries - report.anchored,
        },
    }


def _tell(report: VerifyReport) -> None:
    for one in report.items:
        if one.state not in {"intact", "untimed"} or len(report.items) <= 200:
            why = f"：{one.why}" if one.why and one.state != "untimed" else ""
            click.echo(f"{_WORDS[one.state]}  {one.path}{why}")
    for stamp in report.stamps:
        state = (
            t(f"通过，{stamp.gen_time}", f"holds, {stamp.gen_time}")
            if stamp.holds
            else t(f"不通过：{stamp.why}", f"fails: {stamp.why}")
        )
        say(f"时间戳  {stamp.authority}  {stamp.covers}  {state}", f"stamp  {stamp.authority}  {state}")
    for problem in report.problems:
        say(f"问题：{problem}", f"Problem: {problem}")
    for note in report.notes:
        say(f"说明：{note}", f"Note: {note}")
    counts: Counter[str] = Counter(one.state for one in report.items)
    summary = t("，", ", ").join(f"{_WORDS[state]} {counts[state]}" for state in _WORDS if counts[state])
    if report.entries:
        after = report.entries - report.anchored
        say(
            f"留痕账 {report.entries} 条：有外部时间戳的 {report.anchored} 条，没有的 {after} 条",
            f"ledger: {report.entries}, {report.anchored} anchored",
        )
    verdict = t("核验通过", "Verified") if report.holds else t("核验不通过", "NOT verified")
    click.echo(f"{verdict}：{summary or t('没有可核验的内容', 'nothing to check')}")
