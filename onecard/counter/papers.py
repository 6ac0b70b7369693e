"""Papers of the counter: the receipt of each slip, and the list that goes to finance with a day's cash."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.access.types import Actor
from onecard.counter.models import Handover, Shift, Slip
from onecard.counter.types import SlipKind
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.kinds import declare
from onecard.papers.types import CellKind, Field, Form, PaperKind, Role, Table

_KINDS = dict(SlipKind.choices)

RECEIPT = declare(
    PaperKind(
        name="counter.receipt",
        prefix="PT",
        title=_("Receipt"),
        form=Form.RECEIPT,
        head=(
            Field("slip", _("slip")),
            Field("kind", _("kind"), words=_KINDS),
            Field("person_no", _("person's number")),
            Field("full_name", _("full name")),
            Field("amount_fen", _("amount"), CellKind.FEN),
            Field("balance_after_fen", _("balance after"), CellKind.FEN),
            Field("reverses", _("reverses")),
            Field("made_at", _("made at"), CellKind.MOMENT),
            Field("clerk", _("clerk")),
        ),
    )
)
DAY_LIST = declare(
    PaperKind(
        name="counter.day_list",
        prefix="CK",
        title=_("Summary of a day's deposits"),
        head=(
            Field("business_date", _("business date"), CellKind.DATE),
            Field("amount_fen", _("cash handed over"), CellKind.FEN),
        ),
        tables=(
            Table(
                "shifts",
                _("Shifts"),
                (
                    Field("till", _("till")),
                    Field("clerk", _("clerk")),
                    Field("slips", _("slips"), CellKind.COUNT, is_summed=True),
                    Field("deposits_fen", _("deposits"), CellKind.FEN, is_summed=True),
                    Field("withdrawals_fen", _("withdrawals"), CellKind.FEN, is_summed=True),
                    Field("difference_fen", _("over or short"), CellKind.FEN, is_summed=True),
                    Field("float_fen", _("float at the beginning"), CellKind.FEN, is_summed=True),
                    Field("kept_float_fen", _("float kept"), CellKind.FEN, is_summed=True),
                    Field("cash_fen", _("cash handed over"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)


def issue_receipt(actor: Actor, slip: Slip) -> None:
    """凭条: give the slip its numbered receipt, in the transaction that books it."""
    content = {
        "slip": f"{slip.till.code}-{slip.number}",
        "kind": slip.kind,
        "person_no": slip.person.person_no,
        "full_name": slip.person.full_name,
        "amount_fen": slip.amount_fen,
        "balance_after_fen": slip.balance_after_fen,
        "reverses": None if slip.reverses is None else f"{slip.till.code}-{slip.reverses.number}",
        "made_at": slip.made_at,
        "clerk": actor.name,
    }
    issue_paper(actor, RECEIPT, subject=str(slip.pk), content={"head": content, "tables": {}}, dated=slip.business_date)


def issue_day_list(actor: Actor, handover: Handover) -> None:
    """当日存款汇总表: list the hand-over's shifts, in the transaction that makes it."""
    head = {"business_date": handover.business_date, "amount_fen": handover.amount_fen}
    shifts = handover.shifts.select_related("till", "clerk").order_by("pk")
    content = {"head": head, "tables": {"shifts": [_line(shift) for shift in shifts]}}
    issue_paper(actor, DAY_LIST, subject=str(handover.pk), content=content, dated=handover.business_date)


def _line(shift: Shift) -> dict[str, Any]:
    slips = list(shift.slips.select_related("reverses"))
    in_fen, out_fen = (sum(_signed(slip, kind) for slip in slips) for kind in (SlipKind.DEPOSIT, SlipKind.WITHDRAWAL))
    return {
        "till": shift.till.code,
        "clerk": shift.clerk.full_name,
        "slips": len(slips),
        "deposits_fen": in_fen,
        "withdrawals_fen": out_fen,
        "difference_fen": shift.difference_fen,
        "float_fen": shift.float_fen,
        "kept_float_fen": shift.kept_float_fen or 0,
        "cash_fen": (shift.counted_fen or 0) - (shift.kept_float_fen or 0),
    }


def _signed(slip: Slip, kind: SlipKind) -> int:
    """What the slip adds to the total of a kind: its amount, less what reversed one of that kind."""
    if slip.reverses is not None:
        return -slip.amount_fen if slip.reverses.kind == kind else 0
    return slip.amount_fen if slip.kind == kind else 0
