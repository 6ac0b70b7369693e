"""Install or upgrade the database: server, role, database, migrations, functions, triggers, grants. Repeat-safe."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from onecard.kernel import env, postgres, sql
from onecard.kernel.database import prepare


def install_database(*, quiet: bool = True) -> None:
    """Bring the database to this version. Runs as the owner; the application's role gets only what the grants say."""
    if not env.text("ONECARD_DATABASE_URL"):
        postgres.ensure_running()
    prepare(settings.DATABASES["owner"])
    migrate(quiet=quiet)


def migrate(*, quiet: bool = True) -> None:
    """Migrations, then the SQL files, on the `owner` alias."""
    call_command("migrate", database="owner", verbosity=0 if quiet else 1, interactive=False)
    with transaction.atomic(using="owner"):
        sql.install(connections["owner"])
    connections["owner"].close()
