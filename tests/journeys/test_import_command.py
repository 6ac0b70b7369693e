"""`onecard import` as people run it: exit codes, what is printed, two runs at once."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from pytest_django.plugin import DjangoDbBlocker
from typer.testing import CliRunner, Result

from onecard.access.types import Actor
from onecard.cli.imports import app
from onecard.kernel.csv_lines import FileRefused
from onecard.ledger import queries as ledger
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person, RosterImport
from onecard.people.types import NewPerson, PersonKind
from onecard.simulation.journal import TARIFF_LINE, Expected, write_journal
from onecard.simulation.tests.journals import standing, wanted
from tests.databases import ROOT
from tests.serving import eventually


@pytest.fixture
def expected(tmp_path: Path) -> Expected:
    return write_journal(tmp_path, seed=8)


@pytest.fixture
def ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands use the test's own transaction instead of looking for an installation."""
    monkeypatch.setattr("onecard.cli.imports.database_ready", lambda: None)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_the_good_lines_are_booked_and_the_bad_ones_named(tmp_path: Path, expected: Expected, ready: None) -> None:
    with (tmp_path / "dish_choices.csv").open("a", encoding="utf-8") as file:
        file.write("rubbish\n")
    result = _run("till-journal", str(tmp_path), "--tariff", TARIFF_LINE)
    assert result.exit_code == 1
    assert ": has 1 fields, fewer than the header" in result.output
    assert f"BOOKED {expected.purchases:,}" in result.output
    assert standing() == wanted(expected)


def test_a_good_journal_ends_with_exit_code_0(tmp_path: Path, expected: Expected, ready: None) -> None:
    for answer in ("BOOKED", "REPEATED"):
        result = _run("till-journal", str(tmp_path), "--tariff", TARIFF_LINE)
        assert result.exit_code == 0, result.output
        assert f"Answers: {answer} {expected.purchases:,}\n" in result.output
    assert f"Sealed days: {len(expected.days)}\n" in result.output


def test_a_folder_that_is_no_journal_is_refused(tmp_path: Path, ready: None) -> None:
    result = _run("till-journal", str(tmp_path), "--tariff", TARIFF_LINE)
    assert isinstance(result.exception, FileRefused)
    assert ledger.open_day() is None


def test_a_roster_is_staged_then_applied_and_its_bad_lines_named(tmp_path: Path, ready: None) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("学号,姓名,类别,部门\n1,王伟,本科生,物理\n2,,本科生,物理\n3,李娜,教职工,图书馆\n", encoding="gbk")
    staged = _run("roster", str(path))
    assert (staged.exit_code, Person.objects.count()) == (1, 0)
    assert "new 2, changed 0, unchanged 0, left 0, conflict 0, error 1" in staged.output
    result = _run("roster", str(path), "--apply")
    assert result.exit_code == 1
    assert "Applied: DONE" in result.output
    assert "roster.csv, line 3: The name is empty: fill it in." in result.output
    assert set(Person.objects.values_list("full_name", flat=True)) == {"王伟", "李娜"}


def test_columns_are_named_by_hand_and_remembered(tmp_path: Path, ready: None) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("学籍号,姓名,类别\n1,王伟,本科生\n", encoding="utf-8")
    asked = _run("roster", str(path), "--source", "registry")
    assert asked.exit_code == 2
    assert "Columns in the file: 学籍号, 姓名, 类别" in asked.output
    assert "new 1" in _run("roster", str(path), "--source", "registry", "--column", "person_no=学籍号").output
    path.write_text("学籍号,姓名,类别\n2,李娜,本科生\n", encoding="utf-8")
    assert "new 1" in _run("roster", str(path), "--source", "registry").output


def test_photos_are_kept_and_strangers_named(tmp_path: Path, ready: None) -> None:
    register_person(Actor.system("clerk"), NewPerson("1", "王伟", PersonKind.STAFF))
    for name in ("1.jpg", "2.jpg"):
        Image.new("RGB", (400, 500), "red").save(tmp_path / name)
    result = _run("photos", str(tmp_path))
    assert result.exit_code == 1
    assert "Photos kept: 1 of 2" in result.output
    assert "2.jpg" in result.output


@pytest.mark.slow
def test_a_killed_roster_import_is_finished_by_the_same_command(
    tmp_path: Path, own_database: str, django_db_blocker: DjangoDbBlocker
) -> None:
    path = tmp_path / "roster.csv"
    lines = "".join(f"S{n:06d},Name {n},undergraduate,Unit {n % 7}\n" for n in range(30_000))
    path.write_text("person_no,full_name,kind,unit\n" + lines)
    command = [sys.executable, "-m", "tests.on_database", own_database, "import", "roster", str(path), "--apply"]
    with django_db_blocker.unblock():
        for lines_read in (10_000, 20_000):
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            eventually(functools.partial(_has_read, lines_read), log=path, within_s=120)
            process.kill()
            process.wait(60)
        finished = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        assert finished.returncode == 0, finished.stderr.decode()
        assert Person.objects.count() == 30_000
        assert RosterImport.objects.get().counts == {"new": 30_000}


def _has_read(lines: int) -> bool:
    return RosterImport.objects.filter(lines_read__gte=lines).exists()


@pytest.mark.slow
def test_two_imports_at_once_book_everything_once(tmp_path: Path, own_database: str, django_db_blocker: DjangoDbBlocker) -> None:
    expected = write_journal(tmp_path, seed=9, registers=6, per_sheet=60)
    command = [sys.executable, "-m", "tests.on_database", own_database, "import", "till-journal", str(tmp_path)]
    command += ["--tariff", TARIFF_LINE]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    complaints = [process.communicate(timeout=120)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], complaints
    with django_db_blocker.unblock():
        assert standing() == wanted(expected)
