"""Papers of the counter: the receipt of each slip, and the list that goes to finance with a day's cash."""

from __future__ import annotations

from typing import Any

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from onecard.access.types import Actor
from onecard.counter.models import Handover, Shift, Slip
from onecard.counter.types import SlipKind
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.actions.sign_paper import sign_paper
from onecard.papers.kinds import declare
from onecard.papers.queries import paper_of
from onecard.papers.types import CellKind, Field, Form, PaperKind, Role, Table
from onecard.policies import queries as policies
from onecard.workdays import queries as workdays

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
            Field("card", _("card")),
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
                    Field("fees_fen", _("card fees"), CellKind.FEN, is_summed=True),
                    Field("card_deposits_fen", _("card deposits"), CellKind.FEN, is_summed=True),
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


HANDOVER_SLIP = declare(
    PaperKind(
        name="counter.handover_slip",
        prefix="JJ",
        title=_("Cash hand-over slip"),
        head=(
            Field("handover", _("hand-over"), CellKind.COUNT),
            Field("business_date", _("business date"), CellKind.DATE),
            Field("amount_fen", _("amount"), CellKind.FEN),
            Field("shifts", _("shifts"), CellKind.COUNT),
            Field("day_list", _("Summary of a day's deposits")),
            Field("handed_by", _("handed over by")),
            Field("handed_at", _("handed over at"), CellKind.MOMENT),
            Field("due_at", _("due at finance by"), CellKind.MOMENT),
        ),
        signatures=(Role.RECEIVED,),
    )
)
SAFE_REGISTER = declare(
    PaperKind(
        name="counter.safe_register",
        prefix="BX",
        title=_("Entry in the safe's register"),
        head=(
            Field("step", _("step"), words={"in": _("put in"), "out": _("taken out")}),
            Field("handover", _("hand-over"), CellKind.COUNT),
            Field("amount_fen", _("amount"), CellKind.FEN),
            Field("bag_no", _("bag")),
            Field("seal_no", _("seal number")),
            Field("at", _("at"), CellKind.MOMENT),
            Field("by", _("by")),
            Field("witness", _("witness")),
            Field("safe_fen", _("in the safe after it"), CellKind.FEN),
            Field("next_workday", _("next working day"), CellKind.DATE),
        ),
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
        "card": None if slip.card is None else str(slip.card),
        "balance_after_fen": slip.balance_after_fen,
        "reverses": None if slip.reverses is None else f"{slip.till.code}-{slip.reverses.number}",
        "made_at": slip.made_at,
        "clerk": actor.name,
    }
    issue_paper(actor, RECEIPT, subject=str(slip.pk), content={"head": content, "tables": {}}, dated=slip.business_date)


def issue_day_list(actor: Actor, handover: Handover) -> str:
    """当日存款汇总表: list the hand-over's shifts, in the transaction that makes it; its number."""
    head = {"business_date": handover.business_date, "amount_fen": handover.amount_fen}
    shifts = handover.shifts.select_related("till", "clerk").order_by("pk")
    content = {"head": head, "tables": {"shifts": [_line(shift) for shift in shifts]}}
    return issue_paper(actor, DAY_LIST, subject=str(handover.pk), content=content, dated=handover.business_date).number


def issue_handover_slip(actor: Actor, handover: Handover, *, day_list: str) -> None:
    """现金交接单: what finance signs for, in the transaction that hands over; `day_list` is the number of its summary."""
    closed_at = handover.shifts.aggregate(first=Min("closed_at"))["first"]
    head = {
        "handover": handover.pk,
        "business_date": handover.business_date,
        "amount_fen": handover.amount_fen,
        "shifts": handover.shifts.count(),
        "day_list": day_list,
        "handed_by": actor.name,
        "handed_at": handover.handed_at,
        "due_at": workdays.due_at(closed_at, policies.span("counter.handover_hours")),
    }
    content = {"head": head, "tables": {}}
    issue_paper(actor, HANDOVER_SLIP, subject=str(handover.pk), content=content, dated=handover.business_date)


def sign_as_received(actor: Actor, handover: Handover) -> None:
    """Finance's signature on the slip and the summary that came with the cash."""
    for kind in (HANDOVER_SLIP, DAY_LIST):
        paper = paper_of(kind, str(handover.pk))
        if paper is not None:
            sign_paper(actor, paper.pk, role=Role.RECEIVED)


def issue_safe_entry(actor: Actor, handover: Handover, *, is_in: bool) -> None:
    """保险柜登记: a numbered entry for each bag that goes in, and another when it comes out, in the transaction that moves it."""
    step = "in" if is_in else "out"
    head = {
        "step": step,
        "handover": handover.pk,
        "amount_fen": handover.amount_fen,
        "bag_no": handover.bag_no,
        "seal_no": handover.seal_no,
        "at": handover.stored_at if is_in else handover.taken_out_at,
        "by": actor.name,
        "witness": handover.witnessed_by.username if is_in and handover.witnessed_by else None,
        "safe_fen": ledger.balance_of(ledger.shared_account(Subject.SAFE_CASH)),
        "next_workday": workdays.next_workday() if is_in else None,
    }
    issue_paper(actor, SAFE_REGISTER, subject=f"{handover.pk}/{step}", content={"head": head, "tables": {}})


def _line(shift: Shift) -> dict[str, Any]:
    slips = list(shift.slips.select_related("reverses"))
    totals = {kind: sum(_signed(slip, kind) for slip in slips) for kind in SlipKind}
    return {
        "till": shift.till.code,
        "clerk": shift.clerk.full_name,
        "slips": len(slips),
        "deposits_fen": totals[SlipKind.DEPOSIT],
        "fees_fen": totals[SlipKind.CARD_FEE],
        "card_deposits_fen": totals[SlipKind.CARD_DEPOSIT] - totals[SlipKind.DEPOSIT_BACK],
        "withdrawals_fen": totals[SlipKind.WITHDRAWAL],
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
