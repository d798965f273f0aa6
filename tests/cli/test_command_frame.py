"""The frame of the ``cuijie`` command, run as a real process."""

from __future__ import annotations

import subprocess
import sys

import pytest


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


def test_help_imports_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; sys.argv=['cuijie','--help']\n"
        "from cuijie.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('duckdb','sqlglot','numpy','lxml','starlette','pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]")


def test_every_command_of_the_table_has_its_module_and_help_in_both_languages() -> None:
    from cuijie.cli.main import _COMMANDS, _is_here

    here = [name for name, (module, _, _) in _COMMANDS.items() if _is_here(module)]
    assert here
    for name in here:
        chinese, english = run(name, "--help"), run("--lang", "en", name, "--help")
        assert chinese.returncode == english.returncode == 0, name
        assert "用法" in chinese.stdout, name
        assert "Usage" in english.stdout, name
