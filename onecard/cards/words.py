"""What the pages say: why something is refused and what to do instead, in words of the counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.cards.types import CardOutcome, CardStage, DeskOutcome, JobOutcome, PinOutcome, StockOutcome

CARD_SAYS: Mapping[CardOutcome, Any] = {
    CardOutcome.REFUSED_SCRAPPED: _("The card is scrapped."),
    CardOutcome.REFUSED_CANCELLED: _("The card is cancelled."),
    CardOutcome.REFUSED_NOT_MADE: _("Only a card that was made in advance is handed out."),
    CardOutcome.REFUSED_NOT_ISSUED: _("Only an issued card can be activated."),
    CardOutcome.REFUSED_NOT_ACTIVE: _("Only an active card can be frozen."),
    CardOutcome.REFUSED_NOT_LOST: _("The card is not reported lost."),
    CardOutcome.REFUSED_NOT_FROZEN: _("The card is not frozen."),
    CardOutcome.REFUSED_NOT_RETURNED: _("Only a card that is back is scrapped: take it back first."),
    CardOutcome.REFUSED_LOST: _("The card is reported lost: withdraw the report first."),
    CardOutcome.REFUSED_FROZEN: _("The card is frozen: unfreeze it first."),
    CardOutcome.REFUSED_EXPIRED: _("The card has expired: extend it first."),
    CardOutcome.REFUSED_KIND: _("This kind of card does not take this step."),
    CardOutcome.REFUSED_NO_UNIT: _("A unit has to ask for a card of this kind: name it."),
    CardOutcome.REFUSED_DATE: _("The day is past, no later than now, or further away than this kind of card allows."),
    CardOutcome.REFUSED_WAITING: _("The waiting time after the loss report is not over. Before, a colleague has to approve it."),
    CardOutcome.REFUSED_NUMBER_TAKEN: _("This card number is taken."),
    CardOutcome.REFUSED_TEST_NUMBER: _("This is the number of a test card."),
    CardOutcome.REFUSED_HAS_CARD: _("This person holds as many cards of this kind as are allowed."),
    CardOutcome.REFUSED_NO_STOCK: _("The desk has no blank card left in the stock book."),
    CardOutcome.REFUSED_INSUFFICIENT: _("There is not enough in the cash purse. It can be paid in cash at the counter."),
}

STAGE_SAYS: Mapping[CardStage, Any] = {
    CardStage.MADE: _("The card lies in stock. Hand it out to its holder, or scrap it when it is no good."),
    CardStage.ISSUED: _("The card buys nothing yet. Activate it when its holder takes it."),
    CardStage.ACTIVE: _("The card can be used."),
    CardStage.LOST: _("The card buys nothing. Found again: withdraw the report. Not found: replace it after the waiting time."),
    CardStage.FROZEN: _("The card buys nothing until it is unfrozen."),
    CardStage.EXPIRED: _("The card buys nothing since its last day. Extend it, or take it back."),
    CardStage.CANCELLED: _("The card has ended; the money is on the person's accounts. If the card turns up, take it back."),
    CardStage.RETURNED: _("The card has ended and is back. Scrap it."),
    CardStage.SCRAPPED: _("The card has ended and is destroyed. Nothing more can be done with it."),
}

PIN_SAYS: Mapping[PinOutcome, Any] = {
    PinOutcome.DONE: _("Done. From now on it holds."),
    PinOutcome.REFUSED_CARD: _("This card has no PIN, or cannot have one in its state."),
    PinOutcome.REFUSED_BLOCKED: _("The PIN is blocked: see the holder's document, then unblock it."),
    PinOutcome.REFUSED_WRONG: _("The old PIN is wrong."),
    PinOutcome.REFUSED_NOT_SIX_DIGITS: _("A PIN has six digits."),
    PinOutcome.REFUSED_DEFAULT: _("This PIN is one of those that are tried first: choose another."),
    PinOutcome.REFUSED_REPETITION: _("This PIN repeats the same digits: choose another."),
    PinOutcome.REFUSED_RUN: _("This PIN is a run of digits: choose another."),
    PinOutcome.REFUSED_BIRTHDAY: _("This PIN reads as a date, or holds the holder's birthday: choose another."),
    PinOutcome.REFUSED_OWN_NUMBER: _("This PIN is the end of the holder's own number: choose another."),
    PinOutcome.REFUSED_RAISE: _("The holder can only lower the limits."),
}

STOCK_SAYS: Mapping[StockOutcome, Any] = {
    StockOutcome.REFUSED_BOX_TAKEN: _("A box with this number came before, with another content."),
    StockOutcome.REFUSED_NUMBERS: _("The numbers and the count do not agree."),
    StockOutcome.REFUSED_DECIDED: _("This slip is decided already."),
    StockOutcome.REFUSED_OWN: _("Who sent the cards does not confirm them: a colleague has to."),
    StockOutcome.REFUSED_COUNT: _("The slip says another count. Count again, or refuse the slip."),
    StockOutcome.REFUSED_NO_NOTE: _("Say why."),
    StockOutcome.REFUSED_SAME_PLACE: _("Slips go from one centre to the other."),
    StockOutcome.REFUSED_NO_STOCK: _("So many, or these, are not there."),
}

JOB_SAYS: Mapping[JobOutcome, Any] = {
    JobOutcome.REFUSED_NOBODY: _("Everybody on the list has a good card of this kind, or one in the making."),
    JobOutcome.REFUSED_NOT_YET: _("The card is not at this step yet."),
    JobOutcome.REFUSED_OVER: _("The card was checked or given up already."),
    JobOutcome.REFUSED_NO_STOCK: _("No blank card is left at the card-making centre."),
}

DESK_SAYS: Mapping[DeskOutcome, Any] = {
    DeskOutcome.DONE: _("Handed out and active."),
    DeskOutcome.REPEATED: _("It was handed out here already. Nothing changed."),
    DeskOutcome.REFUSED_UNKNOWN: _("There is no card and no person with this number."),
    DeskOutcome.REFUSED_NOT_IN_BATCH: _("This card is not in this batch."),
    DeskOutcome.REFUSED_CLOSED: _("This batch is closed."),
    DeskOutcome.REFUSED_NOT_YET: _("Its day has not come: say why it is closed before."),
    DeskOutcome.REFUSED_OTHER_COUNT: _("Meanwhile another card was handed out: propose it with the count of now."),
    DeskOutcome.REFUSED_ELSEWHERE: _("It was handed out at another desk already."),
    DeskOutcome.REFUSED_OTHER_BOX: _("This card is in another desk's box: send the person there."),
    DeskOutcome.REFUSED_STAGE: _("This card cannot be handed out: look at the person's cards."),
}
