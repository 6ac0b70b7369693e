"""One at a time: what changes a month, or what is said about it, takes this lock and keeps it until its transaction ends."""

from __future__ import annotations

from onecard.kernel import sql


def lock_months() -> None:
    """Wait for whoever closes a month, or gives or reconciles its figures, right now. Posting goes on meanwhile."""
    sql.call("select pg_advisory_xact_lock('months_monthclose'::regclass::oid::bigint)")
