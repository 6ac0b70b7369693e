"""A card's life against a small model: whatever steps come in whatever order, the card goes where the model goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onecard.access.types import Actor
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.extend_card import extend_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.return_card import return_card
from onecard.cards.actions.scrap_card import scrap_card
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.cards.models import Card
from onecard.cards.tests.office import freshmen
from onecard.cards.types import CardOutcome, CardStage, Step
from onecard.kernel import clock
from tests.world import DAY, NOON, World, broken_invariants

TODAY, NEXT_YEAR = DAY, DAY + timedelta(days=365)
DO: dict[Step, Callable[[Actor, int], CardOutcome]] = {
    Step.ACTIVATE: activate_card,
    Step.REPORT_LOSS: report_loss,
    Step.WITHDRAW_LOSS: withdraw_loss_report,
    Step.FREEZE: freeze_card,
    Step.UNFREEZE: unfreeze_card,
    Step.EXTEND: lambda actor, card_no: extend_card(actor, card_no, until=NEXT_YEAR),
    Step.RETURN: return_card,
    Step.SCRAP: lambda actor, card_no: scrap_card(actor, card_no, reason="walk"),
    Step.CANCEL: cancel_card,
}
OPEN = {"issued", "active", "lost", "frozen", "expired"}
steps = st.lists(st.sampled_from(sorted(DO)), min_size=1, max_size=14)


PLAIN = {
    **{(stage, Step.RETURN): "returned" for stage in (OPEN | {"cancelled"}) - {"lost"}},
    **{(stage, Step.CANCEL): "cancelled" for stage in OPEN},
    ("active", Step.FREEZE): "frozen",
    ("expired", Step.FREEZE): "frozen",
    ("returned", Step.SCRAP): "scrapped",
}
TO_USE = {("issued", Step.ACTIVATE), ("frozen", Step.UNFREEZE)}


class Model:
    """What a clerk would say of the card."""

    def __init__(self, *, expires: bool) -> None:
        self.stage, self.before_loss, self.is_over = "issued", "", expires

    def usable(self) -> str:
        return "expired" if self.is_over else "active"

    def take(self, step: Step) -> None:
        was = self.stage
        if (was, step) in PLAIN:
            self.stage = PLAIN[was, step]
        elif (was, step) in TO_USE:
            self.stage = self.usable()
        elif step is Step.REPORT_LOSS and was in OPEN - {"lost"}:
            self.before_loss, self.stage = was, "lost"
        elif step is Step.WITHDRAW_LOSS and was == "lost":
            self.stage = self.before_loss
        elif step is Step.EXTEND and was in ("issued", "active", "expired"):
            self.is_over = False
            self.stage = "issued" if was == "issued" else "active"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(taken=steps, expires=st.booleans())
def test_a_walk(world: World, taken: list[Step], expires: bool) -> None:
    card_no = (Card.objects.order_by("-card_no").values_list("card_no", flat=True).first() or 0) + 1
    with clock.at(NOON):
        [person_id] = freshmen(1, first=card_no)
        until = TODAY - timedelta(days=1) if expires else None
        assert issue_card(world.cast.clerk, card_no, person_id=person_id, expires_on=until) is CardOutcome.DONE
        model = Model(expires=expires)
        for step in taken:
            was = model.stage
            model.take(step)
            outcome = DO[step](world.cast.clerk, card_no)
            assert (outcome is CardOutcome.DONE) is (model.stage != was or (step is Step.EXTEND and outcome is CardOutcome.DONE))
            assert Card.objects.get(card_no=card_no).stage is CardStage(model.stage)
        done = Card.objects.get(card_no=card_no).steps.count()
    assert done >= 1
    assert broken_invariants() == {}
