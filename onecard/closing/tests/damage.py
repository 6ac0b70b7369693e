"""What only the owner of the database can do to it, and only with the triggers off."""

from __future__ import annotations

from django.db import connections, transaction

GUARDED = ("ledger_transfer", "ledger_daybalance", "ledger_businessday", "closing_seal", "closing_dayreport", "closing_sealkey")


def as_owner(statements: str) -> None:
    """Run the statements past every trigger."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(statements)
        for table in GUARDED:
            cursor.execute(f"alter table {table} enable trigger user")
    connections["owner"].close()
