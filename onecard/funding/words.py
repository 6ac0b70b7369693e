"""What the clerk is told, by outcome."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.funding.types import BankOutcome, SettlingOutcome, SubsidyOutcome

BANK_WORDS = {
    BankOutcome.REPEATED: _("This file is here already."),
    BankOutcome.REFUSED_STATE: _("The file is not at this step any more."),
}
SETTLING_WORDS = {
    SettlingOutcome.BOOKED: _("Booked under the bank's reference number."),
    SettlingOutcome.CORRECTED: _("Corrected by the difference."),
    SettlingOutcome.REPEATED: _("The difference is settled already."),
    SettlingOutcome.REFUSED_NOT_THE_BANKS: _("The held record is no difference with a bank."),
    SettlingOutcome.REFUSED_AMOUNT: _("The amount is out of bounds, or nothing is booked that could be taken back."),
    SettlingOutcome.REFUSED_UNKNOWN_PERSON: _("Nobody has this number."),
    SettlingOutcome.REFUSED_NOTHING: _("The books say just that: write the held record off."),
    SettlingOutcome.REFUSED_SPENT: _("So much is not in the purse any more: nothing is taken below zero."),
}
SUBSIDY_WORDS = {
    SubsidyOutcome.REPEATED: _("It was so already. Nothing changed."),
    SubsidyOutcome.REFUSED_NOBODY: _("Nobody would get anything: look at the numbers and amounts."),
    SubsidyOutcome.REFUSED_TOO_MANY: _("So many people do not go into one batch: take unit by unit."),
    SubsidyOutcome.REFUSED_NOTHING: _("Nothing waits to be collected."),
    SubsidyOutcome.REFUSED_AMOUNT: _("The amount is above the most that a person gets from one batch."),
    SubsidyOutcome.REFUSED_END: _("The last day is over."),
    SubsidyOutcome.REFUSED_STATE: _("The batch is not at this step, or does not take unspent money back."),
    SubsidyOutcome.REFUSED_CHANGED: _("The list is not the one that was proposed: propose it anew."),
    SubsidyOutcome.REFUSED_STALE: _("Somebody has left since the list was checked: check it again and propose it anew."),
    SubsidyOutcome.REFUSED_NOT_OVER: _("The last day is not over yet."),
    SubsidyOutcome.REFUSED_TAKE_BACK_FIRST: _("Take unspent subsidies back first: the batch says so."),
    SubsidyOutcome.REFUSED_UNKNOWN_PERSON: _("Somebody named is not in this batch."),
}
