from __future__ import annotations

import pytest
from django.db import DatabaseError, connections


@pytest.mark.parametrize("table", ["policies_policyvalue", "policies_adoptedpolicy"])
def test_not_even_the_owner_empties_the_history(own_database: str, table: str) -> None:
    with connections["owner"].cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute(f"truncate {table} cascade")
