"""Lock accounts before deciding by their balances."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.kernel import sql


def lock_accounts(account_ids: Sequence[int]) -> None:
    """Share the open day, then lock the accounts in id order until the transaction ends (decision 3)."""
    sql.call("select ledger_share_open_day_v1()")
    sql.call("select ledger_lock_accounts_v2(%b::bigint[], null)", [list(account_ids)])
