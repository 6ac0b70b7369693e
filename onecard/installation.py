"""Install or upgrade the whole: what `onecard migrate`, `up` and `demo` do first."""

from __future__ import annotations

from onecard.closing.actions.install_seal_key import install_seal_key
from onecard.kernel.install import install_database
from onecard.ledger.actions.open_accounts import open_centre_accounts
from onecard.policies.actions.adopt_policies import adopt_policies
from onecard.rollups.actions.keep_missing_days import keep_missing_days
from onecard.workdays.actions.adopt_official_days import adopt_official_days


def install() -> None:
    """Bring the database to this version, adopt policies and calendar, open the centre's accounts, make the keys. Repeat-safe."""
    install_database()
    adopt_policies()
    adopt_official_days()
    open_centre_accounts()
    install_seal_key()
    keep_missing_days()
