"""Pages of the stock book: piles, boxes, slips, movements, and the book of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from onecard.access.pages import Deed, DeedAdmin
from onecard.access.types import Actor
from onecard.cards.actions.give_to_desk import give_to_desk
from onecard.cards.actions.receive_box import receive_box
from onecard.cards.actions.receive_slip import receive_slip
from onecard.cards.actions.refuse_slip import refuse_slip
from onecard.cards.actions.scrap_blanks import scrap_blanks
from onecard.cards.actions.send_cards import send_cards
from onecard.cards.forms import BoxForm, CountForm, DeskForm, ReasonForm, ScrapForm, SlipForm
from onecard.cards.models import CardBox, StockMovement, StockPile, StockSlip
from onecard.cards.papers import SLIP
from onecard.cards.queries import received_until, stock_book
from onecard.cards.types import Condition, Place, SlipState
from onecard.cards.words import STOCK_SAYS
from onecard.kernel import clock
from onecard.kernel.pages import MoneyAdmin, badge, column, link
from onecard.papers.pages import paper_link

RECEIVING = Deed(
    "cards.receive_box",
    _("Receive a box"),
    lambda actor, row, said: receive_box(actor, said["box_no"], **{name: said[name] for name in said if name != "box_no"}),
    form=BoxForm,
    explains=_("Blank cards from the maker come in at the card-making centre."),
    says=STOCK_SAYS,
)
TO_DESK = Deed(
    "cards.give_to_desk",
    _("Blank cards to a desk"),
    lambda actor, row, said: give_to_desk(actor, said["desk"], count=said["count"]),
    form=DeskForm,
    says=STOCK_SAYS,
)
SCRAPPING = Deed(
    "cards.scrap_blanks",
    _("Scrap blank cards"),
    lambda actor, row, said: scrap_blanks(actor, Place(said["place"]), count=said["count"], reason=said["reason"]),
    form=ScrapForm,
    says=STOCK_SAYS,
    is_grave=True,
)
PILE = column("pile", _("pile"), str)


def _send(actor: Actor, row: object, said: Any) -> object:
    return send_cards(
        actor,
        Place(said["from_place"]),
        to_place=Place(said["to_place"]),
        condition=Condition(said["condition"]),
        count=said["count"],
        card_nos=said["card_nos"],
    )


@admin.register(StockPile)
class StockPileAdmin(DeedAdmin):
    """库存: what is where now, and the stock book of any day."""

    list_display = (PILE, "count")
    ordering = ("place", "condition", "desk")
    fields = ("place", "desk", "condition", "count")
    deeds = (TO_DESK, SCRAPPING)

    def more_urls(self) -> list[URLPattern]:
        """The book of a day."""
        return [path("book/", self.admin_site.admin_view(self.book), name="cards_stockpile_book"), *super().more_urls()]

    def book(self, request: HttpRequest) -> HttpResponse:
        """The stock book of the day that is asked for, today's without one; a day that is none is today's too."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        day = _day(request.GET.get("day", ""))
        lines = stock_book(day)
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _now("Stock book of %(day)s") % {"day": day.isoformat()},
            "day": day.isoformat(),
            "lines": [(StockPile(place=one.key.place, condition=one.key.condition, desk=one.key.desk), one) for one in lines],
            "received": received_until(day),
            "there": sum(one.closing for one in lines),
        }
        return TemplateResponse(request, "onecard/cards/stock_book.html", page)


def _day(text: str) -> date:
    try:
        return min(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()


@admin.register(CardBox)
class CardBoxAdmin(DeedAdmin):
    """卡箱."""

    list_display = ("box_no", "count", "first_no", "last_no", "supplier", "received_by", "received_at")
    search_fields = ("box_no",)
    search_help_text = _("Box number")
    ordering = ("-pk",)
    fields = list_display
    registering = RECEIVING


@admin.register(StockSlip)
class StockSlipAdmin(DeedAdmin):
    """交接单: who sent what, and who received it."""

    list_display = (
        column("number", _("slip"), str),
        "from_place",
        "to_place",
        "condition",
        "count",
        badge("state", _("state"), {SlipState.SENT: "warn", SlipState.RECEIVED: "good", SlipState.REFUSED: "bad"}),
        "sent_by",
        "decided_by",
    )
    list_filter = (("state", ChoicesDropdownFilter),)
    ordering = ("-pk",)
    fields = (
        *list_display[:7],
        column("paper", _("paper"), lambda slip: paper_link(SLIP, slip.pk)),
        "sent_at",
        "decided_by",
        "decided_at",
        "note",
        "card_nos",
    )
    registering = Deed(
        "cards.send_cards",
        _("Send cards with a slip"),
        _send,
        form=SlipForm,
        explains=_("The cards are on the way until a colleague at the other centre has counted them and confirms the slip."),
        says=STOCK_SAYS,
    )
    deeds = (
        Deed(
            "cards.receive_slip",
            _("Confirm receipt"),
            lambda actor, slip, said: receive_slip(actor, slip.pk, count=said["count"]),
            form=CountForm,
            says=STOCK_SAYS,
            offered=lambda slip: slip.state == SlipState.SENT,
        ),
        Deed(
            "cards.refuse_slip",
            _("Refuse"),
            lambda actor, slip, said: refuse_slip(actor, slip.pk, note=said["reason"]),
            form=ReasonForm,
            explains=_("The cards go back to where they came from, in the book too."),
            says=STOCK_SAYS,
            offered=lambda slip: slip.state == SlipState.SENT,
            is_grave=True,
        ),
    )


@admin.register(StockMovement)
class StockMovementAdmin(MoneyAdmin):
    """出入库: every movement, newest first."""

    list_display = (
        "at",
        "reason",
        column("source", _("from"), lambda row: row.from_pile),
        column("target", _("to"), lambda row: row.to_pile),
        "count",
        "by",
    )
    list_filter = (("on", RangeDateFilter), ("reason", ChoicesDropdownFilter))
    list_select_related = ("from_pile", "to_pile")
    fields = (
        *list_display,
        column("of_box", _("box"), lambda row: row.box and link("cards.cardbox", row.box_id, row.box)),
        column("of_slip", _("slip"), lambda row: row.slip and link("cards.stockslip", row.slip_id, row.slip)),
        "note",
    )
