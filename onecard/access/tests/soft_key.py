"""A security key in software, for tests without a browser: makes credentials and signs challenges as the standard has it."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT = AuthenticatorData.FLAG.UP


class SoftKey:
    """One key with one credential; it counts its uses, unless told where to begin again."""

    def __init__(self, *, origin: str, host: str) -> None:
        self.origin, self.host, self.counter = origin, host, 0
        self.credential_id, self.private = secrets.token_bytes(32), ec.generate_private_key(ec.SECP256R1())

    def create(self, options: str) -> str:
        """The answer to what registers a key."""
        client = self._client("webauthn.create", options)
        public_key = ES256.from_cryptography_key(self.private.public_key())  # type: ignore[no-untyped-call]
        made = AttestedCredentialData.create(bytes(16), self.credential_id, public_key)
        attestation = AttestationObject.create("none", self._said(made), {})
        return self._answer({"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)})

    def get(self, options: str) -> str:
        """The answer to what asks for a key."""
        client, said = self._client("webauthn.get", options), self._said(None)
        signature = self.private.sign(bytes(said) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(said),
                "signature": websafe_encode(signature),
            }
        )

    def _said(self, made: AttestedCredentialData | None) -> AuthenticatorData:
        self.counter += 1
        flags = PRESENT if made is None else PRESENT | AuthenticatorData.FLAG.AT
        host = hashlib.sha256(self.host.encode()).digest()
        said: AuthenticatorData = AuthenticatorData.create(host, flags, self.counter, made or b"")
        return said

    def _client(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
