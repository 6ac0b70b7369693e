"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import psycopg
from django.db import DatabaseError, connections, transaction


def database_error(statement: str, *, alias: str = "default") -> psycopg.Error | None:
    """The error with which the database refuses the statement; None when it went through. Rolled back either way."""
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True, using=alias)
    except DatabaseError as error:
        cause = error.__cause__
        assert isinstance(cause, psycopg.Error)
        return cause
    return None


def refusal(statement: str, *, alias: str = "default") -> str:
    """The constraint or SQLSTATE that refuses the statement; empty when it went through."""
    error = database_error(statement, alias=alias)
    return "" if error is None else error.diag.constraint_name or error.sqlstate or "unknown"
