"""Outcomes of the counter in words for who stands before it: why not, and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OUTCOME_WORDS = {
    "DONE": _("Booked."),
    "REPEATED": _("It was booked already: this is its slip."),
    "REFUSED_KEY_TAKEN": _("This form was sent before with another amount. Open the person again."),
    "REFUSED_NO_SHIFT": _("You have no open shift. Open one at your till first."),
    "REFUSED_NOT_DUE": _(
        "Nothing of that kind is due for this card: somebody booked it already, or the card's steps changed it."
    ),
    "REFUSED_NOT_ALLOWED": _("No money is paid out at the counter now (policy)."),
    "REFUSED_PERSON_LEFT": _("The person has left: nothing is paid in any more. What is left is refunded."),
    "REFUSED_AMOUNT": _("The amount is outside what may be booked at once."),
    "REFUSED_NOT_IDENTIFIED": _("Check who it is first."),
    "REFUSED_OUTSIDE_WINDOW": _("Deposits are taken in the deposit windows. Outside them, have a reason approved."),
    "REFUSED_DAY_LIMIT": _("The person would get more than the limit of a day."),
    "REFUSED_NEEDS_SECOND_PERSON": _("So much is paid out only with a second person's approval: propose it."),
    "REFUSED_ABOVE_CAP": _("The purse would hold more than it may."),
    "REFUSED_INSUFFICIENT": _("The purse holds less than that."),
    "REFUSED_DRAWER_SHORT": _("The drawer holds less than that by the book."),
    "REFUSED_NO_REASON": _("Say why."),
    "REFUSED_NOT_OWN_SHIFT": _("A slip is taken back by its clerk on the same shift. Later it is a correction with approval."),
    "REFUSED_IS_REVERSAL": _("A reversal is not reversed: book the amount anew."),
    "REFUSED_REVERSED": _("The slip was taken back already."),
    "REFUSED_PAID_BACK": _("The deposit was paid back: take that slip back first."),
    "REFUSED_TOO_LATE": _("It is too long ago to take it back. It needs a correction with approval."),
    "REFUSED_SPENT": _("The person has spent of it meanwhile: the purse holds less."),
}
"""Of bookings, by the outcome's name."""

SHIFT_WORDS = {
    "DONE": _("Done."),
    "REPEATED": _("It is so already. Nothing changed."),
    "COUNT_AGAIN": _("The drawer differs from the book. Count again, and explain if it differs still."),
    "DIFFERS": _("Counted. The difference is noted with your explanation."),
    "REFUSED_TILL_IN_USE": _("Another shift is open at this till."),
    "REFUSED_HAS_SHIFT": _("You have a shift already."),
    "REFUSED_FLOAT_DIFFERS": _("That is not what should be in the drawer. Count the float again, or call a second person."),
    "REFUSED_STATE": _("The shift is not at this step."),
    "REFUSED_NOT_OWN_SHIFT": _("This is another clerk's shift."),
    "REFUSED_COUNT": _("No drawer holds this, or it was counted too often."),
    "REFUSED_OWN_SHIFT": _("A second person closes the shift."),
    "REFUSED_ABOVE_TOLERANCE": _("The difference is above what is tolerated: propose the close with an explanation."),
    "REFUSED_FLOAT_TOO_HIGH": _("The drawer holds less than the float that should stay."),
    "REFUSED_NO_REASON": _("Say why."),
}
"""Of shifts, by the outcome's name."""

HANDOVER_WORDS = {
    "DONE": _("Done."),
    "REPEATED": _("It is so already. Nothing changed."),
    "REFUSED_NOTHING": _("No closed shift's cash waits to be handed over."),
    "REFUSED_STATE": _("The hand-over is not at this step."),
    "REFUSED_SAME_PERSON": _("Two different people are needed."),
    "REFUSED_AMOUNT_DIFFERS": _("That is not the amount of the list. Count again together; do not sign for another amount."),
    "REFUSED_WITNESS_WAITS": _("Too many wrong passwords under the witness's name. Wait some minutes, or ask another colleague."),
    "REFUSED_WITNESS": _("The witness's operator number or password is wrong."),
    "REFUSED_SAFE_LIMIT": _("The safe would hold more than it may: hand the cash to finance."),
    "REFUSED_BAG": _("Name the bag and its seal."),
}
"""Of hand-overs, by the outcome's name."""
