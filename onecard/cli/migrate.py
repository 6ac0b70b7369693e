"""`onecard migrate`: install or upgrade the database."""

from __future__ import annotations

from onecard.cli import console, django_ready


def migrate() -> None:
    """Install or upgrade: start PostgreSQL, make role and database, migrate, install functions, triggers, grants and keys."""
    django_ready()
    from onecard.installation import install

    with console.status("Installing …"):
        install()
    console.print("The database is up to date.")
