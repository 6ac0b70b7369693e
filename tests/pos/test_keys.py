"""Keys of the browser's point of sale while sales wait to be sent: a new key, and enrolled again after it was revoked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.enable_terminal import enable_terminal
from onecard.terminals.actions.revoke_terminal import revoke_terminal
from onecard.terminals.models import Enrolment
from tests.pos.conftest import PAGE_MS, GatewayProcess, Open, after_the_centre, assert_books_are, publish
from tests.world import CARD_NO, World, balances

pytestmark = pytest.mark.slow
WANG, CHEN = CARD_NO["wang"], CARD_NO["chen"]


@pytest.mark.parametrize("is_answer_lost", [False, True])
def test_a_new_key_loses_nothing(open_pos: Open, own_world: World, gateway: GatewayProcess, *, is_answer_lost: bool) -> None:
    """Rolled while a sale waits to be sent; when the answer is lost, whichever key is good opens the next session."""
    publish(own_world, heartbeat_s=60)
    pos = open_pos(service_workers="block").enrol()
    gateway.stop()
    pos.sell("2", WANG, told="sold")
    pos.page.route("**/v1/roll", after_the_centre(lambda _route: is_answer_lost))
    enrolment = Enrolment.objects.get(terminal__code="plain")
    gateway.start()
    pos.page.click("#menu")
    with pos.page.expect_response("**/v1/heartbeat"):
        pos.page.click("#try-now")
    pos.page.click("#roll-key")
    said = "did not answer" if is_answer_lost else "The key is new"
    expect(pos.page.locator("#key-said")).to_contain_text(said, timeout=PAGE_MS)
    pos.page.click("#close-device")
    key, rolled_at = Enrolment.objects.values_list("key", "rolled_at").get(pk=enrolment.pk)
    assert bytes(key) != bytes(enrolment.key)
    assert rolled_at is not None
    pos.all_sent()
    pos.page.reload()
    pos.is_online()
    pos.sell("3", WANG, told="paid")
    assert_books_are(pos)
    assert balances(own_world)["wang"] == 10_000 - 500


def test_disabled_then_revoked_then_enrolled_again(open_pos: Open, own_world: World, gateway: GatewayProcess) -> None:
    publish(own_world)
    pos = open_pos().enrol()
    pos.sell("1", WANG, told="paid")
    disable_terminal(own_world.cast.clerk, "plain", reason="stocktaking")
    pos.is_stopped()
    assert "disabled" in pos.sell("1", WANG, told="refused")
    enable_terminal(own_world.cast.clerk, "plain")
    pos.is_online()
    gateway.stop()
    pos.sell("2", WANG, told="sold")
    revoke_terminal(own_world.cast.clerk, "plain")
    gateway.start()
    pos.is_stopped()
    assert "revoked" in pos.sell("1", CHEN, told="refused")
    pos.page.reload()
    assert "revoked" in pos.sell("1", CHEN, told="refused")
    pos.page.click("#menu")
    pos.page.on("dialog", lambda dialog: dialog.accept())
    pos.page.click("#enrol-anew")
    pos.enrol()
    pos.sell("3", WANG, told="paid")
    kept = {(row["batch_no"], row["seq"]): (row["standing"], row["outcome"]) for row in pos.journal()}
    # Signed with the new key before it was sent. (Its number depends on when the page knew it was disabled.)
    assert [batch for (batch, _seq), told in kept.items() if told == ("COLLECTED", "BOOKED")] == [1]
    assert kept[2, 1] == ("PAID", "APPROVED")
    assert balances(own_world)["wang"] == 10_000 - 100 - 200 - 300
    assert_books_are(pos)
