from __future__ import annotations

from datetime import time

from onecard.kernel import clock
from onecard.merchants.models import Merchant
from onecard.policies.actions.set_policy import set_policy
from onecard.policies.queries import values_of
from onecard.terminals import policy_checks
from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.actions.register_terminal import register_terminal
from onecard.terminals.policy_checks import CAP, PIN
from tests.world import NOON, World


def found(check: str) -> list[tuple[str, bool]]:
    with clock.at(NOON):
        return [(one.place, one.is_fault) for one in getattr(policy_checks, check)(values_of([CAP, PIN]))]


def test_a_terminals_limit_above_the_cap_is_a_fault(world: World) -> None:
    canteen = Merchant.objects.get(code="canteen").pk
    register_terminal(world.cast.clerk, "high", merchant_id=canteen, single_limit_fen=100_001)
    register_terminal(world.cast.clerk, "at-cap", merchant_id=canteen, single_limit_fen=100_000, hours=(time(6), time(9)))
    assert found("single_limits") == [("high", True)]
    disable_terminal(world.cast.clerk, "high", reason="set wrong")
    assert found("single_limits") == []


def test_offline_limits_above_the_pins_are_noted(world: World) -> None:
    def publish(scope: str, single_limit_fen: int) -> None:
        content = {"offline": {"single_limit_fen": single_limit_fen}}
        publish_parameters(world.cast.clerk, scope, content=content, effective_from=NOON.isoformat(), reason="x")

    publish("all", 2_500)
    publish("merchant:canteen", 9_900)
    assert [place for place, _fault in found("offline_limits")] == [str(Merchant.objects.get(code="canteen"))]
    publish("merchant:canteen", 2_000)
    assert found("offline_limits") == []
    with clock.at(NOON):
        set_policy(world.cast.clerk, PIN, value=2_400, effective_from=None, reason="x")
    assert found("offline_limits") == [("*", False)]
