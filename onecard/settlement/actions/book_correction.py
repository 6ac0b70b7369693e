"""批准更正: the centre agrees to a merchant's request; the money goes back to where the sale took it from.

What a temporary card paid on top of that money goes back with it, out of the centre's fees, a part of a fen left out.
"""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.models import Transfer
from onecard.ledger.types import Entry, PostingOutcome, SourceKind, TransferKind
from onecard.settlement.corrections import is_reversed, may_still_be_reversed
from onecard.settlement.models import CorrectionRequest
from onecard.settlement.types import CORRECTIONS_SOURCE, CorrectionOutcome, CorrectionState


@action("settlement.book_correction")
def book_correction(actor: Actor, request_id: int) -> CorrectionOutcome:
    """Book the correction on the open day, with the sale's own moment, pointing to it. CorrectionRequest.DoesNotExist: unknown.

    Refused while the terminal itself may still reverse the sale, or when that has happened: the money would go back twice.
    """
    request = CorrectionRequest.objects.select_for_update().get(pk=request_id)
    sale = Transfer.objects.get(pk=request.transfer_id)
    in_order = (
        (request.state == CorrectionState.BOOKED, CorrectionOutcome.REPEATED),
        (request.state == CorrectionState.REJECTED, CorrectionOutcome.REFUSED_DECIDED),
        (is_reversed(sale), CorrectionOutcome.REFUSED_REVERSED),
        (may_still_be_reversed(sale), CorrectionOutcome.REFUSED_TOO_SOON),
    )
    outcome = next((outcome for applies, outcome in in_order if applies), CorrectionOutcome.DONE)
    if outcome is CorrectionOutcome.DONE:
        _book(request, sale)
        decide(request, CorrectionState.BOOKED, actor=actor, answer="")
    return outcome


def _book(request: CorrectionRequest, sale: Transfer) -> None:
    source_id = register_source(SourceKind.JOB, name=CORRECTIONS_SOURCE)
    payable, payer = sale.credit_account_id, sale.debit_account_id
    back = Entry(
        source_id,
        request.pk,
        TransferKind.CORRECTION,
        payable,
        payer,
        request.amount_fen,
        sale.occurred_at,
        reverses_id=sale.pk,
    )
    entries = [back, *_surcharge_back(request, sale, source_id=source_id)]
    if set(post_transfers(entries)) != {PostingOutcome.POSTED}:
        raise RuntimeError(f"correction {request.pk} is in the ledger already")


def _surcharge_back(request: CorrectionRequest, sale: Transfer, *, source_id: int) -> list[Entry]:
    parts = list(Transfer.objects.filter(source_id=sale.source_id, source_seq=sale.source_seq))
    price_fen = sum(part.amount_fen for part in parts if part.kind == TransferKind.PURCHASE)
    return [
        Entry(
            source_id,
            request.pk,
            TransferKind.CORRECTION,
            part.credit_account_id,
            part.debit_account_id,
            part.amount_fen * request.amount_fen // price_fen,
            sale.occurred_at,
            leg=2,
        )
        for part in parts
        if part.kind == TransferKind.SURCHARGE and part.amount_fen * request.amount_fen >= price_fen
    ]


def decide(request: CorrectionRequest, state: CorrectionState, *, actor: Actor, answer: str) -> None:
    """Write what became of the request."""
    request.state, request.answer = state, answer
    request.decided_by, request.decided_at = actor.name, clock.now()
    request.save(update_fields=["state", "answer", "decided_by", "decided_at"])
