"""Outcomes of leavers' steps in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.leavers.types import LeaverOutcome

SAYS = {
    LeaverOutcome.REFUSED_NOBODY: _("Everybody on the list was on one before, or nobody has left."),
    LeaverOutcome.REFUSED_NOT_FROZEN: _("Freeze the cards first."),
    LeaverOutcome.REFUSED_NOT_CANCELLED: _("Cancel the cards first."),
    LeaverOutcome.REFUSED_NOT_PAID: _("This refund was not paid."),
    LeaverOutcome.REFUSED_NOT_FAILED: _("This refund did not fail."),
    LeaverOutcome.REFUSED_NOTHING_DUE: _("Nothing is due, or what was approved has changed: the sum, or a bank account."),
    LeaverOutcome.REFUSED_WAITING: _("The waiting time is not over: records may still be on their way."),
    LeaverOutcome.REFUSED_MISSING_NUMBERS: _(
        "A terminal that they used has missing numbers: ask it again, or have the numbers declared lost."
    ),
    LeaverOutcome.REFUSED_NOT_OWING: _("This person owes nothing."),
    LeaverOutcome.REFUSED_NOT_UNCLAIMED: _("This is not among the unclaimed balances."),
    LeaverOutcome.REFUSED_NOTICE: _("The notice still runs: people may come yet."),
    LeaverOutcome.REFUSED_TOO_LATE: _("The time in which a failed refund can be claimed is over."),
}
OF_PROPOSALS = {outcome.name: said for outcome, said in SAYS.items()}
"""The same by name, for proposals."""
