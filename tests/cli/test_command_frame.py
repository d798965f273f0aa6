"""The frame of the ``cuijie`` command, run as a real process."""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
import sys

import pytest

from cuijie.cli.main import _COMMANDS
from cuijie.cli.output import as_typed
from cuijie.errors import cause_of


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cuijie", *arguments], capture_output=True, text=True, check=False)


def test_help_is_chinese_unless_asked_otherwise() -> None:
    assert "法律库" in run("--help").stdout
    assert "law library" in run("--lang", "en", "--help").stdout


@pytest.mark.parametrize("arguments", [("nosuch",), ("--nosuch",), ("law", "nosuch")])
def test_wrong_use_is_exit_2_with_a_chinese_line_and_no_traceback(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "没有" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_number_out_of_range_is_refused_in_chinese() -> None:
    done = run("gate", "serve", "--port", "99999")
    assert done.returncode == 2
    assert "99999 不在范围内" in done.stderr


def test_help_imports_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; sys.argv=['cuijie','--help']\n"
        "from cuijie.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('duckdb','sqlglot','numpy','lxml','starlette','pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize(("language", "usage"), [("zh", "用法"), ("en", "Usage")])
def test_every_command_of_the_table_has_its_module_and_help_in_both_languages(language: str, usage: str) -> None:
    code = (
        f"import sys; sys.argv=['cuijie', '--lang', '{language}']\n"
        "from cuijie.cli.main import _COMMANDS, cli\n"
        "for name in _COMMANDS:\n"
        "    print('==', name)\n"
        "    assert cli.main([name, '--help'], prog_name='cuijie', standalone_mode=False) == 0\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = done.stdout.split("== ")[1:]
    assert len(pages) == len(_COMMANDS)
    assert [page.split("\n")[0] for page in pages if usage not in page] == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_what_the_system_reports_is_said_in_chinese_and_in_english(number: int) -> None:
    failed = OSError(number, os.strerror(number))
    assert not cause_of(failed).isascii()
    assert cause_of(failed, in_english=True).isascii()


def test_what_the_system_reports_is_never_lost() -> None:
    assert cause_of(OSError(errno.EMLINK, "too many links")) == "too many links"
    assert cause_of(OSError()) == "OSError"


@pytest.mark.parametrize("path", ["我的案卷", "case/短信.xml", "/mnt/备份-2026_01.zip"])
def test_a_path_that_needs_no_quotes_gets_none(path: str) -> None:
    assert as_typed(path) == path


@pytest.mark.parametrize("path", ["我的 案卷", "备份(1).xml", "a'b", "$HOME", "a;b", "a`b`", "~x", "a&b"])
def test_a_path_that_a_shell_would_take_apart_comes_through_it_whole(path: str) -> None:
    assert shlex.split(as_typed(path)) == [path]
