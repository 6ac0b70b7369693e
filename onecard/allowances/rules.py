"""The checksum of a list of allowances: pure, as terminals compute it."""

from __future__ import annotations

import functools
import hashlib
import operator
from collections.abc import Mapping


def allowance_term(card_no: int, allowance_fen: int) -> int:
    """What one card adds to the checksum: the first 8 bytes of SHA-256 of number and allowance, read signed.

    Both go in as 8 bytes, big-endian. The same in `allowances_term_v1`.
    """
    content = card_no.to_bytes(8, "big", signed=True) + allowance_fen.to_bytes(8, "big", signed=True)
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "big", signed=True)


def allowance_checksum(allowances: Mapping[int, int]) -> int:
    """The checksum of allowances by card number: their terms XORed; 0 for none."""
    return functools.reduce(operator.xor, (allowance_term(card_no, fen) for card_no, fen in allowances.items()), 0)
