"""``cuijie phone``: which apps can read contacts, messages and the call log, and which really did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.keep_option import case_option, say_kept
from cuijie.cli.language import t
from cuijie.cli.output import headline, json_option, print_json, say
from cuijie.errors import BadInput, CouldNotFinish

if TYPE_CHECKING:
    from cuijie.prevention.apps.access import AppAccess, Permission
    from cuijie.prevention.apps.line import PhoneLine
    from cuijie.records.results import CheckResult

__all__ = ["command"]

_SHOWN = 20


@click.group(
    help=t(
        "查哪些应用能读通讯录、短信、通话记录。“申请过”不等于“允许了”，“允许了”不等于“读过”：分开说清楚。",
        "Which apps can read contacts, messages, call log: asked for, granted and used are told apart.",
    )
)
def command() -> None:
    """Group of the phone commands."""


@command.command(
    "read",
    help=t(
        "读一个或几个文件：dumpsys package、dumpsys appops 的文字，APK 安装包，aapt 清单，iPhone 的应用隐私报告，Exodus 报告。",
        "Read files: dumpsys text, an APK, aapt badging, an iPhone App Privacy Report, an Exodus report.",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help=t("不只看像贷款的应用和要紧的权限", "every app and permission"))
@case_option
@json_option
def read(
    files: tuple[Path, ...], everything: bool, case_folder: Path | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """Read the files together; several sources on one app are merged."""
    from cuijie.prevention.apps.access import merged
    from cuijie.prevention.apps.reading import read_phone_file

    apps = merged(app for file in files for app in read_phone_file(file))
    kept = _keep(case_folder, passphrase_file, apps, files=files) if case_folder else None
    _show(apps, everything, as_json, kept)


@command.command(
    "scan",
    help=t(
        "用数据线连着的安卓手机（要先在手机上允许 USB 调试，并在电脑上装好 adb）。只读权限清单，不装、不改任何东西。",
        "An Android phone on the cable (adb installed, USB debugging allowed): reads permission lists, changes nothing.",
    ),
)
@click.argument("package", required=False)
@click.option("--all", "everything", is_flag=True, help=t("不只看像贷款的应用和要紧的权限", "every app and permission"))
@case_option
@json_option
def scan(
    package: str | None, everything: bool, case_folder: Path | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """Ask the connected phone through the user's own adb."""
    import re
    import shutil
    import subprocess

    from cuijie.clock import SystemClock
    from cuijie.prevention.apps.reading import read_phone_text

    adb = shutil.which("adb")
    if adb is None:
        raise CouldNotFinish(
            t("这台电脑上没有 adb。", "adb is not installed."),
            remedy=t("可以先装 platform-tools，或改用 cuijie phone read 读文件。", "Install it, or use phone read."),
        )

    if package is not None and not re.fullmatch(r"[A-Za-z][\w.]*", package):
        raise BadInput(t(f"“{package}”不像应用的包名。", f"{package} is no package name."))
    words = ["package", package] if package else ["package"]
    texts = []
    for service in (words, ["appops"]):
        try:
            done = subprocess.run([adb, "shell", "dumpsys", *service], capture_output=True, timeout=120, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise CouldNotFinish(t("手机没有回应。", "The phone did not answer.")) from error
        if done.returncode:
            reason = done.stderr.decode(errors="replace").strip().splitlines()
            raise CouldNotFinish(
                t(f"连不上手机：{reason[-1] if reason else '没有设备'}", "No phone."),
                remedy=t("请插好数据线，并在手机上点“允许 USB 调试”。", "Plug it in and allow USB debugging."),
            )
        texts.append(done.stdout.decode(errors="replace"))
    apps = read_phone_text("\n".join(texts), "手机", SystemClock().now())
    kept = _keep(case_folder, passphrase_file, apps, text="\n".join(texts)) if case_folder else None
    _show(apps, everything, as_json, kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Where the result lies, and its apps beside the contacts of the case."""

    folder: Path
    result: CheckResult
    line: PhoneLine


def _keep(
    folder: Path,
    passphrase_file: Path | None,
    apps: tuple[AppAccess, ...],
    *,
    files: tuple[Path, ...] = (),
    text: str | None = None,
) -> _Kept:
    from cuijie.assessment import contacts_of
    from cuijie.casefile.results import keep_file, keep_text
    from cuijie.cli.case.opening import opened
    from cuijie.prevention.case_line import case_line
    from cuijie.prevention.keeping import keep_phone
    from cuijie.reading import read as read_words
    from cuijie.remedies.from_case import exhibits_of_case

    with opened(folder, passphrase_file, writable=True) as case:
        items = [keep_file(case, file) for file in files]
        if text is not None:
            items.append(keep_text(case, text, "手机权限清单.txt"))
        state = case.state()
        contacts = contacts_of(state, read_words)
        result = keep_phone(case, items, apps, contacts)
        ids = [item.item_id for item in items]
        return _Kept(folder=folder, result=result, line=case_line(apps, ids, state, contacts, exhibits_of_case(case)))


def _plain(permission: Permission) -> dict[str, object]:
    return {
        "name": permission.name,
        "opens": permission.opens,
        "requested": permission.requested,
        "granted": permission.granted,
        "used": permission.used,
        "last_used_at": permission.last_used_at.isoformat() if permission.last_used_at else None,
        "uses": [at.isoformat() for at in permission.uses],
    }


def _plain_line(line: PhoneLine) -> dict[str, object]:
    return {
        "known": line.known.zh,
        "events": [
            {
                "at": one.at.isoformat(),
                "kind": one.kind,
                "says": one.says.zh,
                "package": one.package,
                "contact": one.contact_id,
            }
            for one in line.events
        ],
        "sentences": list(line.sentences),
    }


def _tell_line(line: PhoneLine) -> None:
    from cuijie.clock import SHANGHAI

    headline("\n读通讯录和联系亲友，谁先谁后", "\nReading of contacts and first contacts, in order")
    click.echo("  " + t(line.known.zh, line.known.en))
    for one in line.events[:_SHOWN]:
        moment = (
            f"{one.at.astimezone(SHANGHAI):%Y-%m-%d}"
            if one.precision == "day"
            else f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        )
        click.echo(f"  {moment}　{t(one.says.zh, one.says.en)}")
    if len(line.events) > _SHOWN:
        say(f"  …… 共 {len(line.events)} 处，全部见 --json", f"  … {len(line.events)} in all, see --json")
    for words in line.sentences:
        say(f"  可以写进文书：{words}", f"  for a paper: {words}")


def _show(apps: tuple[AppAccess, ...], everything: bool, as_json: bool, kept: _Kept | None) -> None:
    from cuijie.prevention.apps.guide import looks_like_loan_app, phone_guide

    if as_json:
        print_json(
            {
                "apps": [
                    {
                        "package": app.package,
                        "label": app.label,
                        "version": app.version,
                        "installed_at": app.installed_at,
                        "updated_at": app.updated_at,
                        "installer": app.installer,
                        "looks_like_loan_app": looks_like_loan_app(app),
                        "permissions": [_plain(permission) for permission in app.permissions],
                        "trackers": list(app.trackers),
                    }
                    for app in apps
                ]
            }
            | ({"kept": kept.result.result_id, "line": _plain_line(kept.line)} if kept else {})
        )
        return
    guide = phone_guide()
    shown = [app for app in apps if everything or looks_like_loan_app(app) or len(apps) == 1]
    for app in shown:
        _tell(app, everything)
    if len(shown) < len(apps):
        say(
            f"另有 {len(apps) - len(shown)} 个应用不像贷款应用（--all 看全部）。",
            f"{len(apps) - len(shown)} more apps (--all).",
        )
    headline("怎样收回", "How to take it back")
    for make, words in guide.revoke.items():
        click.echo(f"  {make}　{t(words.zh, words.en)}")
    say(guide.after.zh, guide.after.en)
    if kept:
        _tell_line(kept.line)
        say_kept(kept.folder, kept.result)


_STATES = {
    "used": ("读过", "used"),
    "granted": ("允许了；这份材料看不出读没读过", "granted; not known whether used"),
    "refused": ("申请过，没有允许", "asked for, refused"),
    "requested": ("申请过；这份材料看不出允没允许", "asked for; not known whether granted"),
}


def _tell(app: AppAccess, everything: bool) -> None:
    from cuijie.clock import SHANGHAI
    from cuijie.prevention.apps.access import GRAVE
    from cuijie.prevention.apps.guide import phone_guide

    click.secho(f"● {app.label or ''} {app.package}".strip(), bold=True)
    if app.installed_at:
        say(f"  安装于 {app.installed_at}（手机自己的时间）", f"  installed {app.installed_at}")
    if app.installer == "":
        say("  不是从应用商店装的", "  sideloaded")
    for permission in app.permissions:
        if not everything and permission.opens not in GRAVE:
            continue
        why = phone_guide().accesses.get(permission.opens)
        click.echo(f"  {t(*_STATES[permission.state])}　{permission.name}　{t(why.zh, why.en) if why else ''}")
        for at in permission.uses[:10]:
            click.echo(f"      {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}")
    if app.trackers:
        say(f"  内含跟踪组件：{'、'.join(app.trackers)}", f"  trackers: {', '.join(app.trackers)}")
