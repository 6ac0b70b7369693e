"""The texts that terminal and centre sign, and a checksum as text; pure, shared with the emulated terminal."""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = "ed25519"
HMAC_SHA256 = "hmac-sha256"


def session_text(*, terminal: str, challenge: str, sent_at_us: int) -> bytes:
    """What a terminal signs to open a session."""
    return f"onecard/1 session\n{terminal}\n{challenge}\n{sent_at_us}\n".encode()


def roll_text(*, terminal: str, public_key: str) -> bytes:
    """What a terminal signs with its new key to roll it."""
    return f"onecard/1 roll\n{terminal}\n{public_key}\n".encode()


def time_text(*, nonce: str, time_us: int) -> bytes:
    """What the centre signs when it tells the time."""
    return f"onecard/1 time\n{nonce}\n{time_us}\n".encode()


def sign(text: bytes, *, scheme: str, key: bytes) -> str:
    """The signature in hexadecimal: by the Ed25519 private key's 32 bytes, or HMAC-SHA256 by the shared key."""
    if scheme == ED25519:
        return Ed25519PrivateKey.from_private_bytes(key).sign(text).hex()
    return hmac.digest(key, text, "sha256").hex()


def is_signed(text: bytes, *, signature: str, scheme: str, key: bytes) -> bool:
    """Whether the signature is right: by the Ed25519 public key, or by the shared key."""
    given = bytes.fromhex(signature)
    if scheme == HMAC_SHA256:
        return hmac.compare_digest(hmac.digest(key, text, "sha256"), given)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(given, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_of(private_key: bytes) -> bytes:
    """The Ed25519 public key of a private key's 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def checksum_text(checksum: int) -> str:
    """A set's checksum (a signed 64-bit number) as 16 hexadecimal digits."""
    return f"{checksum & (2**64 - 1):016x}"
