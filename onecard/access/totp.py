"""Codes of an authenticator app (TOTP, RFC 6238): six digits, new every 30 seconds. Values in, values out."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

SECRET_BYTES = 20
DIGITS = 6
STEP_S = 30
DRIFT_STEPS = 1
"""A telephone's clock may be this many steps before or behind ours."""


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(moment: datetime) -> int:
    """The number of the 30 seconds that the moment lies in."""
    return int(moment.timestamp()) // STEP_S


def code_of(secret: bytes, step: int) -> str:
    """The code of this step."""
    return HOTP(secret, DIGITS, SHA1(), enforce_key_length=False).generate(step).decode()


def step_of_code(secret: bytes, code: str, *, now: datetime, used_step: int) -> int | None:
    """The step whose code this is, now or a step beside it, and after `used_step`: no code serves twice. None for any other."""
    here, found = step_at(now), None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode()) and step > used_step:
            found = step
    return found


def base32(secret: bytes) -> str:
    """The secret as one types it into an app, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_for_app(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code says: otpauth://totp/…"""
    label = f"{quote(issuer)}:{quote(account)}"
    return f"otpauth://totp/{label}?secret={base64.b32encode(secret).decode()}&issuer={quote(issuer)}"
