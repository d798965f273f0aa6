"""``cuijie gate``: may this contact be made? For lenders and agencies, before each contact."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import t
from cuijie.cli.option_groups import grouped
from cuijie.cli.output import json_option, print_json, rules_option
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cuijie.gate import Settings
    from cuijie.gate.decision import Settled
    from cuijie.gate.gate import Gate

__all__ = ["Asked", "command", "gate_options", "tell_settled", "text_of"]

# name: the module whose click object of that name is the command
_PARTS = {
    "serve": "serve",
    "key": "serve",
    "log": "log",
    "replay": "log",
    "register": "register",
    "move": "move",
    "correct": "correct",
}


class _Group(click.Group):
    """Imports the larger parts only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["check", "settle", "correct", "register", "replay", "log", "move", "serve", "key"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _PARTS:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(f"cuijie.cli.gate.{_PARTS[cmd_name]}"), cmd_name)
        return found


@click.group(
    cls=_Group,
    help=t(
        "联系之前先问：这次联系可以吗（给贷款人和催收机构）。写法见 docs/gate.md。",
        "Ask before each contact (for lenders and agencies). See docs/gate.md.",
    ),
)
def command() -> None:
    """Entry group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which gate is meant: what ``--store``, ``--settings`` and ``--rules`` say."""

    store: str | None
    settings_file: Path | None
    folders: tuple[Path, ...] = ()

    @property
    def settings(self) -> Settings:
        """The settings of the file, changed by the options.  Raises BadInput."""
        from cuijie.gate import Settings, load_settings
        from cuijie.gate.opening import with_store

        found = load_settings(self.settings_file) if self.settings_file is not None else Settings()
        if self.folders:
            found = replace(found, rules=(*found.rules, *self.folders))
        if self.store is None:
            return found
        is_named = "://" in self.store or self.store == "memory"
        return replace(found, store=self.store) if is_named else with_store(found, Path(self.store))

    def open(self, *, unless_memory: str | None = None) -> Gate:
        """The gate; where *unless_memory* is said, one that keeps nothing is refused with these words (BadInput)."""
        from cuijie.gate import open_gate

        settings = self.settings
        if unless_memory is not None and settings.store == "memory":
            raise BadInput(unless_memory)
        return open_gate(settings)


gate_options = grouped(
    "asked",
    Asked,
    click.option(
        "--store", help=t("次数和登记存在哪里：文件或 redis://…（不写只在内存）", "store: a file or redis://…")
    ),
    click.option(
        "--settings",
        "settings_file",
        type=click.Path(path_type=Path),
        help=t("设置文件（YAML）", "settings file (YAML)"),
    ),
    rules_option,
)


def text_of(file: Path) -> str:
    """What stands in *file*, or on standard input for ``-``.  Raises BadInput."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except IsADirectoryError as error:
        raise BadInput(t(f"{file} 是文件夹，这里要的是文件。", f"{file} is a folder.")) from error
    except OSError as error:
        raise BadInput(t(f"读不出 {file}（不存在，或没有权限）。", f"Cannot read {file}.")) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            t(f"{file} 不是 UTF-8 文本。", f"{file} is not UTF-8."),
            remedy=t("请另存为 UTF-8 再来（Excel 里选“CSV UTF-8”）。", 'Save it in UTF-8 (in Excel: "CSV UTF-8").'),
        ) from error


@command.command(
    help=t(
        "问一次或一批：可以联系、不可以，还是还不能判断。FILE 是一个 JSON 对象（一条联系记录），或一行一个（JSONL）；- 读标准输入。\n\n"
        "不写 --store 时次数只在这一次运行里数。放行会占用次数，联系之后请用 cuijie gate settle 结算。\n\n"
        "退出码：0 都可以联系；1 有不可以或还不能判断的；2 用法或输入有误；3 没做完。",
        "Ask about one contact or many. FILE is one JSON object (a contact record) or one a line; - reads standard input.\n\n"
        "Exit codes: 0 all allowed; 1 some denied or not decided; 2 wrong use or bad input; 3 not finished.",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@gate_options
@click.option(
    "--registers",
    type=click.Path(path_type=Path),
    multiple=True,
    help=t("先登记这些（CSV 或 JSONL）：拒绝联系、撤回同意、约定……", "enter these registers first (CSV or JSONL)"),
)
@json_option
def check(file: Path, asked: Asked, registers: tuple[Path, ...], as_json: bool) -> None:
    """Answers asks on the terminal."""
    import msgspec

    from cuijie.cli.gate.page import decision_lines
    from cuijie.gate.asking.asks import asks_from_text
    from cuijie.gate.registers.rows import rows_from_text

    name = t("标准输入", "standard input") if str(file) == "-" else str(file)
    asks = list(asks_from_text(text_of(file), where=name))
    rows = [row for path in registers for row in rows_from_text(text_of(path), where=str(path))]
    gate = asked.open()
    gate.registers.enter(rows, source="cuijie gate check")
    is_allowed = True
    for number, ask in enumerate(asks, start=1):
        decision = gate.decide(ask)
        is_allowed = is_allowed and decision.decision == "allow"
        if as_json and len(asks) == 1:
            print_json(msgspec.to_builtins(decision))
        elif as_json:
            click.echo(msgspec.json.encode(decision).decode())
        else:
            click.echo("\n".join(decision_lines(decision, gate.rulebook, number if len(asks) > 1 else None)))
    if not is_allowed:
        raise click.exceptions.Exit(1)


@command.command(
    help=t(
        "联系之后结算：接没接通、多少秒、录音没有、对方说了什么。FILE 是一个 JSON 对象或一行一个；- 读标准输入。\n\n"
        '例：{"reservation": "…", "connected": true, "duration_s": 65}；没有拨出写 "made": false；'
        '对方要求停止写 "recipient_refused": true，会记入登记。\n\n'
        "退出码：0 已结算；1 事后看有违反；2 用法或输入有误；3 没做完。",
        'Tell what became of contacts: one JSON object or one a line. Example: {"reservation": "…", "connected": true}.',
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@gate_options
@json_option
def settle(file: Path, asked: Asked, as_json: bool) -> None:
    """Settles reservations."""
    from cuijie.gate.asking.asks import settlements_from_text

    name = t("标准输入", "standard input") if str(file) == "-" else str(file)
    told = list(settlements_from_text(text_of(file), where=name))
    gate = asked.open(unless_memory=t("结算要写 --store（放行时用的那一个）。", "Settling needs --store."))
    tell_settled(gate, map(gate.settle, told), as_json)


def tell_settled(gate: Gate, each: Iterable[Settled], as_json: bool) -> None:
    """Tells each as it is counted; exit 1 if one was, seen afterwards, a breach or over a limit."""
    import msgspec

    from cuijie.cli.gate.page import settled_lines

    is_clean = True
    for settled in each:
        is_clean = is_clean and not settled.rules and not settled.over
        lines = settled_lines(settled, gate.rulebook, gate.clock.now())
        click.echo(msgspec.json.encode(settled).decode() if as_json else "\n".join(lines))
    if not is_clean:
        raise click.exceptions.Exit(1)
