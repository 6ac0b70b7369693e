"""What documents say is there: settings, commands, files, links."""

from __future__ import annotations

import re
import shlex
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
import typer.main

from onecard.cli import app, groups
from onecard.kernel.env import SETTINGS
from tests.code.source import ROOT, tracked

DOCUMENTS = [path for path in tracked(".md") if path.name != "CHANGELOG.md"]
ROOMS = sorted(path.parent for path in (ROOT / "onecard").glob("*/apps.py"))


def test_settings_are_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(ONECARD_\w+)`", text, re.MULTILINE)) == set(SETTINGS)


def commands_of(command: object) -> dict[str, object]:
    """The commands of a group by name; none of a command."""
    found: dict[str, object] = getattr(command, "commands", {})
    return found


def command_line() -> dict[str, object]:
    command = typer.Typer()
    groups.add_to(command)
    return commands_of(typer.main.get_command(command))


def test_command_has_help() -> None:
    assert app.info.help


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    lines = [
        *re.findall(r"`(?:\.venv/bin/)?onecard ([^`]+)`", text),
        *re.findall(r"^\s*(?:\.venv/bin/)?onecard (.+)$", text, re.M),
    ]
    for line in lines:
        for name in first_words(line):
            assert name, f"{document.name}: onecard {line}"


def first_words(line: str) -> list[str]:
    """The commands that a documented line names (`day open|close` is two); empty strings for those that do not exist."""
    words = [word for word in shlex.split(line.replace("…", "")) if not word.startswith("-")]
    top = command_line()
    if words[0] not in top:
        return [""]
    inner = commands_of(top[words[0]])
    if not inner or len(words) == 1:
        return [words[0]]
    return [f"{words[0]} {word}" if word in inner else "" for word in words[1].split("|")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_links_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = [ROOT / name for name in re.findall(r"`((?:onecard|tests|docs|bench|examples)/[\w/.-]+?)(?::\w+)?`", text)]
    linked = [document.parent / link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)]
    assert [str(path) for path in [*named, *linked] if not path.exists()] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_every_room_introduces_itself(room: Path) -> None:
    text = (room / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(text.splitlines()) <= 60


def test_version_is_the_changelogs() -> None:
    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert version("onecard") == newest[1]
