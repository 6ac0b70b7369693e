"""What a merged record's cancelled card bought offline, and arrives late, is booked to the record that stays."""

from __future__ import annotations

from datetime import timedelta

from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.merge_people import MergeOutcome, merge_people
from onecard.kernel import clock
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.types import Outcome
from tests.world import CARD_NO, NOON, World, balances, broken_invariants


def test_a_late_record_finds_the_purse_of_who_stays(world: World) -> None:
    cancel_card(world.cast.clerk, CARD_NO["chen"])
    with clock.at(NOON + timedelta(hours=1)):
        outcome = merge_people(world.cast.clerk, world.people["chen"], into="20261002", because="registered twice")
    assert outcome is MergeOutcome.DONE
    [answer] = collect_purchases([world.record(1, who="chen", amount_fen=1_500)], received_at=NOON + timedelta(hours=2))
    assert answer.outcome is Outcome.BOOKED
    assert (balances(world)["chen"], balances(world)["wang"]) == (0, 18_500)
    assert broken_invariants() == {}
