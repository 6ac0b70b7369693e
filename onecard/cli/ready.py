"""What commands that work on the database do first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from onecard.cli import console, django_ready


def database_ready() -> None:
    """Set Django up, start the embedded server if that is the one, and install when nothing is installed yet."""
    django_ready()
    from django.db import OperationalError, connections

    from onecard.installation import install
    from onecard.kernel import env, postgres

    if not env.text("ONECARD_DATABASE_URL"):
        postgres.ensure_running()
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("select to_regclass('ledger_businessday') is not null")
            is_installed = bool(cursor.fetchone()[0])
    except OperationalError:
        is_installed = False
    finally:
        connections["owner"].close()
    if not is_installed:
        with console.status("Installing …"):
            install()


class Steps:
    """A progress bar for each step, on the terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` of this step are done."""
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(step, total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)


@contextmanager
def steps() -> Iterator[Steps]:
    """Progress bars that appear as steps begin."""
    columns = TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        yield Steps(progress)
