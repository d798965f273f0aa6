"""``cuijie read``: what is unlawful in a collection text, and where; and a lender's text before it is sent."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import is_english, t
from cuijie.cli.output import json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.reading import LabelHit, Reading

__all__ = ["command"]

_RECIPIENTS = ["debtor", "third_party", "unknown", "co_debtor", "heir", "agreed_contact", "other"]
_CHANNELS = ["sms", "wechat", "call transcript", "call", "robot_call", "im", "email", "letter", "visit", "public_post"]
_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭"


@click.command(
    help=t(
        "读一段催收文字，标出违规表述和位置。FILE 省略或为 - 时从标准输入读。\n\n"
        "整个文件当作一条消息；多条消息请用 --jsonl，一行一条 "
        '{"id", "text", "recipient", "channel"}。标签的含义见 docs/reading.md。\n\n'
        "退出码：0 读完；1 用了 --lint 且有要改的；2 用法或输入有误；3 没做完。",
        "Label a collection text: what is unlawful in it, and where. Without FILE, or with -, reads standard input.\n\n"
        'The whole file is one message; for many use --jsonl, one {"id", "text", "recipient", "channel"} a line.\n\n'
        "Exit codes: 0 read; 1 --lint found something to change; 2 wrong use or bad input; 3 not finished.",
    )
)
@click.argument("file", type=click.Path(path_type=Path), default="-")
@click.option("--jsonl", is_flag=True, help=t("输入、输出都是 JSON 行", "JSON lines in and out"))
@click.option(
    "--lint", is_flag=True, help=t("检查待发文字：改什么、为什么", "check an outgoing text: what to change, and why")
)
@click.option(
    "--recipient",
    type=click.Choice(_RECIPIENTS),
    default="unknown",
    help=t("这段话是对谁说的（不知道就不填）", "who it is addressed to (leave out if not known)"),
)
@click.option("--channel", type=click.Choice(_CHANNELS), default=None, help=t("方式", "channel"))
@json_option
def command(file: Path, jsonl: bool, lint: bool, recipient: str, channel: str | None, as_json: bool) -> None:
    """Entry point."""
    text = _text_of(file)
    if jsonl:
        _print_rows(text, lint)
        return
    if not text.strip():
        raise BadInput(
            t("没有可读的文字。", "There is no text to read."),
            remedy=t("把消息粘贴进来，或给出文件名。", "Paste the message or name a file."),
        )
    from cuijie.reading import read

    reading = read(text.removesuffix("\n"), recipient=recipient, channel=channel)
    if as_json:
        print_json(_plain(reading, lint))
    elif lint:
        _print_lint(reading)
    else:
        _print_reading(reading)
    if lint and reading.labels:
        raise click.exceptions.Exit(1)


def _text_of(file: Path) -> str:
    """The text of *file*: UTF-8, UTF-16 with its mark, or GB 18030."""
    if str(file) == "-":
        data = sys.stdin.buffer.read()
    else:
        try:
            data = file.read_bytes()
        except OSError as error:
            what = {
                FileNotFoundError: t("找不到这个文件", "there is no such file"),
                IsADirectoryError: t("这是文件夹，要的是文件", "this is a folder, not a file"),
                PermissionError: t("没有读取权限", "no permission to read it"),
            }.get(type(error), t("读不出来", "it cannot be read"))
            raise BadInput(
                f"{file}：{what}。", remedy=t("请核对文件名和权限后重试。", "Check the name and permissions.")
            ) from error
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n")
    raise BadInput(
        t("这不是文字文件，或编码认不出。", "This is not a text file, or its encoding is not known."),
        remedy=t(
            "请另存为 UTF-8 文本；截图和录音请用 cuijie add。", "Save it as UTF-8 text; for pictures use cuijie add."
        ),
    )


def _print_rows(text: str, lint: bool) -> None:
    from cuijie.reading.rows import RowProblem, label_rows

    read_any = to_change = False
    for row in label_rows(text.split("\n")):
        if isinstance(row, RowProblem):
            aside = "" if row.read else t("，这一行没有读", "; line set aside")
            say(f"第 {row.line} 行：{row.problem}{aside}", f"line {row.line}: {row.problem}{aside}", err=True)
            continue
        read_any = True
        to_change = to_change or bool(row.labels)
        said: dict[str, object] = {"id": row.id, "labels": [_plain_hit(hit) for hit in row.labels]}
        if lint:
            said["changes"] = _plain_changes(row.labels)
        click.echo(json.dumps(said, ensure_ascii=False))
    if not read_any:
        raise BadInput(
            t("没有一行可读。", "No line could be read."),
            remedy=t('一行一条：{"id": "1", "text": "……"}', 'One a line: {"id": "1", "text": "…"}'),
        )
    if lint and to_change:
        raise click.exceptions.Exit(1)


def _plain_hit(hit: LabelHit) -> dict[str, object]:
    return {"label": hit.label, "spans": [list(span) for span in hit.spans], "certainty": hit.certainty}


def _plain_changes(hits: tuple[LabelHit, ...]) -> list[dict[str, object]]:
    from cuijie.reading.advice import changes

    return [
        {
            "label": change.label, "rule": change.rule, "spans": [list(span) for span in change.spans],
            "why": t(*change.advice.why), "instead": t(*change.advice.instead),
        }
        for change in changes(hits)
    ]  # fmt: skip


def _plain(reading: Reading, lint: bool) -> dict[str, object]:
    from dataclasses import asdict

    from cuijie.reading import RULE_OF_LABEL

    value: dict[str, object] = {
        "recipient": reading.recipient,
        "labels": [
            {**_plain_hit(hit), "score": hit.score, "rule": RULE_OF_LABEL[hit.label], "patterns": list(hit.patterns)}
            for hit in reading.labels
        ],
        "facts": asdict(reading.facts),
    }
    if lint:
        value["changes"] = _plain_changes(reading.labels)
    return value


def _title(label: str) -> str:
    from cuijie.reading.advice import advice
    from cuijie.records import COLUMNS

    zh = next(column.title_zh for column in COLUMNS if column.name == f"says_{label}")
    return t(zh, advice()[label].title_en)


def _marked(reading: Reading) -> str:
    """The text with every passage in brackets, coloured and numbered by its label."""
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for number, hit in enumerate(reading.labels):
        for start, end in hit.spans:
            opens.setdefault(start, []).append("⟦")
            closes.setdefault(end, []).insert(0, f"⟧{_MARKS[number]}")
    parts: list[str] = []
    depth = 0
    for at in range(len(reading.text) + 1):
        for mark in closes.get(at, []):
            parts.append(click.style(mark, fg="red"))
            depth -= 1
        for mark in opens.get(at, []):
            parts.append(click.style(mark, fg="red"))
            depth += 1
        if at < len(reading.text):
            parts.append(click.style(reading.text[at], fg="red", bold=True) if depth else reading.text[at])
    return "".join(parts)


_FACT_WORDS = {
    "asks_payment": ("催款", "asks for payment"),
    "caller_identified": ("表明了机构", "names the institution"),
    "refuses_contact": ("被联系的人要求停止联系", "the person called says to stop"),
    "withdraws_consent": ("撤回同意", "withdraws consent"),
    "debtor_speaks": ("债务人或其亲友自己的话，不评价", "the debtor's own words; not judged"),
    "promises_payment": ("承诺还款", "promises to pay"),
    "disputes_debt": ("对债务有异议", "disputes the debt"),
    "hardship_stated": ("说明了困难", "states hardship"),
    "reveals_debt": ("提到欠款", "speaks of a debt"),
    "call_back_only": ("只请回电", "asks only for a call-back"),
    "addresses_third_party": ("对第三人说话", "speaks to a third party"),
}


def _print_facts(reading: Reading) -> None:
    said = [t(*words) for name, words in _FACT_WORDS.items() if getattr(reading.facts, name)]
    if reading.facts.claimed_institution:
        said.append(t("自称：", "claims to be: ") + reading.facts.claimed_institution)
    if said:
        click.echo(t("读到的事实：", "Facts read: ") + ("；" if not is_english() else "; ").join(said))


def _print_reading(reading: Reading) -> None:
    from cuijie.reading import RULE_OF_LABEL

    click.echo(_marked(reading))
    click.echo()
    if not reading.labels:
        say(
            "没有读出违规表述。这不等于一切合法，是否违规还要看是谁、何时、联系了谁。",
            "Nothing unlawful was read. That is not a promise that all is lawful.",
        )
    for number, hit in enumerate(reading.labels):
        sure = t("很可能", "likely") if hit.certainty == "likely" else t("需要人判断", "to be judged by a person")
        click.echo(f"{_MARKS[number]} {_title(hit.label)}（{sure}） → {RULE_OF_LABEL[hit.label]}")
    _print_facts(reading)


def _print_lint(reading: Reading) -> None:
    from cuijie.reading.advice import changes

    click.echo(_marked(reading))
    click.echo()
    if not reading.labels:
        say("没有发现要改的表述。", "Nothing to change was found.")
    for number, change in enumerate(changes(reading.labels)):
        click.echo(f"{_MARKS[number]} {_title(change.label)} → {change.rule}")
        for start, end in change.spans:
            click.echo(t("   改：", "   change: ") + reading.text[start:end])
        click.echo(t("   为什么：", "   why: ") + t(*change.advice.why))
        click.echo(t("   可以这样：", "   instead: ") + t(*change.advice.instead))
