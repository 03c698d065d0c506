"""docs/cli.md tells every command and option, and no page tells one that does not exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from seawall.cli.main import build

EVERYWHERE = {"--data", "--config", "--help"}


def commands(group: click.Group, path: str = "seawall") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def options(command: click.Command) -> set[str]:
    return {name for option in command.params if isinstance(option, click.Option) for name in option.opts}


ALL = dict(commands(build()))


def section(root: Path, command: str) -> str:
    """The part of the page under the command's heading."""
    page = (root / "docs" / "cli.md").read_text(encoding="utf-8")
    found = re.search(rf"^## `{re.escape(command)}[^`\n]*`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_its_section_with_every_option(name: str, root: Path) -> None:
    told = section(root, name)
    assert told, f"docs/cli.md has no section for '{name}'"
    assert {option for option in options(ALL[name]) if option not in told} - EVERYWHERE == set()


def test_what_holds_for_all_commands_is_told_once(root: Path) -> None:
    page = (root / "docs" / "cli.md").read_text(encoding="utf-8")
    assert EVERYWHERE | options(build()) <= set(re.findall(r"--[a-z-]+", page))


def test_no_section_tells_of_a_command_that_is_gone(root: Path) -> None:
    page = (root / "docs" / "cli.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## `(seawall[^`\n]*)`$", page, re.MULTILINE)
    assert [heading for heading in headings if _named(heading.split()) is None] == []


def test_every_command_line_in_the_documents_is_one(root: Path) -> None:
    wrong = [
        f"{page.relative_to(root)}: {line}"
        for page in [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "bench").glob("*.md")]
        for line in _typed(page.read_text(encoding="utf-8"))
        if _fault(line)
    ]
    assert wrong == []


def _typed(text: str) -> list[str]:
    """What a page gives to be typed after a shell's prompt: indented or fenced lines, and spans, that begin with it."""
    lines = re.findall(r"^(?: {4})?(seawall [a-z].*)$", text, re.MULTILINE)
    return lines + re.findall(r"`(seawall [a-z][^`\n]*)`", text)


def _named(words: list[str]) -> tuple[str, click.Command] | None:
    """The command that the first words name, the longest way."""
    for count in range(len(words), 1, -1):
        name = " ".join(words[:count])
        if name in ALL:
            return name, ALL[name]
    return None


def _fault(line: str) -> bool:
    words = shlex.split(line, comments=True)
    named = _named(words)
    if named is None:
        return not _names_a_group(words)
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    return not given <= options(named[1]) | EVERYWHERE


def _names_a_group(words: list[str]) -> bool:
    return any(name.startswith(" ".join(words) + " ") for name in ALL)
