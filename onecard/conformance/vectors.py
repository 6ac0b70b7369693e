"""Vectors: record MACs, signatures, checksums of blacklists and refusals, to check one's own code against without a gateway."""

from __future__ import annotations

from typing import Any

from onecard.allowances.rules import allowance_checksum
from onecard.cards.rules import blacklist_checksum
from onecard.conformance.device import record_of
from onecard.gateway import signing
from onecard.gateway.refusals import REFUSALS
from onecard.terminals.rules import record_bytes, record_mac

KEY = bytes(range(32))
MOMENT_US = 1_795_507_200_000_000
PLAIN = {"batch_no": 3, "seq": 118, "card_no": 20_230_117, "amount_fen": 1_250, "occurred_at_us": MOMENT_US}
PURSE = {"card_counter": 17, "purse_after_fen": 4_200, "sam_id": 88, "sam_seq": 1_234, "tac": "a1b2c3d4"}
RECORDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("bought online: docs/terminal-protocol.md §10", PLAIN),
    ("sold offline with blacklist version 0", {**PLAIN, "blacklist_version": 0}),
    ("sold offline with blacklist version 41", {**PLAIN, "blacklist_version": 41}),
    (
        "a card with an on-card purse",
        {
            **PLAIN,
            "blacklist_version": 41,
            "card_counter": 17,
            "purse_after_fen": 4_200,
            "sam_id": 88,
            "sam_seq": 1_234,
            "tac": "a1b2c3d4",
        },
    ),
    ("only a TAC", {**PLAIN, "tac": "00ff"}),
    ("everything at its least", {"batch_no": 0, "seq": 1, "card_no": 0, "amount_fen": 1, "occurred_at_us": 0}),
    (
        "everything at its most",
        {
            "batch_no": 2_000_000_000,
            "seq": 999_999_999,
            "card_no": 2**63 - 1,
            "amount_fen": 2**63 - 1,
            "occurred_at_us": 253_402_300_799_999_999,
        },
    ),
)
SETS: tuple[list[int], ...] = ([], [1], [1, 2], [20_230_117, 20_230_118, 990_000_002], [2**63 - 1], list(range(1, 1_001)))


LISTS: tuple[dict[int, int], ...] = ({}, {1: 500}, {1: 500, 2: 5_000}, {2**63 - 1: 1_500, 20_230_117: 500})


def vectors() -> dict[str, Any]:
    """The files by name."""
    return {
        "record-macs": _macs(),
        "signatures": _signatures(),
        "blacklist-checksums": _checksums(),
        "allowance-checksums": _allowance_checksums(),
        "refusals": _refusals(),
    }


def _macs() -> dict[str, Any]:
    records = []
    for about, plain in RECORDS:
        record = record_of(plain)
        mac = record_mac(record, key=KEY)
        records.append({"about": about, "record": plain, "signed_bytes": record_bytes(record).hex(), "mac": mac.hex()})
    return {
        "about": "HMAC-SHA256 over signed_bytes by record_key, the first 16 bytes (§4)",
        "record_key": KEY.hex(),
        "records": records,
    }


def _signatures() -> dict[str, Any]:
    public_key = signing.public_key_of(KEY).hex()
    texts = (
        ("session", signing.session_text(terminal="T029", challenge="q83vASNFZ4k", sent_at_us=MOMENT_US)),
        ("roll", signing.roll_text(terminal="T029", public_key=public_key)),
        ("time", signing.time_text(nonce="5f9a", time_us=MOMENT_US)),
    )
    return {
        "about": "each text signed with Ed25519, and by HMAC-SHA256 with the same 32 bytes as shared key (§3)",
        "key": KEY.hex(),
        "public_key": public_key,
        "signatures": [
            {
                "of": name,
                "text": text.decode(),
                "ed25519": signing.sign(text, scheme=signing.ED25519, key=KEY),
                "hmac-sha256": signing.sign(text, scheme=signing.HMAC_SHA256, key=KEY),
            }
            for name, text in texts
        ],
    }


def _checksums() -> dict[str, Any]:
    sets = [{"cards": cards, "count": len(cards), "checksum": signing.checksum_text(blacklist_checksum(cards))} for cards in SETS]
    return {"about": "SHA-256 of each number (8 bytes, big-endian), the first 8 bytes of it, all XORed (§8)", "sets": sets}


def _allowance_checksums() -> dict[str, Any]:
    lists = [
        {"listed": list(one.items()), "count": len(one), "checksum": signing.checksum_text(allowance_checksum(one))}
        for one in LISTS
    ]
    return {
        "about": "SHA-256 of number and allowance (8 bytes each, big-endian), its first 8 bytes, all XORed (§8)",
        "lists": lists,
    }


def _refusals() -> dict[str, Any]:
    refusals = [
        {"status": status, "body": {"error": {"code": code, "message": message}}} for code, (status, message) in REFUSALS.items()
    ]
    return {
        "about": "every refusal with its usual message; act on status and code, the message may say more (§1)",
        "refusals": refusals,
    }
