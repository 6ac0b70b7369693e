"""Beauty is lost in the tail: no function above 50 lines, no file above 400 (complexity is ruff's)."""

from __future__ import annotations

import ast

from tests.code.source import ROOT, python_files

MOST_LINES_OF_FUNCTION = 50
MOST_LINES_OF_FILE = 400
LONG_FILES = {"examples/tiny_terminal.py": "a whole terminal in one file, to be read from top to bottom by its maker"}
"""Exceptions, each with its reason."""


def test_no_function_is_long() -> None:
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES_OF_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines} lines")
    assert long == []


def test_no_file_is_long() -> None:
    counted = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in counted.items() if lines > MOST_LINES_OF_FILE and name not in LONG_FILES} == {}
