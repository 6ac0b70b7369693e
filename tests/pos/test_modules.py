"""The page's modules by themselves, in Chromium: they sign, check, limit and write as the centre's own code does."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from onecard.allowances.rules import allowance_checksum
from onecard.cards.rules import blacklist_checksum
from onecard.emulation.limits import Limit, Sold, limit_reached
from onecard.gateway import signing
from onecard.gateway.pos_files import CONTENT_TYPES, FOLDER
from onecard.purchases.types import Outcome
from onecard.terminals.rules import microseconds, moment_of, record_mac
from onecard.terminals.types import TerminalRecord

ORIGIN = "http://localhost:9"
PLAIN_ORIGIN = "http://pos.example"
"""Both are answered from the files themselves: nobody listens there."""
KEY = bytes(range(32))
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
"""What stands before an Ed25519 private key in PKCS 8."""
MAX = 2**63 - 1
RECORDS = [
    TerminalRecord(0, 3, 118, 20230117, 1250, moment_of(1_795_507_200_000_000)),
    TerminalRecord(0, 0, 1, 0, 1, moment_of(0), 0),
    TerminalRecord(0, 2_000_000_000, 999_999_999, MAX, 10_000_000, moment_of(1_795_507_200_000_000), 2**40),
]
CARDS = [set[int](), {0}, {1001, 1002, MAX}, set(range(5_000, 7_500))]


def answer(route: Route) -> None:
    """The file of this name; an empty page for an empty name."""
    name = route.request.url.rpartition("/")[2]
    body = (FOLDER / name).read_text(encoding="utf-8") if (FOLDER / name).is_file() else ""
    route.fulfill(body=body, content_type=CONTENT_TYPES.get(Path(name).suffix, "text/html"))


@pytest.fixture
def modules(new_context: Callable[..., BrowserContext]) -> Page:
    """An empty page beside the modules."""
    page = new_context().new_page()
    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}/")
    return page


@pytest.mark.parametrize(("locale", "words"), [("en-US", "needs HTTPS"), ("zh-CN", "需要 HTTPS")])
def test_without_https_it_says_so(new_context: Callable[..., BrowserContext], *, locale: str, words: str) -> None:
    page = new_context(locale=locale).new_page()
    page.route(f"{PLAIN_ORIGIN}/**", answer)
    page.goto(f"{PLAIN_ORIGIN}/index.html")
    expect(page.locator("#notice-title")).to_contain_text(words)


def sent(record: TerminalRecord) -> dict[str, Any]:
    """The record as the page holds it: the card as text."""
    plain = {name: value for name, value in dataclasses.asdict(record).items() if value is not None}
    kept: dict[str, Any] = {name: plain[name] for name in ("batch_no", "seq", "amount_fen", "blacklist_version") if name in plain}
    return {**kept, "card_no": str(record.card_no), "occurred_at_us": microseconds(record.occurred_at)}


def test_macs_are_the_centres(modules: Page) -> None:
    script = """async ([key, records]) => {
        const { bytesOf, hmacKey, recordMac } = await import("./signing.js");
        const kept = await hmacKey(bytesOf(key));
        return Promise.all(records.map((record) => recordMac(record, kept)));
    }"""
    found = modules.evaluate(script, [KEY.hex(), [sent(record) for record in RECORDS]])
    assert found == [record_mac(record, key=KEY).hex() for record in RECORDS]


@pytest.mark.parametrize("scheme", [signing.ED25519, signing.HMAC_SHA256])
def test_sessions_are_signed_as_the_centre_checks(modules: Page, *, scheme: str) -> None:
    script = """async ([scheme, key, pkcs8, said]) => {
        const { bytesOf, hmacKey, sessionText, sign } = await import("./signing.js");
        const kept = scheme === "ed25519"
            ? await crypto.subtle.importKey("pkcs8", bytesOf(pkcs8 + key), "Ed25519", false, ["sign"])
            : await hmacKey(bytesOf(key));
        return sign(sessionText(said), kept);
    }"""
    said: dict[str, Any] = {"terminal": "T029", "challenge": "abc_-9", "sent_at_us": 1_795_507_200_000_000}
    found = modules.evaluate(script, [scheme, KEY.hex(), PKCS8.hex(), said])
    assert found == signing.sign(signing.session_text(**said), scheme=scheme, key=KEY)


def test_own_keys_sign_and_do_not_leave(modules: Page) -> None:
    script = """async (text) => {
        const { newKeys, sign } = await import("./signing.js");
        const { scheme, key, public_key } = await newKeys();
        const left = await crypto.subtle.exportKey("pkcs8", key).then(() => "left", () => "stayed");
        return { scheme, public_key, left, signature: await sign(text, key) };
    }"""
    found = modules.evaluate(script, "a text")
    assert (found["scheme"], found["left"]) == (signing.ED25519, "stayed")
    key = bytes.fromhex(found["public_key"])
    assert signing.is_signed(b"a text", signature=found["signature"], scheme=signing.ED25519, key=key)


@pytest.mark.parametrize("cards", CARDS, ids=len)
def test_checksums_are_the_centres(modules: Page, cards: set[int]) -> None:
    script = "async (cards) => (await import('./signing.js')).blacklistChecksum(new Set(cards))"
    found = modules.evaluate(script, [str(card_no) for card_no in cards])
    assert found == signing.checksum_text(blacklist_checksum(cards))


@pytest.mark.parametrize("allowances", [{}, {0: 500}, {1001: 5_000, 1002: 500, MAX: 1_500}], ids=len)
def test_checksums_of_allowances_are_the_centres(modules: Page, allowances: dict[int, int]) -> None:
    script = "async (cards) => (await import('./signing.js')).allowanceChecksum(new Map(cards))"
    found = modules.evaluate(script, [[str(card_no), fen] for card_no, fen in allowances.items()])
    assert found == signing.checksum_text(allowance_checksum(allowances))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.seq)
def test_records_are_written_and_read_to_the_last_digit(modules: Page, record: TerminalRecord) -> None:
    script = """async (record) => {
        const { parse, recordText } = await import("./wire.js");
        const text = recordText({ ...record, mac: "00" });
        return [text, String(parse(text).card_no), parse(`{"a":"1234567890123456789","b":[-9007199254740993]}`)];
    }"""
    text, card_no, odd = modules.evaluate(script, sent(record))
    assert json.loads(text) == {**sent(record), "card_no": record.card_no, "mac": "00"}
    assert card_no == str(record.card_no)
    assert odd == {"a": "1234567890123456789", "b": ["-9007199254740993"]}


OFFLINE = {
    "is_allowed": True,
    "single_limit_fen": 2_000,
    "card_limit_fen": 2_500,
    "total_limit_fen": 4_000,
    "max_records": 3,
    "max_hours": 2,
}
HOURS = {"opens_at_min": None, "closes_at_min": None, "utc_offset_min": 480, "single_limit_fen": 1_900}
HOUR_US = 3_600_000_000
ALLOWANCE_FEN = 1_500
SALES = [
    ({}, [], 1_900, 0),
    ({}, [], 1_901, 0),
    ({"single_limit_fen": 0}, [], 1_901, 0),
    ({"is_allowed": False}, [], 1, 0),
    ({}, [], 1, 2 * HOUR_US),
    ({}, [], 1, 2 * HOUR_US + 1),
    ({"max_hours": 0}, [], 1, 10**15),
    ({}, [("1", 1_000)], 1_501, 0),
    ({}, [("1", 1_000)], 1_500, 0),
    ({}, [("2", 1_500), ("3", 1_500)], 1_000, 0),
    ({}, [("2", 1_500), ("3", 1_500)], 1_001, 0),
    ({}, [("2", 1), ("3", 1), ("4", 1)], 1, 0),
    ({"card_limit_fen": 0, "total_limit_fen": 0, "max_records": 0}, [("1", 9_000)] * 5, 1, 0),
    ({"needs_allowance": True}, [("1", 500)], ALLOWANCE_FEN - 500, 0),
    ({"needs_allowance": True}, [("1", 500)], ALLOWANCE_FEN - 499, 0),
]
NAMES = {limit: f"LIMIT_{limit.name}" for limit in Limit}


@pytest.mark.parametrize(("change", "sold", "amount_fen", "out_of_touch_us"), SALES)
def test_offline_limits_are_the_emulated_terminals(
    modules: Page, change: dict[str, Any], sold: list[tuple[str, int]], amount_fen: int, out_of_touch_us: int
) -> None:
    parameters = {**HOURS, "offline": {**OFFLINE, **change}}
    script = """async ([parameters, earlier, sale]) => {
        const { Sold, limitReached } = await import("./limits.js");
        const sold = new Sold();
        for (const [card_no, amount_fen] of earlier) sold.add({ card_no, amount_fen });
        return limitReached(parameters, sold, sale);
    }"""
    sale = {"card_no": "1", "amount_fen": amount_fen, "out_of_touch_us": out_of_touch_us, "now_us": 0}
    sale |= {"allowance_fen": ALLOWANCE_FEN}
    counted = Sold()
    for card_no, fen in sold:
        counted.add(int(card_no), fen)
    expected = limit_reached(
        parameters, counted, card_no=1, amount_fen=amount_fen, out_of_touch_us=out_of_touch_us, allowance_fen=ALLOWANCE_FEN
    )
    assert modules.evaluate(script, [parameters, sold, sale]) == (NAMES[expected] if expected else None)


@pytest.mark.parametrize(
    ("opens", "closes", "minute", "expected"),
    [(420, 480, 420, True), (420, 480, 480, False), (1_320, 120, 60, True), (1_320, 120, 120, False), (1_320, 120, 1_320, True)],
)
def test_hours_are_the_campuss(modules: Page, *, opens: int, closes: int, minute: int, expected: bool) -> None:
    script = "async ([hours, now_us]) => (await import('./limits.js')).isOpen(hours, now_us)"
    hours = {"opens_at_min": opens, "closes_at_min": closes, "utc_offset_min": 480}
    assert modules.evaluate(script, [hours, (minute + 1_440 * 20_000 - 480) * 60_000_000]) is expected


def test_a_clock_that_was_set_back_sells_nothing(modules: Page) -> None:
    script = """async ([parameters, sale]) => {
        const { Sold, limitReached } = await import("./limits.js");
        return limitReached(parameters, new Sold(), sale);
    }"""
    sale = {"card_no": "1", "amount_fen": 1, "out_of_touch_us": -HOUR_US, "now_us": 0}
    assert modules.evaluate(script, [{**HOURS, "offline": OFFLINE}, sale]) == "LIMIT_CLOCK"


def test_money_and_time_as_people_read_them(modules: Page) -> None:
    script = """async () => {
        const { campusTime, cardOf, fenOf, yuan } = await import("./formats.js");
        return {
            yuan: [0, 5, 1250, 123456789, -1].map(yuan),
            fen: ["", "0", "12", "12.", "12.5", "12.05", ".5", "1.234", "100000", "100000.01", "1a"].map(fenOf),
            cards: ["0042", "9223372036854775807", "9223372036854775808", "", "12a", "-1"].map(cardOf),
            time: campusTime(1_795_539_599_000_000, 480),
        };
    }"""
    assert modules.evaluate(script) == {
        "yuan": ["0.00", "0.05", "12.50", "1,234,567.89", "−0.01"],
        "fen": [0, 0, 1_200, 1_200, 1_250, 1_205, 50, None, 10_000_000, None, None],
        "cards": ["42", "9223372036854775807", None, None, None, None],
        "time": {"date": "2026-11-25", "time": "00:59:59"},
    }


def test_both_languages_are_complete(modules: Page) -> None:
    words = modules.evaluate("async () => (await import('./words.js')).WORDS")
    english, chinese = words["en"], words["zh"]
    assert english.keys() == chinese.keys()
    for name, text in english.items():
        assert text.strip()
        assert chinese[name].strip()
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", chinese[name])), name
        if name not in ("language", "clear"):
            assert re.search("[\u4e00-\u9fff]", chinese[name]), name
    sources = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.name != "words.js"}
    together = "\n".join(sources.values())
    used = set(re.findall(r'\bt\("(\w+)"', together)) | set(re.findall(r'data-(?:t|label|placeholder)="(\w+)"', together))
    assert used <= english.keys()
    unused = {name for name in english if not re.search(rf"\b{name}\b", together)}
    assert unused <= {"OTHER", *(outcome.name for outcome in Outcome)}


def test_every_outcome_of_the_centre_has_words(modules: Page) -> None:
    words = modules.evaluate("async () => (await import('./words.js')).WORDS.en")
    assert {outcome.name for outcome in Outcome if outcome.name.startswith("DECLINED_")} <= words.keys()
