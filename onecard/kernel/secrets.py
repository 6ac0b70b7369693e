"""Secrets at rest: keys live in files outside the database, encrypted values inside it.

`<var>/keys/` holds one file a key, readable by its owner alone. Losing `at-rest.key` loses the record keys of the terminals,
losing a `personal-….key` the personal columns that it sealed; losing the seal key stops sealing but not verifying. All of them
belong in the off-site copy (clause Y02).
"""

from __future__ import annotations

import dataclasses
import functools
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onecard.kernel.env import var_folder

NONCE_BYTES = 12
KEY_NUMBER_BYTES = 2
PERSONAL_KEY = "personal-{:04d}.key"
SEARCH_KEY = "search.key"


class CannotOpen(RuntimeError):
    """A sealed value does not open: its key is not here, or it stands in another place than it was sealed for."""


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


@dataclasses.dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of personal columns by their number: the newest seals, every one opens what it sealed (AES-256-GCM).

    A sealed value is the key's number, a nonce and the ciphertext. `place` names its row and column and is bound in: a value that
    is copied into another row does not open there.
    """

    ciphers: Mapping[int, AESGCM]
    search_key: bytes

    @property
    def newest(self) -> int:
        """The number of the key that seals."""
        return max(self.ciphers)

    def seal(self, plain: bytes, *, place: str) -> bytes:
        """Encrypt with the newest key for this place."""
        number, nonce = self.newest.to_bytes(KEY_NUMBER_BYTES, "big"), secrets.token_bytes(NONCE_BYTES)
        return number + nonce + self.ciphers[self.newest].encrypt(nonce, plain, number + place.encode())

    def open(self, sealed: bytes | memoryview, *, place: str) -> bytes:
        """Decrypt what `seal` made for this place; CannotOpen otherwise."""
        content = bytes(sealed)
        number, nonce = content[:KEY_NUMBER_BYTES], content[KEY_NUMBER_BYTES : KEY_NUMBER_BYTES + NONCE_BYTES]
        cipher = self.ciphers.get(key_number(content))
        if cipher is None:
            name = PERSONAL_KEY.format(key_number(content))
            raise CannotOpen(f"{place} needs {name}, which is not in {keys_folder()}: restore it from the off-site copy")
        try:
            return cipher.decrypt(nonce, content[KEY_NUMBER_BYTES + NONCE_BYTES :], number + place.encode())
        except InvalidTag as error:
            raise CannotOpen(f"{place} does not open: another key or row; restore keys and database together") from error

    def digest(self, text: str, *, purpose: str) -> bytes:
        """HMAC-SHA-256 of the text: equal texts are found by it, and nobody without the key can try texts out."""
        return hmac.digest(self.search_key, f"{purpose}\0{text}".encode(), "sha256")


def key_number(sealed: bytes) -> int:
    """The number of the key that sealed it."""
    return int.from_bytes(sealed[:KEY_NUMBER_BYTES], "big")


def key_ring() -> KeyRing:
    """All keys of personal columns as they are now, the first one made when there is none. Read it once for many values."""
    folder = keys_folder()
    names = sorted(path.name for path in folder.glob("personal-*.key")) or [PERSONAL_KEY.format(1)]
    return KeyRing({int(name[9:13]): AESGCM(key_file(name)) for name in names}, search_key=key_file(SEARCH_KEY))


def add_personal_key() -> int:
    """Make the next key; from now on it seals. Returns its number. What older keys sealed goes on opening with them."""
    number = key_ring().newest + 1
    key_file(PERSONAL_KEY.format(number))
    return number
