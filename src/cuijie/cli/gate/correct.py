"""``cuijie gate correct``: a settlement that was told wrongly."""

from __future__ import annotations

from pathlib import Path

import click

from cuijie.cli.gate.command import Asked, gate_options, tell_settled, text_of
from cuijie.cli.language import t
from cuijie.cli.output import json_option

__all__ = ["correct"]


@click.command(
    help=t(
        "更正结算：原来的结算和日志不改，另记一条，写明为什么、谁更正的；只会多计，不会少计。"
        "FILE 是一个 JSON 对象或一行一个；- 读标准输入。\n\n"
        '例：{"reservation": "…", "connected": true, "reason": "录音显示已接通", "by": "质检 07"}\n\n'
        "退出码：0 已更正；1 事后看有违反；2 用法或输入有误；3 没做完。",
        "Correct a settlement: the first stays, what is told now is logged with reason and by, and counts as well. Example: "
        '{"reservation": "…", "connected": true, "reason": "the recording has an answer", "by": "QA 07"}.',
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@gate_options
@json_option
def correct(file: Path, asked: Asked, as_json: bool) -> None:
    """Corrects settlements."""
    from cuijie.gate.asking.asks import objects_in
    from cuijie.gate.correcting import SHAPE, correction_from_plain

    name = t("标准输入", "standard input") if str(file) == "-" else str(file)
    told = [correction_from_plain(value, where=place) for place, value in objects_in(text_of(file), name, SHAPE)]
    gate = asked.open(unless_memory=t("更正要写 --store（放行时用的那一个）。", "Correcting needs --store."))
    tell_settled(gate, map(gate.correct, told), as_json)
