"""What every command prints its results with: JSON on one switch, text otherwise, results to stdout."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cuijie.cli.language import t
from cuijie.errors import BadInput

__all__ = [
    "as_typed",
    "headline",
    "json_option",
    "passphrase_from",
    "passphrase_option",
    "print_json",
    "rules_option",
    "say",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def json_option(function: _Function) -> _Function:
    """Adds ``--json`` as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help=t("输出 JSON", "print JSON"))(function)


def passphrase_option(function: _Function) -> _Function:
    """Adds ``--passphrase-file`` as ``passphrase_file``; see ``passphrase_from``."""
    return click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        help=t("从文件第一行读密码", "read the passphrase from a file's first line"),
    )(function)


def rules_option(function: _Function) -> _Function:
    """Adds ``--rules``, which may be repeated, as ``folders``."""
    return click.option(
        "--rules",
        "folders",
        multiple=True,
        type=click.Path(path_type=Path),
        help=t("另加一个自己的规则文件夹（可写几次）", "add a folder of your own rules (may be repeated)"),
    )(function)


def passphrase_from(passphrase_file: Path | None, *, confirm: bool = False) -> str:
    """The passphrase from the file, from ``CUIJIE_PASSPHRASE`` or from a prompt, in this order."""
    if passphrase_file is not None:
        try:
            lines = passphrase_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(t(f"读不出密码文件 {passphrase_file}。", f"Cannot read {passphrase_file}.")) from error
        # a file made by age-keygen begins with comments
        lines = [line for line in lines if line.startswith("AGE-SECRET-KEY-")] or lines
        if not lines or not lines[0]:
            raise BadInput(t(f"密码文件 {passphrase_file} 第一行是空的。", f"{passphrase_file} is empty."))
        return lines[0]
    given = os.environ.get("CUIJIE_PASSPHRASE")
    if given:
        return given
    if not sys.stdin.isatty():
        raise BadInput(
            t("需要案卷密码。", "A passphrase is needed."),
            remedy=t(
                "请用 --passphrase-file 或环境变量 CUIJIE_PASSPHRASE 给出。",
                "Use --passphrase-file or CUIJIE_PASSPHRASE.",
            ),
        )
    return str(click.prompt(t("案卷密码", "Passphrase"), hide_input=True, confirmation_prompt=confirm))


def as_typed(path: Path | str) -> str:
    """*path* as it may be pasted into a command: quoted only where a shell would take it apart."""
    if not re.search(r"[\s!-,;<>?\[-^`{|}~]", str(path)):  # Chinese needs no quotes
        return str(path)
    return subprocess.list2cmdline([str(path)]) if os.name == "nt" else shlex.quote(str(path))


def say(zh: str, en: str, *, err: bool = False) -> None:
    """One line in the language of this run: on stdout, or with *err* beside the results, on stderr."""
    click.echo(t(zh, en), err=err)


def headline(zh: str, en: str) -> None:
    """A line above others, in the language of this run."""
    click.secho(t(zh, en), bold=True)


def print_json(value: object) -> None:
    """*value* as one JSON document on stdout, Chinese readable."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
