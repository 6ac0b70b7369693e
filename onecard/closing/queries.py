"""Typed reads of the room: verification, proofs, reports."""

from __future__ import annotations

import enum
from datetime import date

from onecard.closing import merkle
from onecard.closing.day_tree import Chunk, chunk_of, chunk_ranges, read_chunk
from onecard.closing.leaves import COLUMNS, LeafFields, leaf_hashes
from onecard.closing.models import DayReport, Seal
from onecard.closing.proof import FORMAT, Proof, check_proof, steps_of
from onecard.closing.types import Verification
from onecard.closing.verification import Progress, verify_days
from onecard.kernel import sql
from onecard.ledger.models import Transfer

__all__ = ["ProofRefusal", "check_proof", "last_seal", "prove", "report_of", "seal_count", "seal_of", "verify"]


class ProofRefusal(enum.Enum):
    """Why there is no proof of a transfer."""

    UNKNOWN_TRANSFER = "there is no such transfer"
    NOT_SEALED = "its business day is not closed yet"
    SEAL_BROKEN = "the day's transfers are not those that were sealed"


def verify(
    day: date | None = None,
    *,
    progress: Progress | None = None,
    processes: int | None = None,
    balances: bool = True,
) -> Verification:
    """Recompute the sealed days, or one of them, from the transfers, and check hashes, chain, signatures and reports.

    Over all days it also looks for transfers outside every day and, with `balances`, compares each account with its transfers.
    Reads in chunks of 65,536 with as many processes as there are cores (`processes` to say how many); memory stays flat.
    """
    return verify_days(day, progress=progress, processes=processes, balances=balances)


def seal_of(day: date) -> Seal | None:
    """The day's seal; None while it is not closed."""
    return Seal.objects.filter(pk=day).select_related("key", "report").first()


def last_seal() -> Seal | None:
    """The newest seal, with its report and key; None before the first close."""
    return Seal.objects.order_by("-business_date").select_related("key", "report").first()


def seal_count() -> int:
    """How many days are sealed."""
    return Seal.objects.count()


def report_of(day: date | None = None) -> DayReport | None:
    """The day's report with its seal, or the newest; None when there is none."""
    reports = DayReport.objects.select_related("seal").order_by("-business_date")
    return (reports if day is None else reports.filter(business_date=day)).first()


def prove(transfer_id: int) -> Proof | ProofRefusal:
    """The proof that a transfer is in its sealed day; reads that day's transfers once."""
    transfer = Transfer.objects.filter(pk=transfer_id).first()
    if transfer is None:
        return ProofRefusal.UNKNOWN_TRANSFER
    seal = seal_of(transfer.business_date)
    if seal is None:
        return ProofRefusal.NOT_SEALED
    return _proof(transfer, seal=seal)


def _proof(transfer: Transfer, *, seal: Seal) -> Proof | ProofRefusal:
    connection = sql.raw_connection()
    chunks: list[Chunk] = []
    own: list[bytes] = []
    own_place = 0
    for first, last in chunk_ranges(seal.first_id, seal.last_id):
        if first <= transfer.pk <= last:
            own = leaf_hashes(connection, first_id=first, last_id=last)
            own_place, before = len(chunks), Transfer.objects.filter(pk__gte=first, pk__lt=transfer.pk).count()
            chunks.append(chunk_of(own))
        else:
            chunk = read_chunk(connection, first_id=first, last_id=last)
            chunks += [chunk] if chunk.count else []
    if not own or merkle.root([chunk.root for chunk in chunks], count=seal.transfers).hex() != seal.root:
        return ProofRefusal.SEAL_BROKEN
    return Proof(
        format=FORMAT,
        transfer=fields_of(transfer),
        chunk_path=steps_of(merkle.path(own, position=before)),
        chunk_count=len(own),
        day_path=steps_of(merkle.path([chunk.root for chunk in chunks], position=own_place)),
        seal=seal.text,
        signature=bytes(seal.signature),
        public_key=bytes(seal.key.public_key),
    )


def fields_of(transfer: Transfer) -> LeafFields:
    """What of the transfer is sealed."""
    values = {name: getattr(transfer, name) for name in COLUMNS[:-1]}
    return LeafFields(**values, reverses_id=transfer.reverses_id or 0)
