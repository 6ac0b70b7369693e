"""`onecard`: the command line. One file a group; every command sets Django up itself, so that `--help` is instant."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

import typer
from rich.console import Console

if TYPE_CHECKING:
    from onecard.access.types import Actor

app = typer.Typer(
    name="onecard",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="校园一卡通: run a campus card centre. Start with `onecard up`.",
)
console = Console()
errors = Console(stderr=True)


def django_ready() -> None:
    """Set Django up; call it before importing anything that reads the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")
    import django

    django.setup()


def fail(message: str, *, code: int = 1) -> typer.Exit:
    """Say on standard error what went wrong and what to do; raise what this returns."""
    errors.print(f"[red]onecard:[/red] {message}", highlight=False)
    return typer.Exit(code)


def whoever_runs_this() -> Actor:
    """Who acts at the command line: the machine's user; call `django_ready` before."""
    from onecard.access.types import Actor

    return Actor.system(f"command line: {getpass.getuser()}")


def main() -> None:
    """The entry point of the `onecard` command."""
    from onecard.cli import groups

    groups.add_to(app)
    try:
        app()
    except (RuntimeError, ValueError, OSError) as problem:
        if os.environ.get("ONECARD_DEBUG"):
            raise
        errors.print(f"[red]onecard:[/red] {problem}", highlight=False)
        sys.exit(1)
