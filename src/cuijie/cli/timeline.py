"""``cuijie timeline``: every contact of a case, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import is_english, t
from cuijie.cli.output import json_option, passphrase_option, print_json

if TYPE_CHECKING:
    from cuijie.assessment.timeline import TimelineRow
    from cuijie.records import CaseState

__all__ = ["command"]

_LONGEST = 60  # characters of the words on one line


@click.command(
    help=t(
        "按时间列出每一次联系：日期、时间、谁、方式、号码、原话，以及是不是催收方的。",
        "Every contact in order: day, time, who, how, number, words, and whether it is a collector's.",
    )
)
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--private", is_flag=True, help=t("连标为私人的也列出", "include what was marked private"))
@passphrase_option
@json_option
def command(case: Path, private: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """List the contacts of a case."""
    from cuijie.assessment.timeline import plain_timeline, timeline_of
    from cuijie.cli.case.opening import opened

    with opened(case, passphrase_file) as folder:
        state = folder.state()
    rows = timeline_of(state, with_private=private)
    if as_json:
        print_json(plain_timeline(rows))
        return
    click.echo("\n".join(_lines(rows, _names(state))))


def _names(state: CaseState) -> dict[str, str]:
    named = {one.person_id: one.relation_word or one.name or one.person_id for one in state.persons}
    return {"debtor": t("本人", "the borrower"), **named}


def _lines(rows: Iterable[TimelineRow], names: Mapping[str, str]) -> Iterator[str]:
    count = {"tied": 0, "candidate": 0, "private": 0, "not_sent": 0}
    day, again = "", 0
    for row in rows:
        again += bool(row.perhaps)
        count[row.standing] += 1
        on, clock = _when(row)
        if on != day:
            day = on
            yield day
        yield f"  {clock}  {_line(row, names)}"
    total = sum(count.values())
    if not total:
        yield t(
            "还没有联系记录。用 cuijie add 收进短信、通话备份或截图。", "No contacts yet. Take some in with cuijie add."
        )
        return
    yield t(
        f"共 {total} 条：{count['tied']} 条认定是催收方的，{count['candidate']} 条待认定（只列出，不判断）。",
        f"{total} in all: {count['tied']} tied to a collector, {count['candidate']} candidates (shown, not judged).",
    )
    if again:
        yield t(
            f"标“也许记过”的 {again} 条是自己记的，可能就是记录里的同一次，先没有另算；cuijie assess 会问。",
            f"{again} marked “perhaps recorded” are notes that may be one with a record: not counted again; cuijie assess asks.",
        )


def _when(row: TimelineRow) -> tuple[str, str]:
    from cuijie.assessment.explaining import local_time

    on, _, clock = local_time(row.record).partition(" ")
    doubt = "?" if row.entry.is_inferred or row.entry.zone_basis in ("inferred", "unknown") else ""
    return on or t("时间不详", "time not known"), (clock or "--:--") + doubt


def _line(row: TimelineRow, names: Mapping[str, str]) -> str:
    from cuijie.assessment.entry_records import is_group
    from cuijie.assessment.value_words import value_words

    record, entry = row.record, row.entry
    channel = value_words("channel", record.channel)
    standing = {
        "tied": t("催收方", "collector"),
        "candidate": t("待认定", "candidate"),
        "private": t("私人", "private"),
        "not_sent": t("不算联系", "no contact"),  # never sent, or the notice of an app
    }[row.standing]
    arrow = {"outbound": "→", "inbound": "←", None: "?"}[record.direction]
    other = record.from_number or entry.number_raw or entry.counterpart_name or t("号码不详", "number not known")
    in_public = t("公开的地方", "a public place") if is_group(record.recipient_id) else None
    who = names.get(record.recipient_id or "") or entry.group_name or in_public or record.recipient_id or ""
    outcome = {True: t("接通", "answered"), False: t("未接通", "not answered"), None: ""}[record.connected]
    if record.connected and record.duration_s is not None:
        outcome += t(f" {record.duration_s} 秒", f" {record.duration_s} s")
    times = "" if record.count == 1 else t("多次", "several") if record.count is None else f"×{record.count}"
    parts = [
        f"[{standing}]",
        channel.en if is_english() else channel.zh,
        other,
        arrow,
        who,
        outcome,
        times,
        t("（也许记过）", "(perhaps recorded)") if row.perhaps else "",
        _words(row),
    ]
    return " ".join(part for part in parts if part)


def _words(row: TimelineRow) -> str:
    text = " ".join((row.record.text or "").split())
    if not text:
        return ""
    short = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    # A summary is nobody's words and is never put in quotation marks.
    return t(f"（概括）{short}", f"(summary) {short}") if row.record.text_kind == "summary" else f"“{short}”"
