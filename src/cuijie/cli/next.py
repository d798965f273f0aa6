"""``cuijie next``: what to do now, by when, with which paper; and what was done and what came back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import as_called, t
from cuijie.cli.output import as_typed, json_option, passphrase_option, print_json
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.remedies.clocks import Deadline
    from cuijie.remedies.ladder import Step
    from cuijie.remedies.material import Material

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


def _step_json(step: Step, running: tuple[Deadline, ...]) -> dict[str, object]:
    about = step.about
    return {
        "id": step.id,
        "channel": step.channel,
        "document": step.document,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "why": step.why,
        "blocked_by": list(step.blocked_by),
        "title": step.title,
        "track": step.track,
        "sender": step.sender,
        "loan_id": step.loan_id,
        "due_note": step.due_note,
        "bring": list(step.bring),
        "about": None
        if about is None
        else {
            "name": about.name,
            "phone": about.phone,
            "where": about.where,
            "can": about.can,
            "cannot": about.cannot,
            "cost": about.cost,
            "refuses": list(about.refuses),
            "if_silent": about.silent,
            "confidence": about.confidence,
            "clocks": [
                {"what": rule.what, "length": rule.shown_length, "basis": rule.shown_basis} for rule in about.clocks
            ],
        },
        "deadlines": [_deadline_json(one) for one in running if one.step == step.id],
    }


def _deadline_json(deadline: Deadline) -> dict[str, object]:
    return {
        "id": deadline.id,
        "step": deadline.step,
        "what": deadline.what,
        "mine": deadline.is_mine,
        "started_on": deadline.started_on.isoformat(),
        "due_on": deadline.due_on.isoformat() if deadline.due_on else None,
        "look_again_on": deadline.safe_on.isoformat(),
        "basis": deadline.basis,
        "note": deadline.note,
    }


def _who(material: Material, sender: str) -> str:
    person = material.people().get(sender)
    if sender == "debtor":
        return t("借款人本人", "the debtor")
    return (person.relation_word or person.name or sender) if person else sender


_WAITS = {"step": "先做", "wait": "等对方答复", "question": "先回答", "fact": "先弄清", "late": ""}


_ASKED = {
    "lender_type": "放款机构属于哪一类（银行、消费金融、小额贷款……）",
    "lender_in_beijing": "放款机构是不是北京的",
    "offender_known": "是否已经知道是谁做的",
}


def _blocked(step: Step, titles: dict[str, str], material: Material) -> str:
    asks = {question.id: question.asks for question in material.questions}
    parts = []
    for one in step.blocked_by:
        kind, _, rest = one.partition(":")
        if kind == "question":
            rest = asks.get(rest) or _ASKED.get(rest.partition("@")[0], rest)
        parts.append(f"{_WAITS.get(kind, '')}{f'“{titles[rest]}”' if rest in titles else f'：{rest}'}")
    return "；".join(parts)


def _show_full(step: Step, material: Material, case: str, on: date) -> None:
    about = step.about
    due = f"（最迟 {step.due_on.isoformat()}）" if step.due_on else ""
    click.secho(f"● {step.title}{due}　以{_who(material, step.sender)}的名义", bold=True)
    click.echo(f"  为什么：{step.why}")
    if step.due_note:
        click.echo(f"  注意：{step.due_note}")
    if step.document:
        who = "" if step.sender == "debtor" else f" --for {step.sender}"
        click.echo(as_called(f"  文书：cuijie draft {case} {step.document}{who} -o {step.document}.docx"))
    if about is not None:
        click.echo(f"  去哪里：{about.name}{'，' + about.phone if about.phone else ''}；{about.where}")
        click.echo(f"  能做到：{about.can}")
        click.echo(f"  做不到：{about.cannot}")
        click.echo(f"  费用：{about.cost}")
        click.echo(f"  带什么：{'、'.join(step.bring)}")
        click.echo(f"  会被拒绝的情形：{'；'.join(about.refuses)}")
        lender = next((loan.lender_type for loan in material.state.loans if loan.loan_id == step.loan_id), None)
        for rule in (one for one in about.clocks if one.holds(on, lender)):
            click.echo(f"  期限：{rule.what}，{rule.shown_length}——{rule.shown_basis}")
        click.echo(f"  没有答复怎么办：{about.silent}")
    elif step.bring:
        click.echo(f"  找什么：{'、'.join(step.bring)}")
    click.echo(as_called(f"  做完了记一笔：cuijie next done {case} {step.id}"))


def _line(step: Step) -> str:
    due = f"（最迟 {step.due_on.isoformat()}）" if step.due_on else ""
    return f"○ {step.title}{due}　{step.id}"


def _show_open(steps: list[Step], material: Material, case: str, on: date, in_full: int) -> None:
    own = [step for step in steps if step.sender == "debtor"]
    for step in own[:in_full]:
        _show_full(step, material, case, on)
    for step in own[in_full:]:
        click.echo(_line(step))
    for sender in dict.fromkeys(step.sender for step in steps if step.sender != "debtor"):
        click.secho(t(f"\n{_who(material, sender)}可以用自己的名义", f"\nIn the name of {sender}"), bold=True)
        for step in (one for one in steps if one.sender == sender):
            if in_full >= len(steps):
                _show_full(step, material, case, on)
            else:
                click.echo(_line(step))
    if in_full < len(steps):
        click.echo(t("（每一项的详情：加 --all）", "(details of each: --all)"))


def _show(
    steps: tuple[Step, ...], running: tuple[Deadline, ...], material: Material, case: str, on: date, in_full: int
) -> None:
    if not steps:
        click.echo(t("现在没有要做的事。先收进证据：cuijie add。", "Nothing to do yet: take in evidence first."))
        return
    titles = {step.id: step.title for step in steps}
    now = [step for step in steps if step.is_open]
    for step in [one for one in now if one.rung == "help_first"][:1]:
        click.secho(f"● {step.title}", bold=True)
        click.echo(f"  {step.why}")
    now = [step for step in now if step.rung != "help_first"]
    if now:
        click.secho(t("\n现在可以做", "\nNow"), bold=True)
        _show_open(now, material, case, on, in_full)
    if blocked := [step for step in steps if not step.is_open]:
        click.secho(t("\n还要等", "\nWaiting"), bold=True)
        for step in blocked:
            due = f"（{step.due_on.isoformat()}）" if step.due_on else ""
            why = step.why if step.title.startswith("等待") else _blocked(step, titles, material)
            click.echo(f"◌ {step.title}{due}　以{_who(material, step.sender)}的名义　{why}")
    if running:
        click.secho(t("\n期限", "\nDeadlines"), bold=True)
        for one in running:
            day = one.due_on.isoformat() if one.due_on else t(f"约 {one.safe_on.isoformat()}", f"about {one.safe_on}")
            who = t("我要做", "mine") if one.is_mine else t("对方", "theirs")
            past = t("（已过）", " (past)") if one.is_past(on) else ""
            click.echo(f"{day}{past}　{who}　{one.what}　{_who(material, one.step.rpartition(':')[2])}")
    if material.questions:
        from cuijie.assessment import to_ask

        count = to_ask(material.questions).answers
        click.echo(
            t(
                f"\n还有 {count} 个事实不清楚，答得越多，能写进文书的越多：cuijie assess {case}",
                f"\n{count} open questions: cuijie assess {case}",
            )
        )


@command.command("show", hidden=True, help=t("看计划（可省去 show）", "show the plan"))
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--on", type=DAY, help=t("按哪一天算（默认今天）", "as of this day"))
@click.option("--all", "all_in_full", is_flag=True, help=t("每一步都写出详情", "every step in full"))
@json_option
@passphrase_option
def _show_command(case: Path, on: date | None, all_in_full: bool, as_json: bool, passphrase_file: Path | None) -> None:
    from cuijie.cli.remedy_source import opened_material
    from cuijie.remedies.ladder import deadlines, ladder

    day = on or today()
    with opened_material(case, passphrase_file) as (_, material):
        steps, running = ladder(material, day), deadlines(material, day)
    if as_json:
        print_json(
            {
                "on": day.isoformat(),
                "steps": [_step_json(step, running) for step in steps],
                "deadlines": [_deadline_json(one) for one in running],
            }
        )
    else:
        _show(steps, running, material, as_typed(case), day, len(steps) if all_in_full else _IN_FULL)


@command.command("done", help=t("记下已经做了的一步；寄出的文书原样封存", "record a step that was done"))
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("step")
@click.option("--on", type=DAY, help=t("哪一天做的（默认今天）", "the day it was done"))
@click.option(
    "--paper", type=click.Path(path_type=Path), help=t("实际寄出、交出的那份文件", "the paper exactly as sent")
)
@click.option(
    "--proof", "proofs", multiple=True, type=click.Path(path_type=Path), help=t("寄出或签收凭证（可多次）", "proof")
)
@click.option("--reached", type=DAY, help=t("对方收到的日期", "the day it arrived"))
@click.option("--ticket", help=t("投诉编号、回执编号", "ticket or receipt number"))
@click.option("--via", help=t("怎样寄交：EMS、邮件、电话、现场……", "how it was sent"))
@click.option("--note", help=t("备注", "note"))
@json_option
@passphrase_option
def _done_command(
    case: Path,
    step: str,
    on: date | None,
    paper: Path | None,
    proofs: tuple[Path, ...],
    reached: date | None,
    ticket: str | None,
    via: str | None,
    note: str | None,
    as_json: bool,
    passphrase_file: Path | None,
) -> None:
    from cuijie.cli.case_open import opened
    from cuijie.cli.remedy_source import keep_file
    from cuijie.remedies.doing import DoneFacts, record_done
    from cuijie.remedies.from_case import material_of_case

    with opened(case, passphrase_file, writable=True) as found, found.batch("step_done", {"step": step}):
        material = material_of_case(found)
        sent = keep_file(found, paper, "paper_sent") if paper else None
        kept = tuple(keep_file(found, proof, "proof") for proof in proofs)
        facts = DoneFacts(
            done_on=on,
            paper_item=sent.item_id if sent else None,
            paper_sha256=sent.sha256 if sent else None,
            proof_items=tuple(item.item_id for item in kept),
            reached_on=reached,
            ticket_no=ticket,
            via=via,
            note=note,
        )
        record = record_done(material, step, facts, today())
        found.put(record)
    if as_json:
        from cuijie.records import to_plain

        print_json({"done": to_plain(record)})
        return
    click.echo(t(f"已记下：{record.step}，{record.done_on.isoformat()}。", f"Recorded: {record.step}."))
    if record.paper_sha256:
        click.echo(t(f"寄出的文书已原样封存，SHA-256 {record.paper_sha256}", f"Paper kept: {record.paper_sha256}"))
    if record.reached_on is None and record.channel:
        click.echo(t("查到签收后，用 --reached 补记收到的日期，期限从那天算。", "Add --reached once it has arrived."))


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
    as_json: bool,
    passphrase_file: Path | None,
) -> None:
    from cuijie.cli.case_open import opened
    from cuijie.cli.remedy_source import keep_file
    from cuijie.remedies.doing import record_reply, reply_kind
    from cuijie.remedies.from_case import material_of_case
    from cuijie.remedies.ladder import ladder

    meant = reply_kind(kind)
    with opened(case, passphrase_file, writable=True) as found, found.batch("reply", {"step": step, "kind": meant}):
        material = material_of_case(found)
        kept = tuple(keep_file(found, file, "reply").item_id for file in files)
        record = record_reply(
            material, step, meant, received_on=on, today=today(), document_no=document_no, note=note, items=kept
        )
        found.put(record)
        steps = ladder(material_of_case(found), today())
    if as_json:
        from cuijie.records import to_plain

        print_json({"reply": to_plain(record), "steps": [_step_json(one, ()) for one in steps if one.is_open]})
        return
    click.echo(t(f"已记下答复：{record.step}，{record.received_on.isoformat()}。", f"Recorded: {record.step}."))
    before = {one.id for one in ladder(material, today()) if one.is_open}
    for one in steps:
        if one.is_open and one.id not in before:
            due = f"（最迟 {one.due_on.isoformat()}）" if one.due_on else ""
            click.echo(t(f"因此现在可以：{one.title}{due}　{one.id}", f"Now open: {one.id}"))


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
    titles = {one.step: rungs()[name].title for one in running if (name := one.step.split("@")[0]) in rungs()}
    output.write_bytes(calendar_text(running, titles, SystemClock().now(), day).encode())
    count = sum(not one.is_past(day) for one in running)
    click.echo(t(f"已导出 {count} 个期限：{output}", f"{count} deadlines: {output}"))
