"""What no terminal should send: refused with a clear code, counted, and never written to the log with what is secret."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from onecard.gateway import app as application
from onecard.gateway.app import Gateway
from onecard.gateway.tests.conftest import Device, Door, stop
from onecard.kernel import clock
from onecard.ledger.models import HeldRecord, Transfer
from onecard.purchases.models import Purchase
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.revoke_terminal import revoke_terminal
from onecard.terminals.rules import microseconds
from tests.world import broken_invariants

NESTED = b"[" * 200_000
HUGE = b'{"purchases": [' + b" " * 70_000 + b"]}"


def counted(door: Door, code: str) -> float:
    text = door("/metrics", method="GET").body.decode()
    line = next((line for line in text.splitlines() if line.startswith(f'onecard_gateway_refusals_total{{code="{code}"}}')), "0")
    return float(line.rpartition(" ")[2])


BODIES: list[tuple[bytes, str]] = [
    (b"", "BAD_JSON"),
    (b"{", "BAD_JSON"),
    (b"[]", "INVALID"),
    (b"null", "INVALID"),
    (b'{"purchases": []}', "INVALID"),
    (b'{"purchases": [{"mac": "\xff\xfe"}]}', "BAD_JSON"),
    (b'{"purchases": [], "more": 1}', "INVALID"),
    (NESTED[:60_000], "INVALID"),
    (b'{"purchases":' + NESTED[:60_000], "INVALID"),
    (b'{"wants_balance": ' + NESTED[:60_000], "INVALID"),
    (HUGE, "TOO_LARGE"),
    (b'{"purchases": [1e400]}', "INVALID"),
]


@pytest.mark.parametrize(("body", "code"), BODIES, ids=lambda value: str(value[:20]))
def test_bodies_that_are_none(device: Device, body: bytes, code: str) -> None:
    before = counted(device.door, code)
    answer = device.call("/v1/purchases", raw=body)
    assert answer.code == code
    assert answer.json["error"]["message"]
    assert counted(device.door, code) == before + 1


FIELDS: list[dict[str, Any]] = [
    {"seq": 0},
    {"seq": 1_000_000_000},
    {"seq": 1.0},
    {"seq": 1.5},
    {"seq": "1"},
    {"seq": True},
    {"seq": None},
    {"batch_no": -1},
    {"batch_no": 2**31},
    {"amount_fen": 0},
    {"amount_fen": -5},
    {"amount_fen": 2**63},
    {"card_no": 2**64},
    {"occurred_at_us": -1},
    {"occurred_at_us": 253_402_300_800_000_000},
    {"mac": "AA" * 16},
    {"mac": "00"},
    {"pin": "12345"},
    {"pin": "１２３４５６"},
    {"more": 1},
]


@pytest.mark.parametrize("change", FIELDS, ids=str)
def test_values_out_of_bounds(device: Device, change: dict[str, Any]) -> None:
    answer = device.call("/v1/purchases", {"purchases": [{**device.record(1), **change}]})
    assert (answer.status, answer.code) == (422, "INVALID")
    [field] = change
    assert field in answer.json["error"]["message"]
    assert not Purchase.objects.exists()


def test_a_wrong_mac_books_nothing_of_the_request(device: Device) -> None:
    good, bad = device.record(1), {**device.record(2), "amount_fen": 1}
    for path, name in (("/v1/purchases", "purchases"), ("/v1/reversals", "reversals")):
        assert device.call(path, {name: [good, bad]}).code == "BAD_MAC"
    assert not Purchase.objects.exists()


def test_another_terminals_record_is_not_taken(door: Door) -> None:
    mine, theirs = door.enrol("plain").open(), door.enrol("shop").open()
    record = theirs.record(1)
    assert mine.call("/v1/purchases", {"purchases": [record]}).code == "BAD_MAC"
    collected = mine.call("/v1/collections", {"records": [record]}).json["results"]
    assert [one["outcome"] for one in collected] == ["HELD_BAD_MAC"]
    assert not Transfer.objects.filter(source_seq=10**9 + 1).exists()


def test_a_collection_keeps_what_cannot_be_read_and_books_the_rest(device: Device) -> None:
    torn: list[Any] = [{"seq": "x"}, "NUL \u0000 inside", 7, None, {**device.record(9), "amount_fen": "1"}, [[[[1]]]]]
    answer = device.call("/v1/collections", {"records": [device.record(1), *torn, device.record(2)]}).json
    assert [one["outcome"] for one in answer["results"]] == ["BOOKED", *["HELD_INVALID"] * len(torn), "BOOKED"]
    raws = {row.raw["unreadable"] for row in HeldRecord.objects.all()}
    assert raws == {json.dumps(one) for one in torn}
    assert broken_invariants() == {}


def test_a_collected_record_that_is_no_utf_8_stops_no_other(device: Device) -> None:
    """Torn storage: as it came, with a mark in place of what is no text, it is held."""
    good = json.dumps(device.record(1)).encode()
    body = b'{"records": [{"mac": "\xff\xfe"}, {"\xff": 1}, ' + good + b"]}"
    answer = device.call("/v1/collections", raw=body).json
    assert [one["outcome"] for one in answer["results"]] == ["HELD_INVALID", "HELD_INVALID", "BOOKED"]
    raws = {row.raw["unreadable"] for row in HeldRecord.objects.all()}
    assert raws == {'{"mac": "\ufffd\ufffd"}', '{"\ufffd": 1}'}


@pytest.mark.parametrize("change", [one for one in FIELDS if "pin" not in one and "amount_fen" not in one], ids=str)
def test_collected_values_out_of_bounds_are_held(device: Device, change: dict[str, Any]) -> None:
    answer = device.call("/v1/collections", {"records": [{**device.record(1), **change}, device.record(2)]}).json
    assert [one["outcome"] for one in answer["results"]] == ["HELD_INVALID", "BOOKED"]


COLLECTIONS: list[tuple[bytes, str]] = [
    (b'{"records": ' + NESTED + b"}", "BAD_JSON"),
    (b'{"records": [' + b'{"a": ' * 50_000 + b"1" + b"}" * 50_000 + b"]}", "BAD_JSON"),
    (b'{"records": [' + b"1," * 5_000 + b"1]}", "INVALID"),
    (b'{"records": [' + b" " * 2**21 + b"]}", "TOO_LARGE"),
]


@pytest.mark.parametrize(("body", "code"), COLLECTIONS, ids=["nested lists", "nested objects", "5,001 records", "over 2 MiB"])
def test_collections_that_are_none(device: Device, body: bytes, code: str) -> None:
    assert device.call("/v1/collections", raw=body).code == code
    assert not HeldRecord.objects.exists()


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic x", "Bearer " + "x" * 300, "Bearer wrong"])
def test_no_token_or_none_that_is_good(door: Door, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    answer = door("/v1/missing", method="GET", headers=headers)
    assert (answer.status, answer.code, answer.headers["www-authenticate"]) == (401, "BAD_TOKEN", "Bearer")


@pytest.mark.parametrize(
    ("path", "method", "headers", "code"),
    [
        ("/v1/purchases", "GET", {}, "BAD_METHOD"),
        ("/v1/blacklist", "DELETE", {}, "BAD_METHOD"),
        ("/v1/nothing", "POST", {}, "NO_SUCH_PATH"),
        ("/../etc/passwd", "GET", {}, "NO_SUCH_PATH"),
        ("/v1/purchases", "POST", {"content-type": "text/xml"}, "NOT_JSON"),
        ("/v1/purchases", "POST", {"content-length": "3000000"}, "TOO_LARGE"),
        ("/v1/purchases", "POST", {"content-length": "-1"}, "TOO_LARGE"),
    ],
)
def test_wrong_doors(device: Device, path: str, method: str, headers: dict[str, str], code: str) -> None:
    assert device.call(path, {}, method=method, headers=headers).code == code


@pytest.mark.parametrize("query", ["since=-1", "since=x", "limit=0", "limit=10001", "other=1", "since=" + "9" * 40, "after=%FF"])
def test_wrong_query_strings(device: Device, query: str) -> None:
    assert device.call("/v1/blacklist", method="GET", query=query).code == "INVALID"


def test_versions_that_do_not_exist(device: Device) -> None:
    for query in ("since=999", "version=999"):
        assert device.call("/v1/blacklist", method="GET", query=query).code == "CONFLICT"
    assert device.call("/v1/parameters/applied", {"version": 999}).code == "CONFLICT"


def test_a_terminal_that_asks_too_often_waits(door: Door) -> None:
    device = door.enrol().open()
    door.app._terminal_limit._rate, door.app._terminal_limit._burst = 0.5, 2
    door.app._terminal_limit._buckets.clear()
    codes = [device.call("/v1/missing", method="GET") for _ in range(3)]
    assert [one.status for one in codes] == [200, 200, 429]
    assert int(codes[2].headers["retry-after"]) >= 1


def test_a_full_lane_says_busy_and_books_nothing_of_it(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {way: (book, batch, 1) for way, (book, batch, _most) in application.LANES.items()}
    monkeypatch.setattr(application, "LANES", ways)
    door = Door(Gateway(), world=device.door.world)
    with door.runner:
        answer = door("/v1/purchases", {"purchases": [device.record(1), device.record(2)]}, token=device.token)
        assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "BUSY", "2")
        assert not Purchase.objects.exists()
        assert door("/v1/purchases", {"purchases": [device.record(1)]}, token=device.token).status == 200
        door.runner.run(stop(door.app))


def test_a_gateway_that_stops_takes_nothing_more(device: Device) -> None:
    door = Door(Gateway(), world=device.door.world)
    with door.runner:
        assert door("/v1/missing", method="GET", token=device.token).status == 200
        door.runner.run(stop(door.app))
        answer = door("/v1/purchases", {"purchases": [device.record(1)]}, token=device.token)
    assert (answer.status, answer.code) == (503, "BUSY")
    assert not Purchase.objects.exists()


def test_a_slow_body_is_cut_off(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr(application, "BODY_TIMEOUT_S", 0.01)
    answers: list[Any] = []

    async def never() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        answers.append(message)

    headers = [(b"content-length", b"10"), (b"authorization", f"Bearer {device.token}".encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/purchases",
        "query_string": b"",
        "headers": headers,
        "client": ("a", 1),
    }
    device.door.runner.run(device.door.app(scope, never, send))
    assert answers[0]["status"] == 408
    assert json.loads(answers[1]["body"])["error"]["code"] == "TOO_SLOW"


def test_nothing_secret_is_logged(door: Door, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.DEBUG)
    device = door.enrol(scheme="hmac-sha256").open()
    record = {**device.record(1), "pin": "482913"}
    device.call("/v1/purchases", {"purchases": [record]})
    device.call("/v1/purchases", {"purchases": [{**record, "amount_fen": 7}]})
    monkeypatch.setattr("onecard.gateway.keeping.missing_of", lambda gaps: 1 / 0)
    assert device.call("/v1/missing", method="GET").code == "BROKEN"
    revoke_terminal(door.world.cast.clerk, "plain")
    device.call("/v1/purchases", {"purchases": [record]})
    code = issue_enrolment_code(door.world.cast.clerk, "shop").code
    rolling = door.enrol("night", scheme="hmac-sha256").open()
    monkeypatch.setattr("onecard.gateway.enrolment.enrol_device", lambda *_given, **_more: 1 / 0)
    wanted = {"terminal": "shop", "scheme": "hmac-sha256", "serial_no": "S", "model": "", "firmware": ""}
    assert door("/v1/enrol", {**wanted, "code": code}).code == "BROKEN"
    shared_key = rolling.call("/v1/roll", {}).json["shared_key"]
    request = rolling.session_request()  # with the key that holds no more
    assert door("/v1/session", request).code == "BAD_SIGNATURE"
    said = caplog.text
    assert said.count("ZeroDivisionError") == 2
    secrets = (device.token, device.key.hex(), device.record_key.hex(), record["mac"], "482913", str(record["card_no"]))
    for secret in (*secrets, code, shared_key, rolling.token, request["signature"], request["challenge"]):
        assert str(secret) not in said


def test_clocks_that_are_wrong_by_years(device: Device) -> None:
    for seq, moment_us in ((1, 0), (2, microseconds(clock.now()) + 10**15)):
        record = device.record(seq, occurred_at_us=moment_us)
        assert device.call("/v1/purchases", {"purchases": [record]}).json["results"][0]["outcome"] == "APPROVED"
        collected = device.call("/v1/collections", {"records": [device.record(seq + 10, occurred_at_us=moment_us)]}).json
        assert collected["results"][0]["outcome"] == "HELD_INVALID"
