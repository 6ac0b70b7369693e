"""The canonical text of a seal, its hash and its signature. Pure; a proof is checked with it far from the database.

The text is made to be printed and read: a heading, then `name: value` lines in a fixed order, each ended by a line feed, UTF-8.
The hash is SHA-256 of the text and is what the next day's seal names; the Ed25519 signature is over the text itself.
"""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from onecard.closing.types import SealText

HEADING = "onecard seal 1"
NO_PREVIOUS = "0" * 64
"""What the first seal names as the hash before it."""
_ABSENT = "none"
_NUMBERS = frozenset({"transfers", "sum_fen", "first_id", "last_id"})


def text_of(seal: SealText) -> str:
    """The canonical text."""
    lines = [HEADING]
    for field in dataclasses.fields(SealText):
        value = getattr(seal, field.name)
        lines.append(f"{field.name}: {_ABSENT if value is None else value}")
    return "\n".join(lines) + "\n"


def read(text: str) -> SealText:
    """The seal that a canonical text says; ValueError for any other text."""
    lines = text.split("\n")
    names = [field.name for field in dataclasses.fields(SealText)]
    if lines[0] != HEADING or [line.partition(": ")[0] for line in lines[1:-1]] != names:
        raise ValueError("this is not the text of a seal")
    values = {line.partition(": ")[0]: line.partition(": ")[2] for line in lines[1:-1]}
    numbers = {name: None if values[name] == _ABSENT else int(values[name]) for name in _NUMBERS}
    words = {name: value for name, value in values.items() if name not in _NUMBERS and name != "business_date"}
    seal = SealText(business_date=date.fromisoformat(values["business_date"]), **numbers, **words)  # type: ignore[arg-type]
    if text_of(seal) != text:
        raise ValueError("this is not the canonical text of a seal")
    return seal


def hash_of(text: str) -> str:
    """The seal's hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_id(public_key: bytes) -> str:
    """A public key's id: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def read_public_key(pem: bytes) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM; ValueError for anything else."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the file holds no Ed25519 public key")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(text: str, *, key: Ed25519PrivateKey) -> bytes:
    """The Ed25519 signature over the text."""
    return key.sign(text.encode())


def is_signed(text: str, *, signature: bytes, public_key: bytes) -> bool:
    """Whether the signature is the key's over this text."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
