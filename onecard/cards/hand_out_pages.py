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
from onecard.cards.actions.hand_out_card import hand_out_card
from onecard.cards.forms import MAX_CARD_NO, BoxingForm, ClosingForm
from onecard.cards.models import HandOut, HandOutCard
from onecard.cards.papers import NEVER_CAME
from onecard.cards.queries import desk_counts, left_over_cards, scanned_card
from onecard.cards.types import DeskCount, DeskOutcome
from onecard.cards.words import DESK_SAYS
from onecard.kernel import clock
from onecard.kernel.pages import column, list_link
from onecard.papers.pages import paper_link

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


def _stands(batch: HandOut) -> object:
    """Being handed out, to be closed since its day, or over."""
    if batch.closed_at is not None:
        return format_html('<span class="oc-badge oc-plain">{}</span>', _("Over"))
    colour, words = ("bad", _("To be closed")) if batch.closes_on <= clock.today() else ("good", _("Being handed out"))
    return format_html('<span class="oc-badge oc-{}">{}</span>', colour, words)


def _desk_links(batch: HandOut) -> object:
    address = reverse("admin:cards_handout_desk", args=[batch.pk])
    desks = [one.desk for one in desk_counts(batch.pk) if one.desk]
    links = ((f"{address}?desk={desk}", desk) for desk in desks)
    return format_html_join(" ", '<a class="oc-link" href="{}">{}</a>', links) or format_html(
        '<a class="oc-link" href="{}">{}</a>', address, _("Open a desk")
    )


STANDS = column("stands", _("state"), _stands)
PROPOSALS = column(
    "proposals", _("proposals"), lambda batch: list_link("access.proposal", _("Show"), q=batch.pk, action="cards.close_hand_out")
)


@admin.register(HandOut)
class HandOutAdmin(DeedAdmin):
    """批量发卡."""

    list_display = (
        "title",
        "closes_on",
        column("made", _("made"), lambda batch: sum(one.made for one in desk_counts(batch.pk))),
        column("handed", _("handed out"), lambda batch: sum(one.handed_out for one in desk_counts(batch.pk))),
        STANDS,
    )
    ordering = ("-pk",)
    fields = (
        "title",
        STANDS,
        "closes_on",
        "opened_by",
        "opened_at",
        "closed_by",
        "closed_at",
        column("desks", _("desks"), _desk_links),
        column("report", _("report"), _report),
        column("never_came", _("who never came"), lambda batch: paper_link(NEVER_CAME, batch.pk)),
        PROPOSALS,
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
            form=ClosingForm,
            explains=_(
                "When a colleague has approved it, the cards that nobody fetched are scrapped and whose they were is listed. "
                "Before its day a note has to say why."
            ),
            needs_approval=True,
            initial=lambda batch: {"left_over": len(left_over_cards(batch.pk))},
            payload=lambda said: {"left_over": said["left_over"], "note": said["note"]},
            shows=_report,
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
