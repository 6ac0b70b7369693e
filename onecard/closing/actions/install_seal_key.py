"""Make the key that signs seals, and keep its public half for good."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onecard.closing import keys
from onecard.closing.models import SealKey
from onecard.closing.seals import key_id


def install_seal_key() -> Ed25519PrivateKey:
    """The signing key, made if there is none, its public key registered. Repeat-safe: called at install and by every close."""
    key = keys.signing_key()
    public = keys.public_bytes(key)
    SealKey.objects.get_or_create(pk=key_id(public), defaults={"public_key": public})
    return key
