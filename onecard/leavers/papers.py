"""注销人员明细表: whose cards were cancelled and what finance refunds to whom; 久悬名单: balances that nobody asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.leavers.models import UnclaimedBalance, UnclaimedList
from onecard.leavers.types import LeaverState
from onecard.papers.kinds import declare
from onecard.papers.types import CellKind, Field, PaperKind, Role, Table

LEAVER_LIST = declare(
    PaperKind(
        name="leavers.leaver_list",
        prefix="ZX",
        title=_("List of cancelled leavers"),
        head=(
            Field("batch", _("batch of leavers")),
            Field("people", _("people"), CellKind.COUNT),
            Field("refunds_fen", _("refunds"), CellKind.FEN),
        ),
        tables=(
            Table(
                "leavers",
                "",
                (
                    Field("person_no", _("person's number")),
                    Field("full_name", _("full name")),
                    Field("unit", _("unit")),
                    Field("state", _("state"), words={state.name.lower(): state.label for state in LeaverState}),
                    Field("subsidy_fen", _("subsidy taken back"), CellKind.FEN, is_summed=True),
                    Field("refund_fen", _("refund"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)
_HEAD = (
    Field("list", _("list")),
    Field("balances", _("balances"), CellKind.COUNT),
    Field("total_fen", _("total"), CellKind.FEN),
)
_BALANCES = Table(
    "balances",
    "",
    (
        Field("person_no", _("person's number")),
        Field("full_name", _("full name")),
        Field("unit", _("unit")),
        Field("what", _("what it is"), words={"purse": _("dormant purse"), "refund": _("unpaid refund")}),
        Field("last_moved_on", _("last moved on"), CellKind.DATE),
        Field("amount_fen", _("amount"), CellKind.FEN, is_summed=True),
    ),
)
UNCLAIMED_NOTICE = declare(
    PaperKind(
        name="leavers.unclaimed_notice",
        prefix="JG",
        title=_("Notice of balances that nobody asked for"),
        head=_HEAD,
        tables=(_BALANCES,),
        signatures=(Role.CHECKED,),
    )
)
UNCLAIMED_BOOKED = declare(
    PaperKind(
        name="leavers.unclaimed_booked",
        prefix="JX",
        title=_("List of unclaimed balances"),
        head=_HEAD,
        tables=(_BALANCES,),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)


def unclaimed_content(of_list: UnclaimedList, balances: Sequence[UnclaimedBalance]) -> dict[str, Any]:
    """What a paper of these balances says; they come with their people."""
    lines = [
        {
            "person_no": one.person.person_no,
            "full_name": one.person.full_name,
            "unit": one.person.unit,
            "what": "refund" if one.leaver_id else "purse",
            "last_moved_on": one.last_moved_on,
            "amount_fen": one.amount_fen,
        }
        for one in balances
    ]
    head = {"list": str(of_list), "balances": len(lines), "total_fen": sum(one.amount_fen for one in balances)}
    return {"head": head, "tables": {"balances": lines}}
