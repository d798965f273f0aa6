"""The ``cuijie`` command: finds the asked command's module and imports only that one."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import NoReturn

from cuijie.cli.language import CALLED, LANGUAGE, as_called, is_english, t  # before click: it decides click's own words
from cuijie.cli.output import say

import click  # isort: skip

from cuijie import __version__
from cuijie.errors import CuijieError, cause_of

__all__ = ["cli", "main"]

# name: (module, Chinese line, English line), in the order in which help lists them
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("demo", "用虚构材料做一份样例案卷，并打开工作台", "make a sample case from fictional exports and open the desk"),
    "desk": ("desk", "在浏览器里打开工作台（只在本机）", "open the workbench in the browser (this computer only)"),
    "case": ("case.command", "新建、查看、锁定、共享案卷", "make, inspect, lock or share a case"),
    "add": ("add.command", "收进证据：短信和通话备份、截图、录音、账单……", "take in evidence: exports, screenshots, recordings, bills"),
    "timeline": ("timeline", "按时间列出每一次联系", "every contact, in order"),
    "assess": ("assess.command", "逐条说明哪些催收违反了什么规定，还缺哪些事实", "what was unlawful, under the law of that day, and what is unknown"),
    "answer": ("answer", "回答一个还不清楚的事实", "settle an unknown fact"),
    "next": ("next.command", "下一步：现在做什么、最迟哪天、用哪份文书", "the ladder: what to do now, by when, with which paper"),
    "draft": ("draft.command", "起草文书（docx、pdf、md）", "draft a paper (docx, pdf, md)"),
    "bundle": ("bundle", "导出证据包", "export the evidence bundle"),
    "verify": ("verify", "核验案卷或证据包是否完整、未改动", "verify a case or a bundle"),
    "stamp": ("stamp", "申请或补申请时间戳", "ask for or retry time-stamps"),
    "read": ("read", "读一段催收文字，标出其中的违规表述", "label collection texts"),
    "law": ("law.command", "法律库：查条文、核对引用", "law library: look up, cite, check citations"),
    "owe": ("owe.command", "实际该还多少、上限、还款计划", "what is really owed, caps, plans"),
    "contract": ("contract", "查合同里伸向通讯录的条款和其他不公平条款", "clauses that reach for the contact list, unfair terms"),
    "phone": ("phone", "查哪些应用能读通讯录、短信、通话记录", "apps that can read contacts, SMS, call log"),
    "credit": ("credit", "读个人信用报告，找出错误和过期记录", "credit report: what is wrong or out of date"),
    "scam": ("scam", "这份“帮忙”是不是圈套", "is this offer of help a trap"),
    "gate": ("gate.command", "联系之前先问：这次联系可以吗（给贷款人和催收机构）", "ask before each contact (for lenders and agencies)"),
    "audit": ("audit.command", "批量审计联系记录（给贷款人和监管）", "batch audit of contact records"),
    "rules": ("rules", "规则书：列出、查看、测试、导出 SQL", "the rulebook: list, show, test, sql"),
}  # fmt: skip


class _LazyGroup(click.Group):
    """Lists every command from the table above and imports a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = _COMMANDS.get(cmd_name)
        if known is None:
            return None
        command: click.Command = import_module(f"cuijie.cli.{known[0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, t(*_COMMANDS[name][1:])) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section(t("命令", "Commands")):
                formatter.write_dl(rows)


@click.group(
    cls=_LazyGroup,
    help=t(
        "催界：对付违法催收的证据、法律和文书；欠的钱要还，违法的催收要停。所有数据只在本机。",
        "Cuijie: evidence, law and papers against unlawful debt collection. Everything stays on this computer.",
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default=LANGUAGE, help=t("界面语言", "language"))
@click.version_option(__version__, prog_name="cuijie")
def cli(lang: str) -> None:
    """Entry group; the language has been read already (see ``language``)."""


def _said_plainly(error: OSError) -> str:
    name = os.path.basename(str(error.filename or ""))
    reason = cause_of(error, in_english=is_english())
    return t(
        f"没有做完：{name + '：' if name else ''}{reason}。请看看磁盘空间和读写权限再试一次；已保存的内容不受影响。",
        f"Not finished: {name + ': ' if name else ''}{reason}. Check disk space and permissions and try again.",
    )


def main() -> NoReturn:
    """Run the command and end the process: 0 done, 1 breach or mismatch, 2 wrong use or bad input, 3 not finished."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file name with stray bytes must not stop the answer
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.exit(cli.main(prog_name=CALLED, standalone_mode=False) or 0)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say("已停止。已收进的内容都在，可以重来。", "Stopped. What was taken in is kept.", err=True)
        sys.exit(3)
    except CuijieError as error:
        click.echo(as_called(str(error)), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except MemoryError:
        say("内存不够，没有做完。案卷没有改动。", "Out of memory; not finished. The case is unchanged.", err=True)
        sys.exit(3)
    except OSError as error:
        click.echo(_said_plainly(error), err=True)
        sys.exit(3)
    except Exception as error:  # the last guard: a person never sees a traceback
        if os.environ.get("CUIJIE_DEBUG"):
            raise
        say(
            f"程序内部出错（{type(error).__name__}），没有做完。案卷没有损坏；请把这行字和 cuijie 的版本告诉开发者。",
            f"Internal error ({type(error).__name__}); not finished. The case is not damaged; please report this line.",
            err=True,
        )
        sys.exit(3)
    sys.exit(0)
