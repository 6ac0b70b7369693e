"""SQL in files: everything can be prepared, functions are valid, invariants have ids of their own, no schema is named."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from onecard.kernel import sql
from onecard.kernel.invariants import headline
from tests.code.source import ROOT

STATEMENTS = sorted([*ROOT.glob("onecard/*/sql/queries/*.sql"), *ROOT.glob("onecard/*/sql/invariants/*.sql")])
FUNCTIONS = sorted(ROOT.glob("onecard/*/sql/functions/*.sql"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parts[-4]}/{path.stem}")
def test_statement_can_be_prepared(path: Path) -> None:
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        name = found["name"] or f"#{len(numbers)}"
        return f"${numbers.setdefault(name, len(numbers) + 1)}"

    text = (
        re.sub(r"%(?:\((?P<name>\w+)\))?[sbt]", numbered, path.read_text(encoding="utf-8")) if "%" in path.read_text() else None
    )
    statement = (text or path.read_text(encoding="utf-8")).replace("%%", "%")
    with psycopg.RawCursor(sql.raw_connection()) as cursor:
        cursor.execute(f"prepare checked as {statement}".encode())
        cursor.execute(b"deallocate checked")


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: f"{path.parts[-4]}/{path.stem}")
def test_functions_are_versioned_and_name_no_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    names = re.findall(r"create or replace function (\w+)", text)
    assert names
    assert all(name.startswith(f"{path.parts[-4]}_") or path.stem in name for name in names)
    assert not re.search(r"\bpublic\.", text)


def test_bodies_are_valid(own_database: str) -> None:
    """Installed without looking at bodies, since functions call each other across files; here they are looked at."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("set check_function_bodies = on")
        for path in FUNCTIONS:
            cursor.execute(path.read_text(encoding="utf-8"))


def test_invariants_have_ids_of_their_own() -> None:
    ids = [headline(path.read_text(encoding="utf-8"))[0] for path in sql.files_in("invariants")]
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_tables_are_what_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
