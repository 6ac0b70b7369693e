"""补办（免等待）: replace a lost card before the waiting time is over, with a colleague's approval."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.cards.actions.replace_card import replace
from onecard.cards.types import CardOutcome, PaidBy


@approved(
    "cards.replace_card_at_once",
    title=_("Replace a lost card at once"),
    words={"new_card_no": _("number of the new card"), "fee": _("fee paid"), "desk": _("desk")},
    read_subject=int,
)
def replace_card_at_once(
    actor: Actor, card_no: int, *, new_card_no: int, fee: str = PaidBy.COUNTER.value, desk: str = ""
) -> CardOutcome:
    """As `replace_card`, without the waiting time: records of the lost card may still be on their way."""
    return replace(actor, card_no, new_card_no=new_card_no, fee=PaidBy(fee), desk=desk, waits=False)
