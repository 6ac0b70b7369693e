"""Every stop of docs/paths, and every place that docs/clauses.md names, is a function that exists; so are the files."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLAUSES = ROOT / "docs" / "clauses.md"
REGULATIONS = ROOT.parent / "shared" / "regulations" / "clauses.json"
OFFICE = re.compile(r"Y0[4-7]|M[1-8]|N3-|P4-|S[1-9]")
"""The clauses about card office, counter and settlement."""
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
    assert missing_from(text) == []


def test_every_clause_has_its_place() -> None:
    text = CLAUSES.read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 70
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    assert missing_from(text) == []


@pytest.mark.skipif(not REGULATIONS.is_file(), reason="the collected rules are not beside the project")
def test_no_clause_of_the_office_is_left_out() -> None:
    clauses = [row["id"] for row in json.loads(REGULATIONS.read_text(encoding="utf-8"))["clauses"]]
    told = set(re.findall(r"^\| ([A-Z][\w.-]+) \|", CLAUSES.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert told == {clause for clause in clauses if OFFICE.match(clause)}


def missing_from(text: str) -> list[str]:
    """The functions and files that the text names and that are not there."""
    stops = [(found["file"], found["name"]) for found in STOP.finditer(text)]
    missing = [f"{file}:{name}" for file, name in stops if not (ROOT / file).is_file() or name not in names_in(ROOT / file)]
    return missing + [found["file"] for found in FOLDER_OR_FILE.finditer(text) if not (ROOT / found["file"]).exists()]
