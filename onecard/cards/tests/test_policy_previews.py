from __future__ import annotations

from datetime import timedelta

from onecard.cards.actions.replace_card import replace_card
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.models import Card
from onecard.cards.policy_previews import replacement_fee, temporary_deposit
from onecard.cards.types import CardKind
from onecard.kernel import clock
from onecard.policies.previews import Term
from tests.world import CARD_NO, DAY, NOON, World

TERM = Term(DAY, DAY + timedelta(days=2))


def test_fees_for_the_replacements_of_the_term(world: World) -> None:
    for number, (who, day) in enumerate((("lin", 0), ("wang", 2), ("chen", 3))):
        with clock.at(NOON + timedelta(days=day)):
            report_loss(world.cast.clerk, CARD_NO[who], at=clock.now() - timedelta(days=1, hours=1))
            replace_card(world.cast.clerk, CARD_NO[who], new_card_no=2_001 + number)
    assert [(one.number, one.is_money) for one in replacement_fee(2_000, TERM)] == [(2, False), (4_000, True)]


def test_deposits_for_the_temporary_cards_of_the_term(world: World) -> None:
    Card.objects.filter(card_no=CARD_NO["lin"]).update(kind=CardKind.TEMPORARY, issued_at=NOON)
    Card.objects.filter(card_no=CARD_NO["wang"]).update(kind=CardKind.TEMPORARY, issued_at=NOON - timedelta(days=2))
    assert [one.number for one in temporary_deposit(2_000, TERM)] == [1, 2_000]
