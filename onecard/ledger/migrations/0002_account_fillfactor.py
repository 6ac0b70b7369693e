from __future__ import annotations

from django.db import migrations

LOOSE = "alter table ledger_account set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)"
TIGHT = "alter table ledger_account reset (fillfactor, autovacuum_vacuum_scale_factor)"


class Migration(migrations.Migration):
    """Every transfer updates two account rows; room in the page keeps those updates off the indexes (HOT)."""

    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(LOOSE, TIGHT)]
