"""Every stop of docs/paths is a function that exists, and every file that a path names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "docs" / "paths").glob("*.md"))
STOP = re.compile(r"`(?P<file>[\w/.-]+\.(?:py|sql)):(?P<name>\w+)`")
FOLDER_OR_FILE = re.compile(r"`(?P<file>(?:onecard|tests|docs)/[\w/.-]+)`")


def names_in(path: Path) -> set[str]:
    """What a file defines: functions and classes of Python, functions of SQL."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return set(re.findall(r"create or replace function (\w+)", text))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_stop_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    items = [line for line in text.splitlines() if line.startswith("- ")]
    assert items
    assert [item for item in items if not re.match(r"- `[^`]+:\w+`", item)] == []
    stops = [(found["file"], found["name"]) for found in STOP.finditer(text)]
    missing = [f"{file}:{name}" for file, name in stops if not (ROOT / file).is_file() or name not in names_in(ROOT / file)]
    missing += [found["file"] for found in FOLDER_OR_FILE.finditer(text) if not (ROOT / found["file"]).exists()]
    assert missing == []
