"""The canonical text of a seal and its signature."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onecard.closing import keys, seals
from onecard.closing.types import SealText

SEAL = SealText(
    business_date=date(2026, 9, 1),
    transfers=2,
    sum_fen=300,
    first_id=7,
    last_id=9,
    root="ab" * 32,
    previous_hash=seals.NO_PREVIOUS,
    report_no="D-20260901-001",
    report_digest="cd" * 32,
    public_key_id="0123456789abcdef",
    sealed_at="2026-09-01T16:00:00.000000+00:00",
)


@pytest.mark.parametrize("seal", [SEAL, dataclasses.replace(SEAL, transfers=0, sum_fen=0, first_id=None, last_id=None)])
def test_text_reads_back(seal: SealText) -> None:
    assert seals.read(seals.text_of(seal)) == seal


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("onecard seal 1", "onecard seal 2"),
        ("transfers: 2", "transfers: 02"),
        ("transfers: 2", "transfers: two"),
        ("sum_fen: 300\n", ""),
        ("first_id: 7\nlast_id: 9", "last_id: 9\nfirst_id: 7"),
        ("2026-09-01\n", "20260901\n"),
    ],
)
def test_other_texts_are_refused(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        seals.read(seals.text_of(SEAL).replace(old, new, 1))


def test_signature_holds_for_this_text_and_key_only() -> None:
    text, key = seals.text_of(SEAL), Ed25519PrivateKey.generate()
    public, signature = keys.public_bytes(key), seals.sign(text, key=key)
    other = keys.public_bytes(Ed25519PrivateKey.generate())
    assert seals.is_signed(text, signature=signature, public_key=public)
    assert not seals.is_signed(text + " ", signature=signature, public_key=public)
    assert not seals.is_signed(text, signature=signature, public_key=other)
    assert not seals.is_signed(text, signature=b"", public_key=public)
    assert not seals.is_signed(text, signature=signature, public_key=b"short")
