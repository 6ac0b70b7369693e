"""docs/glossary.md names code and tables that exist, and every table of ours that holds business."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from django.apps import apps

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
LINES = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "---" not in line and not line.startswith("| 业务词")
]
TABLES = {model._meta.db_table: model for model in apps.get_models() if model.__module__.startswith("onecard.")}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[1].split(":")[0])
def test_the_word_leads_somewhere(line: list[str]) -> None:
    _word, _english, code, table = line
    module, _, name = code.strip("`").rpartition(".")
    assert hasattr(importlib.import_module(f"onecard.{module}"), name)
    found = re.match(r"`(?P<table>\w+)`(?: \(column `(?P<column>\w+)`\))?$", table)
    assert found or not table
    if found and found["column"]:
        columns = {field.column for field in TABLES[found["table"]]._meta.concrete_fields}
        assert found["column"] in columns
    elif found:
        assert found["table"] in TABLES


def test_every_table_has_a_word() -> None:
    named = {match for line in LINES for match in re.findall(r"`(\w+_\w+)`", line[3])}
    assert set(TABLES) <= named
