"""Pages of batches that desks hand out: made = handed out + left over, and the page that a desk's scanner drives."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from onecard.access.action import is_refusal
from onecard.access.pages import Deed, DeedAdmin
from onecard.access.types import Actor
from onecard.cards.actions.box_cards import box_cards
from onecard.cards.actions.close_hand_out import close_hand_out
from onecard.cards.actions.hand_out_card import hand_out_card
from onecard.cards.forms import MAX_CARD_NO, BoxingForm, NoteForm
from onecard.cards.models import HandOut, HandOutCard
from onecard.cards.queries import desk_counts, scanned_card
from onecard.cards.types import DeskCount, DeskOutcome
from onecard.cards.words import DESK_SAYS
from onecard.kernel.pages import column

HAND_OUT = "cards.hand_out_card"
MOST_OF_A_SCAN = 40


def _box(actor: Actor, batch: HandOut, said: Any) -> object:
    numbers = {"first_no": said["first_no"] or 0, "last_no": said["last_no"] or MAX_CARD_NO}
    return box_cards(actor, batch.pk, desk=said["desk"], **numbers)


def _report(batch: HandOut) -> object:
    """Desk by desk and in all: made, handed out, left over."""
    counts = desk_counts(batch.pk)
    total = DeskCount("", sum(one.made for one in counts), sum(one.handed_out for one in counts))
    lines = [(one.desk or _("in no box"), one.made, one.handed_out, one.left_over) for one in counts]
    row = '<tr><td>{}</td><td class="oc-right">{}</td><td class="oc-right">{}</td><td class="oc-right">{}</td></tr>'
    return format_html(
        '<table class="oc-table"><thead><tr><th>{}</th><th class="oc-right">{}</th><th class="oc-right">{}</th>'
        '<th class="oc-right">{}</th></tr></thead><tbody>{}</tbody><tfoot>{}</tfoot></table>',
        _("Desk"),
        _("Made"),
        _("Handed out"),
        _("Left over"),
        format_html_join("", row, lines),
        format_html(row, _("Total"), total.made, total.handed_out, total.left_over),
    )


def _desk_links(batch: HandOut) -> object:
    address = reverse("admin:cards_handout_desk", args=[batch.pk])
    desks = [one.desk for one in desk_counts(batch.pk) if one.desk]
    links = ((f"{address}?desk={desk}", desk) for desk in desks)
    return format_html_join(" ", '<a class="oc-link" href="{}">{}</a>', links) or format_html(
        '<a class="oc-link" href="{}">{}</a>', address, _("Open a desk")
    )


@admin.register(HandOut)
class HandOutAdmin(DeedAdmin):
    """批量发卡."""

    list_display = (
        "title",
        "closes_on",
        column("made", _("made"), lambda batch: sum(one.made for one in desk_counts(batch.pk))),
        column("handed", _("handed out"), lambda batch: sum(one.handed_out for one in desk_counts(batch.pk))),
        "closed_at",
    )
    ordering = ("-pk",)
    fields = (
        "title",
        "closes_on",
        "opened_by",
        "opened_at",
        "closed_by",
        "closed_at",
        column("desks", _("desks"), _desk_links),
        column("report", _("report"), _report),
    )
    deeds = (
        Deed(
            "cards.box_cards",
            _("Cards to a desk"),
            _box,
            form=BoxingForm,
            explains=_("By number, or all that were not handed out when no numbers are given. They count as that desk's."),
            says=DESK_SAYS,
            offered=lambda batch: batch.closed_at is None,
        ),
        Deed(
            "cards.close_hand_out",
            _("Close the batch"),
            lambda actor, batch, said: close_hand_out(actor, batch.pk, reason=said["note"]),
            form=NoteForm,
            explains=_("The cards that nobody fetched are scrapped. Before its day a note has to say why."),
            says={outcome: text for outcome, text in DESK_SAYS.items() if outcome is not DeskOutcome.DONE},
            offered=lambda batch: batch.closed_at is None,
            is_grave=True,
        ),
    )

    def more_urls(self) -> list[URLPattern]:
        """The desk's page."""
        desk = path("<int:object_id>/desk/", self.admin_site.admin_view(self.desk), name="cards_handout_desk")
        return [desk, *super().more_urls()]

    def desk(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """One desk: scan a card or a person, look, press Enter. Everything is done with the scanner and one key."""
        batch = HandOut.objects.filter(pk=object_id).first()
        if not request.user.has_perm(HAND_OUT):
            raise PermissionDenied
        if batch is None:
            raise Http404
        name = (request.POST.get("desk") or request.GET.get("desk") or "").strip()[:MOST_OF_A_SCAN]
        page = {"opts": self.opts, "title": batch.title, "batch": batch, "desk": name, **_scanned(request, batch, desk=name)}
        page["mine"] = next((one for one in desk_counts(batch.pk) if one.desk == name), DeskCount(name, 0, 0))
        return TemplateResponse(request, "onecard/cards/desk.html", {**self.admin_site.each_context(request), **page})


def _scanned(request: HttpRequest, batch: HandOut, *, desk: str) -> dict[str, Any]:
    """What was scanned and what became of it: first the card is shown, then handed out; one that is gone is said at once."""
    if request.method != "POST" or not desk:
        return {}
    number = request.POST.get("number", "").strip()[:MOST_OF_A_SCAN]
    card = scanned_card(batch.pk, number)
    if card is None:
        return {"said": DESK_SAYS[DeskOutcome.REFUSED_UNKNOWN], "is_refused": True, "number": number}
    if card.hand_out.handed_out_at is None and request.POST.get("hand_out") != str(card.card_no):
        return {"shown": card}
    outcome = hand_out_card(Actor.of(request.user), card.card_no, hand_out_id=batch.pk, desk=desk)  # type: ignore[arg-type]
    elsewhere = HandOutCard.objects.get(card=card) if outcome is DeskOutcome.REFUSED_ELSEWHERE else None
    return {"said": DESK_SAYS[outcome], "is_refused": is_refusal(outcome), "done": card, "elsewhere": elsewhere}
