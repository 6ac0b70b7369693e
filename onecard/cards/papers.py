"""卡片交接单: what went from one centre to the other (clause P4-7); 未到新生名单: whose cards nobody fetched (clause S2.1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.cards.types import Condition, Place
from onecard.papers.kinds import declare
from onecard.papers.types import CellKind, Field, PaperKind, Role, Table

PLACES = {place.value: place.label for place in Place}
SLIP = declare(
    PaperKind(
        name="cards.slip",
        prefix="KJ",
        title=_("Hand-over slip of cards"),
        head=(
            Field("slip", _("slip")),
            Field("from_place", _("from"), words=PLACES),
            Field("to_place", _("to"), words=PLACES),
            Field("condition", _("condition"), words={one.value: one.label for one in Condition}),
            Field("count", _("cards"), CellKind.COUNT),
            Field("sent_by", _("sent by")),
            Field("sent_at", _("sent at"), CellKind.MOMENT),
            Field("received_by", _("received by")),
        ),
        tables=(Table("cards", "", (Field("card_no", _("card number")),)),),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)

NEVER_CAME = declare(
    PaperKind(
        name="cards.never_came",
        prefix="WD",
        title=_("List of who never came for the card"),
        head=(
            Field("batch", _("batch to hand out")),
            Field("closes_on", _("closes on"), CellKind.DATE),
            Field("made", _("made"), CellKind.COUNT),
            Field("handed_out", _("handed out"), CellKind.COUNT),
            Field("left_over", _("left over"), CellKind.COUNT),
        ),
        tables=(
            Table(
                "people",
                "",
                (
                    Field("person_no", _("person's number")),
                    Field("full_name", _("full name")),
                    Field("unit", _("unit")),
                    Field("card_no", _("card number")),
                    Field("found", _("found"), words={"never_came": _("never came"), "has_another": _("has another card")}),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)
