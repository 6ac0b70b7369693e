"""测试卡: register a number for trying terminals (clause N3-4.3: never on real money)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import TestCard
from onecard.cards.queries import number_refusal
from onecard.cards.types import CardOutcome
from onecard.kernel import clock


@action("cards.register_test_card")
def register_test_card(actor: Actor, card_no: int, *, purpose: str) -> CardOutcome:
    """Keep the number for tests. No card of a person ever gets it, so a terminal's purchase with it is declined as unknown.

    What a terminal sold with it offline is held as unknown and written off. Refused for a number that a card has.
    """
    taken = number_refusal(card_no)
    if taken is not None:
        return CardOutcome.REPEATED if taken is CardOutcome.REFUSED_TEST_NUMBER else taken
    TestCard.objects.create(card_no=card_no, purpose=purpose, registered_by=actor.name, registered_at=clock.now())
    return CardOutcome.DONE
