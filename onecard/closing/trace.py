"""One record's stops through the system, in the order of docs/paths/purchase.md."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from onecard.closing.models import Seal
from onecard.kernel.money import yuan
from onecard.ledger.models import HeldRecord, Transfer
from onecard.ledger.queries import transfers_of
from onecard.purchases.models import Purchase, Reversal
from onecard.purchases.types import Flag
from onecard.terminals.models import Terminal, TerminalBatch
from onecard.terminals.types import SEQ_PER_BATCH


@dataclasses.dataclass(frozen=True, slots=True)
class Stop:
    """A room and what it knows of the record."""

    name: str
    text: str


def stops_of(terminal_code: str, *, batch_no: int, seq: int) -> list[Stop] | None:
    """All stops of the record; None for an unknown terminal."""
    terminal = Terminal.objects.select_related("merchant").filter(code=terminal_code).first()
    if terminal is None:
        return None
    number = batch_no * SEQ_PER_BATCH + seq
    transfers, back = transfers_of(terminal.source_id, number), transfers_of(terminal.source_id, -number)
    return [
        Stop("terminal", f"{terminal.code} {terminal.name} of merchant {terminal.merchant.name}".replace("  ", " ")),
        _watch(terminal, batch_no=batch_no, seq=seq),
        *_answer(terminal, batch_no=batch_no, seq=seq),
        *_held(terminal, batch_no=batch_no, seq=seq),
        *(Stop("transfer", _transfer(one)) for one in transfers),
        *(_day(transfers[0]) if transfers else ()),
        *_reversal(terminal, batch_no=batch_no, seq=seq),
        *(Stop("transfer", _transfer(one)) for one in back),
        *(_day(back[0]) if back else ()),
    ]


def _watch(terminal: Terminal, *, batch_no: int, seq: int) -> Stop:
    batches = TerminalBatch.objects.filter(terminal=terminal, batch_no=batch_no)
    arrived = batches.extra(where=["received @> %s::bigint"], params=[seq]).exists()
    return Stop("watch", "arrived" if arrived else "never arrived (a gap, or later than the batch's last number)")


def _answer(terminal: Terminal, *, batch_no: int, seq: int) -> Iterator[Stop]:
    for one in Purchase.objects.filter(terminal=terminal, batch_no=batch_no, seq=seq):
        yield Stop(
            "purchase",
            f"{one.get_mode_display()} {one.get_outcome_display()}, card {one.card_no}, ¥{yuan(one.amount_fen)}"
            f" (subsidy {yuan(one.subsidy_fen)}, cash {yuan(one.cash_fen)}, centre {yuan(one.lost_fen)},"
            f" surcharge {yuan(one.surcharge_fen)}),"
            f" occurred {one.occurred_at:%Y-%m-%d %H:%M:%S}, received {one.received_at:%Y-%m-%d %H:%M:%S}"
            + (f", flags {Flag(one.flags).name}" if one.flags else ""),
        )


def _reversal(terminal: Terminal, *, batch_no: int, seq: int) -> Iterator[Stop]:
    for one in Reversal.objects.filter(terminal=terminal, batch_no=batch_no, seq=seq):
        yield Stop(
            "reversal",
            f"{one.get_outcome_display()}, ¥{yuan(one.amount_fen)} given back, received {one.received_at:%Y-%m-%d %H:%M:%S}"
            f" on {one.business_date}",
        )


def _held(terminal: Terminal, *, batch_no: int, seq: int) -> Iterator[Stop]:
    number = batch_no * SEQ_PER_BATCH + seq
    for one in HeldRecord.objects.filter(source_id=terminal.source_id, source_seq=number).order_by("pk"):
        state = f"settled: {one.settlement}" if one.settled_at else f"waits for {one.owner_post}"
        yield Stop("held", f"{one.reason}, {state}, raw {one.raw}")


def _transfer(one: Transfer) -> str:
    return (
        f"{one.pk} leg {one.leg}: {one.debit_account} → {one.credit_account} ¥{yuan(one.amount_fen)},"
        f" booked {one.booked_at:%Y-%m-%d %H:%M:%S} on {one.business_date}"
        + (f", reverses {one.reverses_id}" if one.reverses_id else "")
    )


def _day(transfer: Transfer) -> Iterator[Stop]:
    seal = Seal.objects.filter(business_date=transfer.business_date).first()
    yield Stop("day", f"{transfer.business_date} {f'sealed, root {seal.root}' if seal else 'not sealed yet'}")
