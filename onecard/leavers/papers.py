"""注销人员明细表: whose cards were cancelled and what finance refunds to whom."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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
