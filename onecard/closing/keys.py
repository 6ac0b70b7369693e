"""The key that signs seals: a file outside the database, so that whoever can write the database cannot seal.

`<var>/keys/seal-ed25519.pem` (PKCS #8, mode 0600) is made at install; `seal-ed25519.pub.pem` beside it is to be handed out.
Losing the private key stops sealing, never verifying: every public key that ever signed stays in `closing_sealkey`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from onecard.closing.seals import key_id
from onecard.kernel.secrets import keys_folder

PRIVATE_FILE = "seal-ed25519.pem"
PUBLIC_FILE = "seal-ed25519.pub.pem"


def signing_key() -> Ed25519PrivateKey:
    """The key that signs today, made on first use; two processes that make it at once agree on one.

    ValueError when the file holds something else: restore it from the off-site copy, or rotate.
    """
    path = keys_folder() / PRIVATE_FILE
    if not path.exists():
        _publish(path, _pem(Ed25519PrivateKey.generate()), mode=0o600)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key: restore it from the off-site copy")
    _publish(keys_folder() / PUBLIC_FILE, _public_pem(key), mode=0o644)
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of its public key."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def retire() -> None:
    """Set the present key aside, under names that carry its id; the next use makes a new one."""
    name = key_id(public_bytes(signing_key()))
    for present in (PRIVATE_FILE, PUBLIC_FILE):
        (keys_folder() / present).rename(keys_folder() / present.replace("seal-ed25519", f"seal-ed25519.retired-{name}"))


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _publish(path: Path, content: bytes, *, mode: int) -> None:
    """Put a whole file in place unless there is one: never half a key, never a second one."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
