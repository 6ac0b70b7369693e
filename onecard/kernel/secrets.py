"""Secrets at rest: keys live in files outside the database, encrypted values inside it.

`<var>/keys/` holds one file a key, readable by its owner alone. Losing `at-rest.key` loses the record keys of the terminals and
the encrypted columns; losing the seal key stops sealing but not verifying. Both belong in the off-site copy (clause Y02).
"""

from __future__ import annotations

import functools
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onecard.kernel.env import var_folder

NONCE_BYTES = 12


def keys_folder() -> Path:
    """`<var>/keys`, made with mode 0700 when missing."""
    folder = var_folder() / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key_file(name: str, *, size: int = 32) -> bytes:
    """The bytes of key `name`, created at random on first use; two processes that create it at once agree on one."""
    path = keys_folder() / name
    if not path.exists():
        _create(path, secrets.token_bytes(size))
    content = path.read_bytes()
    if len(content) != size:
        raise ValueError(f"key file {path} has {len(content)} bytes instead of {size}: restore it from the off-site copy")
    return content


def _create(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
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


@functools.cache
def _cipher(keys: Path) -> AESGCM:
    return AESGCM(key_file("at-rest.key"))


def conceal(plain: bytes, *, purpose: str) -> bytes:
    """Encrypt for storage (AES-256-GCM). `purpose` is bound in: a value copied into another column does not open there."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(keys_folder()).encrypt(nonce, plain, purpose.encode())


def reveal(concealed: bytes, *, purpose: str) -> bytes:
    """Decrypt what `conceal` made; cryptography.exceptions.InvalidTag when key, purpose or content is another."""
    content = bytes(concealed)
    return _cipher(keys_folder()).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], purpose.encode())
