"""``cuijie gate register``: stop requests, withdrawals, agreed contacts and hours, kept with their history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.gate.command import Asked, gate_options, text_of
from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.gate.gate import Gate

__all__ = ["register"]


@click.group(
    help=t("登记：拒绝联系、撤回同意、约定的联系人和时段、困难、争议、结清。", "Registers with their history.")
)
def register() -> None:
    """Entry group."""


def _opened(asked: Asked) -> Gate:
    return asked.open(
        unless_memory=t("登记要写 --store，或用 --settings 指明。", "Registers need --store or --settings.")
    )


@register.command(
    name="add",
    help=t(
        "登记 FILE 里的每一行（CSV 或 JSONL）。同一行登记两次只算一次；写了 ends 的行终止先前的一条。",
        "Enter every row of FILE (CSV or JSONL). A row entered twice counts once; a row with `ends` ends an earlier one.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@gate_options
@json_option
def add(file: Path, asked: Asked, as_json: bool) -> None:
    """Enters rows."""
    import msgspec

    from cuijie.gate.registers.rows import rows_from_text

    gate = _opened(asked)
    name = t("标准输入", "standard input") if str(file) == "-" else str(file)
    rows = rows_from_text(text_of(file), where=name)
    entries = gate.registers.enter(rows, source=file.name)
    if as_json:
        print_json({"entered": [msgspec.to_builtins(entry) for entry in entries]})
        return
    say(f"登记了 {len(entries)} 条。", f"{len(entries)} entered.")


@register.command(help=t("列出一个人、一笔借款或一家贷款人名下登记过的一切。", "Everything ever entered under an id."))
@click.option("--debtor-id")
@click.option("--loan-id")
@click.option("--recipient-id", help=t("被联系的号码或编号", "number or id of the person contacted"))
@click.option("--from-number", help=t("外呼号码", "calling number"))
@click.option("--lender-id")
@click.option("--agency-id")
@gate_options
@json_option
def show(asked: Asked, as_json: bool, **ids: str | None) -> None:
    """Prints the history."""
    import msgspec

    from cuijie.cli.gate.page import moment

    gate = _opened(asked)
    whose = {name: value for name, value in ids.items() if value}
    if not whose:
        raise BadInput(
            t("要写明看谁的登记，如 --recipient-id 或 --debtor-id。", "Name whose: --recipient-id, --debtor-id …")
        )
    entries = gate.registers.history(whose)
    if as_json:
        print_json({"entries": [msgspec.to_builtins(entry) for entry in entries]})
        return
    if not entries:
        say("没有登记过。", "Nothing entered.")
    for entry in entries:
        what = t(f"终止 {entry.ends}", f"ends {entry.ends}") if entry.ends else f"{entry.column} = {entry.value}"
        # what begins at midnight is kept as of the instant before, so that it holds at midnight too
        begins = None if entry.since is None else moment(entry.since + timedelta(microseconds=1))
        since = t("起：不限", "from the beginning") if begins is None else t(f"起：{begins}", f"from {begins}")
        until = "" if entry.until is None else t(f"，止：{moment(entry.until)}", f", until {moment(entry.until)}")
        towards = "".join(f"  {name}={value}" for name, value in entry.keys if name in ("lender_id", "agency_id"))
        click.echo(
            f"{entry.id}  {what}{towards}  {since}{until}  "
            + t(f"登记于 {moment(entry.entered_at)}", f"entered {moment(entry.entered_at)}")
        )
