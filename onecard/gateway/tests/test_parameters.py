"""/v1/parameters with everything set: what the centre publishes is what the terminal is told, value by value."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from onecard.access.types import Actor
from onecard.allowances.rules import allowance_checksum
from onecard.gateway import signing
from onecard.gateway.tests.conftest import Device
from onecard.kernel import clock
from onecard.terminals import queries
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.rules import microseconds
from tests.world import CARD_NO

CONTENT: dict[str, Any] = {
    "heartbeat_s": 12,
    "meal_periods": [
        {"name": "午餐", "starts_at_min": 630, "ends_at_min": 810},
        {"name": "night snack", "starts_at_min": 1_320, "ends_at_min": 60},
    ],
    "prices": [{"code": "D1", "name": "牛肉面", "price_fen": 1_250}, {"code": "D2", "name": "rice", "price_fen": 100}],
    "offline": {
        "is_allowed": True,
        "single_limit_fen": 1_500,
        "card_limit_fen": 3_000,
        "total_limit_fen": 500_000,
        "max_records": 2_000,
        "max_hours": 24,
        "needs_allowance": True,
    },
    "receipt_text": "请保管好小票\nThank you",
}


def publish(scope: str, content: dict[str, Any], *, since: timedelta = timedelta(0)) -> None:
    moment = clock.now() + since
    outcome = publish_parameters(Actor.system("test"), scope, content=content, effective_from=moment.isoformat(), reason="a test")
    assert outcome.name == "DONE"


def test_what_is_published_is_what_the_terminal_is_told(device: Device) -> None:
    built_in = device.call("/v1/parameters", method="GET").json
    assert (built_in["version"], built_in["meal_periods"], built_in["prices"]) == (0, [], [])
    publish("merchant:canteen", CONTENT)
    told = device.call("/v1/parameters", method="GET").json
    assert {name: told[name] for name in CONTENT} == CONTENT
    assert (told["merchant"], told["terminal_name"], told["utc_offset_min"]) == ("Canteen 1", "plain", 480)
    version, since, _content = queries.parameters_for(device.door.world.terminals["plain"], at=clock.now())
    assert (told["version"], told["effective_from_us"]) == (version, microseconds(since))
    assert version > 0


def test_a_heartbeat_names_it_and_the_terminal_says_that_it_applied_it(device: Device) -> None:
    publish("all", {**CONTENT, "heartbeat_s": 5})
    publish("terminal:plain", CONTENT)
    publish("terminal:plain", {**CONTENT, "heartbeat_s": 7}, since=timedelta(days=1))
    beat = {"sent_at_us": microseconds(clock.now()), "batch_no": 1, "last_seq": 0, "unsent": 0, "storage_pct": 0, "firmware": "1"}
    answer = device.call("/v1/heartbeat", {**beat, "blacklist_version": 0, "parameters_version": 0})
    told = device.call("/v1/parameters", method="GET").json
    assert answer.json["parameters_version"] == told["version"]
    assert told["heartbeat_s"] == 12
    assert device.call("/v1/parameters/applied", {"version": told["version"] + 1}).code == "CONFLICT"
    assert device.call("/v1/parameters/applied", {"version": told["version"]}).status == 200
    [facts] = queries.facts(terminal_id=device.door.world.terminals["plain"])
    assert facts.parameters_version == facts.parameters_due == told["version"]


BEAT = {
    "batch_no": 1,
    "last_seq": 0,
    "unsent": 0,
    "storage_pct": 0,
    "firmware": "1",
    "blacklist_version": 0,
    "parameters_version": 0,
}


def heard_version(device: Device, **said: object) -> int | None:
    """The version of the allowances that a heartbeat is told."""
    answer = device.call("/v1/heartbeat", {**BEAT, "sent_at_us": microseconds(clock.now()), **said})
    version: int | None = answer.json["allowances_version"]
    return version


def test_allowances_are_told_to_who_needs_them(device: Device) -> None:
    assert heard_version(device) is None
    assert device.call("/v1/allowances", method="GET").code == "CONFLICT"
    publish("terminal:plain", CONTENT)
    assert heard_version(device) == 3
    told = device.call("/v1/allowances", method="GET", query="since=0&limit=2").json
    assert (told["listed"], told["removed"], told["has_more"]) == ([[CARD_NO["lin"], 5_000], [CARD_NO["wang"], 5_000]], [], True)
    rest = device.call("/v1/allowances", method="GET", query=f"since={told['version']}").json
    assert (rest["listed"], rest["has_more"], rest["version"], rest["count"]) == ([[CARD_NO["chen"], 5_000]], False, 3, 3)
    everything = dict.fromkeys((CARD_NO["lin"], CARD_NO["wang"], CARD_NO["chen"]), 5_000)
    assert rest["checksum"] == signing.checksum_text(allowance_checksum(everything))
    assert device.call("/v1/allowances", method="GET", query="since=4").code == "CONFLICT"
    for held in (2, None):
        heard_version(device, allowances_version=held)
        [facts] = queries.facts(terminal_id=device.door.world.terminals["plain"])
        assert (facts.allowances_version, facts.allowances_changes) == (held, 1 if held else 0)
    for query in ("since=-1", "limit=0", "limit=10001", "since=x", "version=1"):
        assert device.call("/v1/allowances", method="GET", query=query).code == "INVALID"
