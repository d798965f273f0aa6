"""``--case`` of the checks: what was found goes into a case, with the file it was read from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cuijie.cli.case.opening import CASE
from cuijie.cli.language import t
from cuijie.cli.output import passphrase_option, say

if TYPE_CHECKING:
    from cuijie.records.results import CheckResult

__all__ = ["case_option", "say_kept"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def case_option(function: _Function) -> _Function:
    """Adds ``--case`` as ``case_folder`` and ``--passphrase-file``."""
    option = click.option(
        "--case",
        "case_folder",
        type=CASE,
        help=t("把文件和结果收进这个案卷", "keep the file and what was found in this case"),
    )
    return option(passphrase_option(function))


def say_kept(folder: Path, result: CheckResult) -> None:
    """Say under which name the case keeps the result."""
    say(
        f"\n已收进案卷 {folder.name}：{result.about}（{result.result_id}，随时可在 cuijie case info 里看）",
        f"\nKept in {folder.name}: {result.result_id}",
    )
