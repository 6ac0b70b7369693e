"""Who asks: the passes of tokens that were good a moment ago, and challenges that prove themselves."""

from __future__ import annotations

import hmac
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict

from onecard.kernel.secrets import key_file
from onecard.terminals.types import TerminalPass

MOST_PASSES = 20_000
CHALLENGE_LIVES_US = 60_000_000
_NONCE_BYTES = 12
_MAC_BYTES = 16


class Passes:
    """Passes by token. A pass in here may be void already: every use of the database asks for the session's number again."""

    def __init__(self) -> None:
        self._passes: OrderedDict[str, TerminalPass] = OrderedDict()

    def get(self, token: str) -> TerminalPass | None:
        """The pass that was kept for the token."""
        return self._passes.get(token)

    def keep(self, token: str, terminal: TerminalPass) -> None:
        """Remember a good token; the oldest go when there are too many."""
        self._passes[token] = terminal
        if len(self._passes) > MOST_PASSES:
            self._passes.popitem(last=False)

    def drop(self, token: str) -> None:
        """Forget a token that turned out void."""
        self._passes.pop(token, None)


def new_challenge(terminal: str, *, now_us: int) -> tuple[str, int]:
    """(challenge, when it expires): random, and it proves by itself that this installation made it for this terminal."""
    expires_at_us = now_us + CHALLENGE_LIVES_US
    head = secrets.token_bytes(_NONCE_BYTES) + struct.pack(">q", expires_at_us)
    return urlsafe_b64encode(head + _challenge_mac(head, terminal=terminal)).decode().rstrip("="), expires_at_us


def is_live_challenge(challenge: str, *, terminal: str, now_us: int) -> bool:
    """Whether the challenge was made here for this terminal and has not expired. That it serves once is the database's to say."""
    try:
        raw = urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4))
    except ValueError:
        return False
    head, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(head) != _NONCE_BYTES + 8 or not hmac.compare_digest(mac, _challenge_mac(head, terminal=terminal)):
        return False
    (expires_at_us,) = struct.unpack(">q", head[_NONCE_BYTES:])
    return bool(now_us <= expires_at_us)


def _challenge_mac(head: bytes, *, terminal: str) -> bytes:
    return hmac.digest(key_file("gateway.key"), b"challenge" + terminal.encode() + head, "sha256")[:_MAC_BYTES]


def centre_key() -> bytes:
    """The Ed25519 private key with which the centre signs what terminals must be able to believe."""
    return key_file("centre.key")
