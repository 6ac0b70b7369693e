"""§1: what is not a request of the protocol is refused with a clear code, and breaks nothing."""

from __future__ import annotations

import asyncio
import json

from onecard.conformance.cases import Failed, expect
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import UNKNOWN_CARD, Kit
from onecard.conformance.wire import Answer, Ask
from onecard.gateway.handshake import Challenge

ROUND = 400
MOST_ROUNDS = 10
CHALLENGE = {"terminal": "T029"}
OUT_OF_BOUNDS = (
    {"seq": 0},
    {"seq": 1_000_000_000},
    {"batch_no": -1},
    {"batch_no": 2**31},
    {"amount_fen": 0},
    {"amount_fen": -5},
    {"amount_fen": 2**63},
    {"card_no": 2**64},
    {"occurred_at_us": -1},
    {"mac": "00"},
    {"mac": "AA" * 16},
    {"pin": "12345"},
)
OF_THE_WRONG_KIND = ('{"version": 1.5}', '{"version": "1"}', '{"version": true}', '{"version": null}', '{"version": 1e300}', "{}")
add = GATEWAY_CASES.add


async def is_alive(kit: Kit) -> None:
    """Failed unless the gateway answers."""
    (await kit.wire.send(Ask("POST", "/v1/challenge", CHALLENGE))).told(Challenge)


@add(1, is_golden=True)
async def no_such_path(kit: Kit) -> None:
    """An unknown address is 404 NO_SUCH_PATH.

    Answer every path that the OpenAPI file does not name with 404 and the body of a refusal.
    """
    (await kit.wire.send(Ask("POST", "/v1/nothing", {}))).refused("NO_SUCH_PATH")


@add(1, is_golden=True)
async def bad_method(kit: Kit) -> None:
    """A method that the address does not take is 405 BAD_METHOD.

    Look at the path first, then at the method.
    """
    (await kit.wire.send(Ask("GET", "/v1/purchases"))).refused("BAD_METHOD")


@add(1, is_golden=True)
async def not_json(kit: Kit) -> None:
    """A body of another content type is 415 NOT_JSON.

    Take application/json only.
    """
    text = Ask("POST", "/v1/challenge", CHALLENGE, headers={"content-type": "text/xml"})
    (await kit.wire.send(text)).refused("NOT_JSON")


@add(1, is_golden=True)
async def bad_json(kit: Kit) -> None:
    """A body that is not JSON, or cut in its middle, is 400 BAD_JSON.

    A body that cannot be parsed is the terminal's fault: 400, never 500.
    """
    for raw in (b'{"terminal": "T0', b"terminal=T029"):
        (await kit.wire.send(Ask("POST", "/v1/challenge", raw=raw))).refused("BAD_JSON")


@add(1)
async def bad_utf8(kit: Kit) -> None:
    """Bytes that are not UTF-8 are 400 BAD_JSON.

    Decode strictly; don't replace what cannot be read.
    """
    (await kit.wire.send(Ask("POST", "/v1/challenge", raw=b'{"terminal": "T\xff\xfe"}'))).refused("BAD_JSON")


@add(1)
async def deeply_nested(kit: Kit) -> None:
    """A body of 60,000 brackets is refused, and the gateway lives on.

    Bound the depth of what is parsed; a parser that recurses runs out of stack.
    """
    for raw in (b"[" * 60_000, b'{"terminal":' + b"[" * 60_000, b'{"terminal":' * 5_000):
        (await kit.wire.send(Ask("POST", "/v1/challenge", raw=raw))).refused("BAD_JSON", "INVALID")
    await is_alive(kit)


@add(1)
async def too_large(kit: Kit) -> None:
    """A body above 64 KiB is 413 TOO_LARGE.

    Refuse by Content-Length before reading; hanging up while the terminal still sends loses the answer.
    """
    (await kit.wire.send(Ask("POST", "/v1/challenge", raw=b" " * 70_000))).refused("TOO_LARGE")


@add(1)
async def too_large_in_pieces(kit: Kit) -> None:
    """A body above 64 KiB that comes in chunks, without its length beforehand, is 413 TOO_LARGE.

    Count while reading, and stop at the bound.
    """
    (await kit.http().send_in_pieces(Ask("POST", "/v1/challenge", raw=b" " * 90_000))).refused("TOO_LARGE")
    await is_alive(kit)


@add(1)
async def too_many(kit: Kit) -> None:
    """A flood of requests is held back: 429 TOO_MANY (or 503 BUSY) with Retry-After.

    Limit the requests of each terminal, and of each address without a session; say in Retry-After how many seconds to wait.
    """
    device = kit.one
    for _round in range(MOST_ROUNDS):
        answers = await asyncio.gather(*(device.get("/v1/missing") for _ in range(ROUND)))
        held_back = [answer for answer in answers if answer.status != 200]
        for answer in held_back:
            answer.refused("TOO_MANY", "BUSY")
        if held_back:
            await asyncio.sleep(max(_retry_after_s(answer) for answer in held_back))
            return
    raise Failed("429 TOO_MANY at some time", f"{ROUND * MOST_ROUNDS} requests answered with 200")


def _retry_after_s(answer: Answer) -> int:
    seconds = answer.headers.get("retry-after", "")
    if not seconds.isdigit() or not 1 <= int(seconds) <= 60:
        raise Failed(f"Retry-After of 1 to 60 seconds beside {answer.code}", seconds or "no such header")
    return int(seconds)


@add(1, is_golden=True)
async def unknown_field(kit: Kit) -> None:
    """A field that the message does not have is 422 INVALID.

    Refuse it in requests: a maker who mistypes an optional field must hear of it.
    """
    (await kit.wire.send(Ask("POST", "/v1/challenge", {**CHALLENGE, "more": 1}))).refused("INVALID")


@add(1, is_golden=True)
async def out_of_bounds(kit: Kit) -> None:
    """Numbers out of range are 422 INVALID, and the message names the field.

    Check every bound of the OpenAPI file before anything is booked.
    """
    record = kit.one.record(UNKNOWN_CARD, 50)
    for change in OUT_OF_BOUNDS:
        answer = await kit.one.post("/v1/purchases", {"purchases": [{**record, **change}]})
        answer.refused("INVALID")
        [field] = change
        if field not in json.loads(answer.body)["error"]["message"]:
            raise Failed(f"a message that names {field}", answer)


@add(1, is_golden=True)
async def wrong_kind(kit: Kit) -> None:
    """Fractions, texts, booleans and null where a number belongs, and nothing at all, are 422 INVALID.

    Don't convert: "1" is not 1, and neither is true.
    """
    for raw in OF_THE_WRONG_KIND:
        (await kit.one.post("/v1/parameters/applied", raw=raw.encode())).refused("INVALID")


@add(1, is_golden=True)
async def no_token(kit: Kit) -> None:
    """No token, another scheme, or an invented token is 401 BAD_TOKEN.

    Every address but enrol, challenge, session and time needs the token of a session.
    """
    for authorization in (None, "Basic dGVybWluYWw=", "Bearer", "Bearer invented", "Bearer " + "x" * 300):
        headers = {} if authorization is None else {"authorization": authorization}
        (await kit.wire.send(Ask("GET", "/v1/missing", headers=headers))).refused("BAD_TOKEN")


@add(1, is_golden=True)
async def bad_query(kit: Kit) -> None:
    """A query string with an unknown name, or a number out of range, is 422 INVALID.

    Check query strings as strictly as bodies.
    """
    for query in ({"limit": 0}, {"limit": 10_001}, {"since": -1}, {"since": "x"}, {"other": 1}):
        (await kit.one.get("/v1/blacklist", **query)).refused("INVALID")


@add(1)
async def number_of_records(kit: Kit) -> None:
    """Purchases: 1 to 100 a request, records of a collection: 1 to 5,000; any other number is 422 INVALID.

    Nothing is booked of such a request.
    """
    record = kit.one.record(UNKNOWN_CARD, 50)
    for path, name, most in (("purchases", "purchases", 100), ("reversals", "reversals", 100), ("collections", "records", 5_000)):
        for count in (0, most + 1):
            few = [record] if most == 100 else [{}]
            (await kit.one.post(f"/v1/{path}", {name: few * count})).refused("INVALID")
    expect("numbers that the centre lacks", await kit.one.missing(), [])
