"""Every command that a page names is one the program has, with these options and for these papers."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cuijie.cli.audit.group import _AFTER, AuditCommand
from cuijie.cli.main import cli
from cuijie.remedies.documents.catalogue import documents

_ROOT = Path(__file__).parent.parent.parent
_PAGES = [*sorted(_ROOT.glob("*.md")), *sorted((_ROOT / "docs").rglob("*.md"))]
_COMMAND = re.compile(r"(?:\./run|\.\\run|`cuijie|^ *cuijie) ([a-z][^`\n；。，、）」“”]*)", re.MULTILINE)
_OPTION = re.compile(r"--[a-z][a-z-]*")


def _misnamed(written: str) -> str | None:
    """What of a command line the program does not know: a command, a paper or an option."""
    words = written.split("   ")[0].split("#")[0].split()
    command: click.Command = cli
    named: list[str] = []
    for word in words:
        below = _below(command, word)
        if below is None:
            break
        command = below
        named.append(word)
    if not named:
        return f"no command {words[0]}"
    rest = words[len(named) :]
    if named == ["draft"] and len(rest) > 1 and not rest[1].startswith("-") and rest[1] not in {"DOCUMENT", "文书"}:
        return None if rest[1] in documents() else f"no paper {rest[1]}"
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    strange = {option for word in rest for option in _OPTION.findall(word)} - known - {"--help", "--lang"}
    return f"{named}: {sorted(strange)}" if strange else None


def _below(command: click.Command, name: str) -> click.Command | None:
    if isinstance(command, click.Group):
        return command.get_command(click.Context(command), name)
    return _AFTER.get(name) if isinstance(command, AuditCommand) else None


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.relative_to(_ROOT).as_posix())
def test_every_command_that_a_page_names_is_one_the_program_has(page: Path) -> None:
    written = [line for line in _COMMAND.findall(page.read_text("utf-8")) if line.split()[0] != "test"]
    assert [f"{line}: {wrong}" for line in written if (wrong := _misnamed(line))] == []


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("nosuch case", "no command nosuch"),
        ("draft case no_such_paper -o F", "no paper no_such_paper"),
        ("case share add --nosuch x", "['case', 'share', 'add']: ['--nosuch']"),
        ("audit compare a b --nosuch", "['audit', 'compare']: ['--nosuch']"),
        ("audit compare a b --lenders -o out      # beside", None),
    ],
)
def test_what_the_program_does_not_have_is_seen(written: str, wrong: str | None) -> None:
    assert _misnamed(written) == wrong
