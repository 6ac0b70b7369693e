"""What another balance cap would have done to the last term's purses (policies/previews.py finds this)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.kernel import sql
from onecard.policies.previews import Figure, Preview, Term


def balance_cap(value: int, term: Term) -> list[Figure]:
    """Purses that were paid into above the cap, by the balances at the days' ends; refused would have been what lay above."""
    arguments = {"cap_fen": value, "first": term.first, "last": term.last}
    [(purses, days, above_fen)] = sql.call(sql.text_of("ledger", "queries/above_balance_cap"), arguments)
    return [
        Figure(_("Purses paid into above the cap"), purses),
        Figure(_("Days on which that happened, all purses together"), days),
        Figure(_("Money paid in that lay above the cap"), above_fen, is_money=True),
    ]


PREVIEWS: dict[str, Preview] = {"people.balance_cap_fen": balance_cap}
