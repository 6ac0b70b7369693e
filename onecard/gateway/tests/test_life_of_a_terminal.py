"""Enrolment, sessions, roll, revocation: who gets in and who doesn't."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onecard.gateway import signing
from onecard.gateway.tests.conftest import PRIVATE_KEY, Door
from onecard.kernel import clock
from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.revoke_terminal import revoke_terminal


@pytest.mark.parametrize("scheme", ["ed25519", "hmac-sha256"])
def test_enrol_open_and_buy(door: Door, *, scheme: str) -> None:
    device = door.enrol(scheme=scheme).open()
    answer = device.call("/v1/purchases", {"purchases": [device.record(1)], "wants_balance": True})
    assert answer.json == {
        "results": [
            {"batch_no": 1, "seq": 1, "outcome": "APPROVED", "first_outcome": None, "balance_fen": 12_500, "surcharge_fen": 0}
        ]
    }


def test_a_code_serves_once_and_wrong_tries_use_it_up(door: Door) -> None:
    device = door.enrol()
    assert device.open().token
    wanted = {"terminal": "plain", "scheme": "hmac-sha256", "serial_no": "S2", "model": "", "firmware": ""}
    code = issue_enrolment_code(door.world.cast.clerk, "plain").code
    for _ in range(5):
        assert door("/v1/enrol", {**wanted, "code": "AAAAA-AAAAA"}).code == "BAD_CODE"
    assert door("/v1/enrol", {**wanted, "code": code}).code == "BAD_CODE"
    code = issue_enrolment_code(door.world.cast.clerk, "plain").code
    assert door("/v1/enrol", {**wanted, "code": code.lower().replace("-", "")}).status == 200
    assert door("/v1/enrol", {**wanted, "code": code}).code == "BAD_CODE"
    assert device.call("/v1/missing", method="GET").code == "BAD_TOKEN"  # the new device took over


def test_a_challenge_serves_once_for_its_terminal_and_with_the_right_key(door: Door) -> None:
    device = door.enrol()
    request = device.session_request()
    assert door("/v1/session", {**request, "terminal": "shop"}).code == "BAD_SIGNATURE"
    assert door("/v1/session", {**request, "signature": "00" * 64}).code == "BAD_SIGNATURE"
    assert door("/v1/session", {**request, "challenge": request["challenge"][:-2] + "AA"}).code == "BAD_SIGNATURE"
    assert door("/v1/session", request).status == 200
    assert door("/v1/session", request).code == "BAD_SIGNATURE"


def test_a_challenge_grows_old(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    device = door.enrol()
    request = device.session_request()
    later(monkeypatch, seconds=61)
    assert door("/v1/session", request).code == "BAD_SIGNATURE"
    assert device.open().token


def test_a_session_grows_old_also_for_money(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    device = door.enrol().open()
    assert device.call("/v1/missing", method="GET").status == 200
    later(monkeypatch, hours=13)
    record = device.record(1)
    assert device.call("/v1/missing", method="GET").code == "BAD_TOKEN"
    assert device.call("/v1/purchases", {"purchases": [record]}).code == "BAD_TOKEN"
    assert device.call("/v1/collections", {"records": [record]}).code == "BAD_TOKEN"
    assert device.open().call("/v1/purchases", {"purchases": [record]}).json["results"][0]["outcome"] == "APPROVED"


def later(monkeypatch: pytest.MonkeyPatch, **passed: int) -> None:
    """Let the centre's clock go on, in every thread."""
    moment = clock.now() + timedelta(**passed)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_only_the_newest_session_is_good(door: Door) -> None:
    device = door.enrol().open()
    old = device.token
    device.open()
    assert door("/v1/missing", method="GET", token=old).code == "BAD_TOKEN"
    assert device.call("/v1/missing", method="GET").status == 200


def test_revoking_takes_effect_at_once_also_for_money(door: Door) -> None:
    device = door.enrol().open()
    assert device.call("/v1/purchases", {"purchases": [device.record(1)]}).status == 200
    revoke_terminal(door.world.cast.clerk, "plain")
    for path, message in (
        ("/v1/purchases", {"purchases": [device.record(2)]}),
        ("/v1/collections", {"records": [device.record(3)]}),
        ("/v1/reversals", {"reversals": [device.record(1)]}),
    ):
        assert device.call(path, message).code == "BAD_TOKEN"
    assert door("/v1/session", device.session_request()).code == "BAD_SIGNATURE"


def test_a_disabled_terminal_declines_and_still_collects(door: Door) -> None:
    device = door.enrol().open()
    disable_terminal(door.world.cast.clerk, "plain", reason="moved")
    answer = device.call("/v1/purchases", {"purchases": [device.record(1)]})
    assert answer.json["results"][0]["outcome"] == "DECLINED_TERMINAL_DISABLED"
    assert device.call("/v1/collections", {"records": [device.record(2)]}).json["results"][0]["outcome"] == "BOOKED"


def test_rolling_the_key_ends_the_session_and_the_old_key(door: Door) -> None:
    device = door.enrol().open()
    new_key = bytes(reversed(PRIVATE_KEY))
    public_key = signing.public_key_of(new_key).hex()
    signature = signing.sign(signing.roll_text(terminal="plain", public_key=public_key), scheme="ed25519", key=new_key)
    anothers = signing.sign(signing.roll_text(terminal="shop", public_key=public_key), scheme="ed25519", key=new_key)
    by_the_old = signing.sign(signing.roll_text(terminal="plain", public_key=public_key), scheme="ed25519", key=PRIVATE_KEY)
    for wrong in ("11" * 64, "11" * 32, anothers, by_the_old):
        assert device.call("/v1/roll", {"public_key": public_key, "signature": wrong}).code == "BAD_SIGNATURE"
    assert device.call("/v1/roll", {"public_key": public_key, "signature": signature}).status == 200
    assert device.call("/v1/missing", method="GET").code == "BAD_TOKEN"
    assert door("/v1/session", device.session_request()).code == "BAD_SIGNATURE"
    device.key = new_key
    assert device.open().call("/v1/missing", method="GET").status == 200


def test_a_shared_key_is_rolled_by_the_centre(door: Door) -> None:
    device = door.enrol(scheme="hmac-sha256").open()
    answer = device.call("/v1/roll", {})
    device.key = bytes.fromhex(answer.json["shared_key"])
    assert device.open().token


def test_the_time_is_signed(door: Door) -> None:
    code = issue_enrolment_code(door.world.cast.clerk, "shop").code
    device = {"scheme": "hmac-sha256", "serial_no": "S", "model": "", "firmware": ""}
    centre = door("/v1/enrol", {"terminal": "shop", "code": code, **device}).json["centre_key"]
    answer = door("/v1/time", method="GET", query="nonce=abc123").json
    text = signing.time_text(nonce="abc123", time_us=answer["time_us"])
    assert signing.is_signed(text, signature=answer["signature"], scheme="ed25519", key=bytes.fromhex(centre))
