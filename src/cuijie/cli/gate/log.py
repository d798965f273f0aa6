"""``cuijie gate replay`` and ``cuijie gate log``: why a contact was allowed, and whether the log was tampered with."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.gate.command import Asked, gate_options
from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.gate import Settings
    from cuijie.gate.decision_log.log import DecisionLog, Head
    from cuijie.gate.gate import Gate

__all__ = ["log", "replay"]

_LONGEST_PAUSE = timedelta(days=14)  # counters are kept 45 days: ahead by no more, a clock leaves a whole month's
_LOG = click.option(
    "--log",
    "log_file",
    type=click.Path(path_type=Path),
    help=t(
        "日志文件（不在 --store 里时；存储迁移过的，迁移前的日志在原来的文件里）",
        "log file, if not the store's (what was logged before a move lies in the old file)",
    ),
)


def _open_log(asked: Settings, log_file: Path | None) -> DecisionLog:
    from dataclasses import replace

    from cuijie.gate.opening import open_log, open_store, pseudonyms_of

    if log_file is not None:
        asked = replace(asked, log=str(log_file))
    place = asked.log or (None if asked.store == "memory" or "://" in asked.store else asked.store)
    if place is None:
        raise BadInput(t("要写明日志在哪里：--store 或 --log。", "Where is the log: --store or --log."))
    if not Path(place).is_file():
        raise BadInput(
            t(f"没有日志文件 {place}。", f"No log file {place}."),
            remedy=t(
                "存储刚迁移过的，迁移前的日志在原来的文件里，用 --log 指明它。",
                "What was logged before a move lies in the old file: name it with --log.",
            ),
        )
    key = asked.key_file or Path(place + ".key")
    if not key.is_file():
        raise BadInput(
            t(f"没有假名密钥 {key}。", f"No key file {key}."),
            remedy=t("请用 --settings 指明 key_file。", "Name it in --settings."),
        )
    asked = replace(asked, key_file=key)
    found = open_log(asked, pseudonyms_of(asked), None if asked.log else open_store(asked))
    if found is None:
        raise BadInput(t("这个存储没有日志。", "This store has no log."))
    return found


@click.command(
    help=t(
        "重放：某次联系当时为什么放行（或没有放行）。按当时的规则书、登记和次数再判一遍。\n\n"
        "退出码：0 再判一致；1 再判不一致；2 用法或输入有误。",
        "Why was this contact allowed that day: judged again under the rulebook, registers and counts of then.",
    )
)
@click.argument("contact_id")
@gate_options
@_LOG
@json_option
def replay(contact_id: str, asked: Asked, log_file: Path | None, as_json: bool) -> None:
    """Replays the decisions on one contact."""
    import msgspec

    from cuijie.cli.gate.page import decision_lines, moment
    from cuijie.gate.decision_log.replay import replay as replayed
    from cuijie.rulebook import load_rulebook

    settings = asked.settings
    kept = _open_log(settings, log_file)
    book = load_rulebook(settings.rules)
    found = list(replayed(kept, contact_id, book if asked.folders else None))
    if as_json:
        print_json({"replays": [msgspec.to_builtins(item) for item in found]})
    for item in () if as_json else found:
        when = "" if item.decision.decided_at is None else moment(item.decision.decided_at)
        say(f"日志第 {item.seq} 条，{when} 的答复：", f"Log entry {item.seq}, answered {when}:")
        click.echo("\n".join(decision_lines(item.decision, book)).rstrip())
        told = {
            True: t("再判一遍，结果相同。", "Judged again: the same."),
            False: t("再判一遍，结果不同！", "Judged again: NOT the same!"),
            None: "",
        }
        click.echo(f"  {item.note}{told[item.agrees]}")
        for held in item.registers:
            say(
                f"  当时的登记：{held.column} = {held.value}（{held.id}）",
                f"  Register: {held.column} = {held.value} ({held.id})",
            )
        for at, kind, body in item.later:
            click.echo(f"  {moment(at)}  {_kind(kind)}{_why(kind, body)}")
        click.echo("")
    if any(item.agrees is False for item in found):
        raise click.exceptions.Exit(1)


def _why(kind: str, body: str) -> str:
    """Of a correction its reason and who made it, unless its entry has been purged."""
    if kind != "corrected" or not body:
        return ""
    told = json.loads(body)["correction"]
    return t(f"：{told['reason']}（{told['by']}）", f": {told['reason']} ({told['by']})")


def _kind(kind: str) -> str:
    words = {
        "settled": t("结算", "settled"),
        "begun": t("开始联系", "begun"),
        "register": t("记入登记", "entered in the registers"),
        "corrected": t("更正结算", "settlement corrected"),
        "counted": t("补记次数", "counted afterwards"),
    }
    return words.get(kind, kind)


@click.group(help=t("答复日志：核对、取日志头、按期限清除。", "The decision log: verify, head, purge."))
def log() -> None:
    """Entry group."""


@log.command(
    help=t(
        "核对日志有没有被改动：逐条核对哈希、内容和日志头。退出码：0 完好；1 有改动；2 用法或输入有误。",
        "Check the log entry by entry. Exit codes: 0 sound; 1 altered; 2 wrong use.",
    )
)
@gate_options
@_LOG
@click.option("--expect", help=t("另外保存的日志头，写成 条数:哈希", "a head kept elsewhere, COUNT:HASH"))
@json_option
def verify(asked: Asked, log_file: Path | None, expect: str | None, as_json: bool) -> None:
    """Verifies the chain."""
    import msgspec

    report = _open_log(asked.settings, log_file).verify(_expected(expect))
    if as_json:
        print_json(msgspec.to_builtins(report))
    else:
        for fault in report.faults:
            say(f"第 {fault.seq} 条：{fault.why}", f"entry {fault.seq}: {fault.why}")
        state = t("有改动", "ALTERED") if report.faults else t("完好", "sound")
        say(
            f"日志 {report.head.count} 条，其中 {report.purged} 条内容已按期限清除：{state}。",
            f"{report.head.count} entries, {report.purged} purged: {state}.",
        )
        say(f"日志头 {report.head.count}:{report.head.hash}", f"head {report.head.count}:{report.head.hash}")
    if report.faults:
        raise click.exceptions.Exit(1)


def _expected(said: str | None) -> Head | None:
    from cuijie.gate.decision_log.log import Head

    if said is None:
        return None
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", said.strip())
    if match is None:
        raise BadInput(t("--expect 要写成 条数:64 位哈希。", "--expect is COUNT:HASH."))
    return Head(count=int(match[1]), hash=match[2])


@log.command(
    help=t(
        "打印日志头（条数:哈希）。请定期另外保存：连密钥也拿到的人重写历史，只有它看得出来。",
        "Print the head; keep it elsewhere: it alone shows a history rewritten by someone who has the key.",
    )
)
@gate_options
@_LOG
@json_option
def head(asked: Asked, log_file: Path | None, as_json: bool) -> None:
    """Prints the head."""
    found = _open_log(asked.settings, log_file).head
    if as_json:
        print_json({"count": found.count, "hash": found.hash})
    else:
        click.echo(f"{found.count}:{found.hash}")


@log.command(
    help=t(
        "按保存期限清除过期的内容（设置里的 retention）；只清内容，哈希链照旧能核对。",
        "Purge what is past its retention; the chain stays verifiable.",
    )
)
@gate_options
@click.option(
    "--yes",
    "is_sure",
    is_flag=True,
    help=t("时钟已经核对过：很久没有来问过，也照样清除", "the clock is right: purge though nobody has asked for long"),
)
@json_option
def purge(asked: Asked, is_sure: bool, as_json: bool) -> None:
    """Purges by the retention settings."""
    gate = asked.open(unless_memory=t("要写 --store 或 --settings。", "Needs --store or --settings."))
    if not is_sure:
        _check_clock(gate)
    emptied, dropped = gate.purge()
    if as_json:
        print_json({"log_entries_emptied": emptied, "store_items_dropped": dropped})
    else:
        say(
            f"清除日志内容 {emptied} 条，删去过期的次数和答复 {dropped} 项。",
            f"{emptied} log bodies, {dropped} store items.",
        )


def _check_clock(gate: Gate) -> None:
    """Raises BadInput if the clock shows a time long after the last answer: it may be ahead, and a file has no other."""
    from cuijie.cli.gate.page import moment

    latest, now = gate.store.clock_marks().latest, gate.clock.now()
    if latest is not None and now - latest > _LONGEST_PAUSE:
        raise BadInput(
            t(
                f"时钟显示 {moment(now)}，最后一次答复却在 {moment(latest)}。时钟若是快了，会删掉还要用的次数；什么都没有清除。",
                f"The clock shows {moment(now)}, the last answer was given {moment(latest)}. A clock that is ahead "
                "would drop counters that are still needed. Nothing was purged.",
            ),
            remedy=t("请核对时钟；时钟没错，就加 --yes。", "Check the clock; if it is right, add --yes."),
        )
