"""``cuijie next done``: a step that was done, with the paper exactly as sent and the proof of it."""

from __future__ import annotations

from pathlib import Path

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import t
from cuijie.cli.next.recording import Said, recorded
from cuijie.cli.next.words import say_help
from cuijie.cli.option_groups import grouped
from cuijie.cli.output import json_option, passphrase_option, print_json, say

__all__ = ["done"]


@click.command("done", help=t("记下已经做了的一步；寄出的文书原样封存", "record a step that was done"))
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("step")
@grouped(
    "said",
    Said,
    click.option("--on", type=DAY, help=t("哪一天做的（默认今天）", "the day it was done")),
    click.option(
        "--paper", type=click.Path(path_type=Path), help=t("实际寄出、交出的那份文件", "the paper exactly as sent")
    ),
    click.option(
        "--proof", "proofs", multiple=True, type=click.Path(path_type=Path), help=t("寄出或签收凭证（可多次）", "proof")
    ),
    click.option("--reached", type=DAY, help=t("对方收到的日期", "the day it arrived")),
    click.option("--ticket", help=t("投诉编号、回执编号", "ticket or receipt number")),
    click.option("--via", help=t("怎样寄交：EMS、邮件、电话、现场……", "how it was sent")),
    click.option("--note", help=t("备注", "note")),
    click.option(
        "--for", "answers", help=t("补材料的：补给哪一步（步骤编号）", "of material asked for: the step it is for")
    ),
)
@click.option(
    "--also",
    "others",
    multiple=True,
    type=click.Path(path_type=Path),
    help=t(
        "集体投诉书：一起投诉的其他人的案卷（可多次），各记一笔", "group complaint: the others' cases, each recorded"
    ),
)
@json_option
@passphrase_option
def done(
    case: Path, step: str, said: Said, others: tuple[Path, ...], as_json: bool, passphrase_file: Path | None
) -> None:
    """Record the step in the case, or in the cases of all who complained together."""
    from cuijie.cli.case.opening import opened
    from cuijie.remedies.from_case import material_of_case
    from cuijie.remedies.ladder import ladder

    if others:
        from cuijie.cli.next.together import done_together

        done_together((case, *others), step, said, as_json=as_json, passphrase_file=passphrase_file)
        return
    with opened(case, passphrase_file, writable=True) as found, found.batch("step_done", {"step": step}):
        record = recorded(found, material_of_case(found), step, said, said.facts())
        steps = ladder(material_of_case(found), today())
    if as_json:
        from cuijie.records import to_plain

        print_json({"done": to_plain(record)})
        return
    say_help(steps)
    say(f"已记下：{record.step}，{record.done_on.isoformat()}。", f"Recorded: {record.step}.")
    if record.paper_sha256:
        say(f"寄出的文书已原样封存，SHA-256 {record.paper_sha256}", f"Paper kept: {record.paper_sha256}")
    if record.reached_on is None and record.channel:
        say("查到签收后，用 --reached 补记收到的日期，期限从那天算。", "Add --reached once it has arrived.")
