"""The proof that a transfer is in a sealed day, checked with nothing but this file's imports: no database, no Django.

A proof is JSON in one canonical form, so that any changed byte is found. It carries the public key; whoever checks compares its
id with the one on a printed day report, or passes the key that was handed out.
"""

from __future__ import annotations

import dataclasses
import struct

import msgspec

from onecard.closing import merkle, seals
from onecard.closing.leaves import LeafFields, leaf_hash
from onecard.closing.types import SealText

FORMAT = "onecard proof 1"
MAX_BYTES = 1_000_000


class PathStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """merkle.Step as JSON."""

    position: int
    siblings: list[bytes]


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The transfer, its way through its chunk of `chunk_count` transfers and the day, and the signed seal. Bytes are base64."""

    format: str
    transfer: LeafFields
    chunk_path: list[PathStep]
    chunk_count: int
    day_path: list[PathStep]
    seal: str
    signature: bytes
    public_key: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class ProofCheck:
    """What a check found; the proof holds when there is no reason against it."""

    reasons: tuple[str, ...]
    proof: Proof | None = None
    seal: SealText | None = None

    @property
    def holds(self) -> bool:
        """Whether the transfer was in the day when it was sealed."""
        return not self.reasons


def steps_of(path: tuple[merkle.Step, ...]) -> list[PathStep]:
    """The path as a proof carries it."""
    return [PathStep(position=step.position, siblings=list(step.siblings)) for step in path]


def write(proof: Proof) -> str:
    """The canonical JSON, readable, ended by a line feed."""
    return msgspec.json.format(msgspec.json.encode(proof), indent=2).decode() + "\n"


def check_proof(content: str | bytes, *, public_key: bytes | None = None) -> ProofCheck:
    """Check a proof offline. With `public_key` (32 bytes) it must be that key's, without it the proof's own key is believed."""
    encoded = content.encode() if isinstance(content, str) else content
    try:
        proof = _read(encoded)
        seal = seals.read(proof.seal)
        root = _root(proof, transfers=seal.transfers)
    except (ValueError, OverflowError, struct.error) as error:
        return ProofCheck(reasons=(f"this is not a proof: {error}",))
    found = {
        "the transfer does not lead to the sealed root": root.hex() != seal.root,
        "the transfer is of another day": not _is_of_day(proof.transfer, seal=seal),
        "the seal names another key": seals.key_id(proof.public_key) != seal.public_key_id,
        "the key is not the expected one": public_key is not None and public_key != proof.public_key,
        "the signature is not valid": not seals.is_signed(proof.seal, signature=proof.signature, public_key=proof.public_key),
    }
    return ProofCheck(reasons=tuple(reason for reason, wrong in found.items() if wrong), proof=proof, seal=seal)


def _read(content: bytes) -> Proof:
    if len(content) > MAX_BYTES:
        raise ValueError("it is too long")
    proof = msgspec.json.decode(content, type=Proof)
    if proof.format != FORMAT:
        raise ValueError(f"its format is {proof.format!r}")
    if write(proof).encode() != content:
        raise ValueError("it is not in canonical form")
    return proof


def _root(proof: Proof, *, transfers: int) -> bytes:
    chunk_top = merkle.climb(leaf_hash(proof.transfer), _steps(proof.chunk_path))
    chunk_root = merkle.bind(chunk_top, count=proof.chunk_count)
    return merkle.bind(merkle.climb(chunk_root, _steps(proof.day_path)), count=transfers)


def _steps(path: list[PathStep]) -> list[merkle.Step]:
    return [merkle.Step(step.position, tuple(step.siblings)) for step in path]


def _is_of_day(transfer: LeafFields, *, seal: SealText) -> bool:
    in_range = seal.first_id is not None and seal.last_id is not None and seal.first_id <= transfer.id <= seal.last_id
    return in_range and transfer.business_date == seal.business_date
