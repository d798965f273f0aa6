"""``cuijie next``: what to do now, by when, with which paper; and what was done and what came back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import is_english, t
from cuijie.cli.next.done import done
from cuijie.cli.next.words import rung_title, say_help
from cuijie.cli.output import as_typed, json_option, passphrase_option, print_json, say
from cuijie.errors import BadInput

__all__ = ["command"]

_IN_FULL = 5


class _Next(click.Group):
    """``next CASE`` shows the ladder; the other words are sub-commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [arg for arg in args if not arg.startswith("-")]
        wants_help = any(arg in {"-h", "--help"} for arg in args) and not words
        if args and not wants_help and args[0] not in self.commands:
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Next,
    help=t(
        "下一步：现在做什么、最迟哪天、用哪份文书。\n\n"
        "  cuijie next 案卷　看计划\n\n"
        "  cuijie next done 案卷 步骤　记下已经做了的一步，寄出的文书原样封存\n\n"
        "  cuijie next reply 案卷 步骤 拒绝　记下对方的答复\n\n"
        "  cuijie next ics 案卷 -o 期限.ics　把期限导进日历",
        "The ladder: what to do now, by when, with which paper (next CASE | done | reply | ics).",
    ),
)
def command() -> None:
    """Group of the ladder's commands."""


command.add_command(done)


@command.command("show", hidden=True, help=t("看计划（可省去 show）", "show the plan"))
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--on", type=DAY, help=t("按哪一天算（默认今天）", "as of this day"))
@click.option("--all", "all_in_full", is_flag=True, help=t("每一步都写出详情", "every step in full"))
@json_option
@passphrase_option
def _show_command(case: Path, on: date | None, all_in_full: bool, as_json: bool, passphrase_file: Path | None) -> None:
    from cuijie.cli.next.page import View, show
    from cuijie.cli.next.words import deadline_json, step_json
    from cuijie.cli.remedy_source import opened_material
    from cuijie.remedies.ladder import deadlines, ladder

    day = on or today()
    with opened_material(case, passphrase_file) as (_, material):
        steps, running = ladder(material, day), deadlines(material, day)
    if as_json:
        print_json(
            {
                "on": day.isoformat(),
                "steps": [step_json(step, running, day) for step in steps],
                "deadlines": [deadline_json(one) for one in running],
            }
        )
    else:
        view = View(material=material, steps=steps, running=running, case=as_typed(case), on=day)
        show(view, len(steps) if all_in_full else _IN_FULL)


@command.command("reply", help=t("记下对方的答复（拒绝、要求补材料、延期、部分答复……）", "record what came back"))
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("step")
@click.argument("kind")
@click.option("--on", type=DAY, help=t("哪一天收到的（默认今天）", "the day it came"))
@click.option("--no", "document_no", help=t("文号", "number of the document"))
@click.option(
    "--file", "files", multiple=True, type=click.Path(path_type=Path), help=t("答复文件（可多次）", "the reply")
)
@click.option("--note", help=t("备注", "note"))
@click.option(
    "--perform-by", type=DAY, help=t("判决写的履行期限最后一天", "the last day a judgment gives for performing")
)
@json_option
@passphrase_option
def _reply_command(
    case: Path,
    step: str,
    kind: str,
    on: date | None,
    document_no: str | None,
    files: tuple[Path, ...],
    note: str | None,
    perform_by: date | None,
    as_json: bool,
    passphrase_file: Path | None,
) -> None:
    from cuijie.cli.case.opening import opened
    from cuijie.cli.next.words import step_json
    from cuijie.cli.remedy_source import keep_file
    from cuijie.remedies.doing import record_reply, reply_kind
    from cuijie.remedies.from_case import material_of_case
    from cuijie.remedies.ladder import ladder

    meant = reply_kind(kind)
    with opened(case, passphrase_file, writable=True) as found, found.batch("reply", {"step": step, "kind": meant}):
        material = material_of_case(found)
        kept = tuple(keep_file(found, file, "reply").item_id for file in files)
        record = record_reply(
            material, step, meant, received_on=on, today=today(), document_no=document_no, note=note, items=kept,
            perform_by=perform_by,
        )  # fmt: skip
        found.put(record)
        steps = ladder(material_of_case(found), today())
    if as_json:
        from cuijie.records import to_plain

        print_json({"reply": to_plain(record), "steps": [step_json(one, (), today()) for one in steps if one.is_open]})
        return
    say(f"已记下答复：{record.step}，{record.received_on.isoformat()}。", f"Recorded: {record.step}.")
    before = {one.id for one in ladder(material, today()) if one.is_open}
    say_help(steps)
    for one in steps:
        if one.is_open and one.id not in before and one.rung != "help_first":
            title, by = rung_title(one.rung, one.title), one.due_on.isoformat() if one.due_on else ""
            due = t(f"（最迟 {by}）", f" (by {by})") if by else ""
            say(f"因此现在可以：{title}{due}　{one.id}", f"Now open: {title}{due}　{one.id}")


@command.command("ics", help=t("导出日历文件（.ics），不含姓名、号码和机构名", "export the deadlines as a calendar"))
@click.argument("case", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help=t("写到这个文件", "output file"))
@click.option("--on", type=DAY, help=t("按哪一天算（默认今天）", "as of this day"))
@passphrase_option
def _ics_command(case: Path, output: Path, on: date | None, passphrase_file: Path | None) -> None:
    from cuijie.cli.remedy_source import opened_material
    from cuijie.clock import SystemClock
    from cuijie.remedies.ics import calendar_text
    from cuijie.remedies.ladder import deadlines
    from cuijie.remedies.rungs import rungs

    if output.is_dir():
        raise BadInput(t(f"{output} 是文件夹，请给出文件名。", f"{output} is a directory."))
    day = on or today()
    with opened_material(case, passphrase_file) as (_, material):
        running = deadlines(material, day)
    titles = {
        one.step: rung_title(name, rungs()[name].title)
        for one in running
        if (name := one.step.split("@")[0]) in rungs()
    }
    text = calendar_text(running, titles, SystemClock().now(), day, in_english=is_english())
    output.write_bytes(text.encode())
    count = sum(not one.is_past(day) for one in running)
    say(f"已导出 {count} 个期限：{output}", f"{count} deadlines: {output}")
