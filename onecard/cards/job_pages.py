"""Pages of personalisation jobs: people in, cards out, each with its state; the printer's sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from onecard.access.pages import Deed, DeedAdmin
from onecard.access.types import Actor
from onecard.cards.actions.check_made_card import check_made_card
from onecard.cards.actions.create_card_job import create_card_job
from onecard.cards.actions.make_sheet import make_sheet
from onecard.cards.actions.open_hand_out import open_hand_out
from onecard.cards.actions.print_job_cards import print_job_cards
from onecard.cards.actions.spoil_job_card import spoil_job_card
from onecard.cards.forms import JobForm, ScannedForm, SpoiledForm, TitleForm
from onecard.cards.models import CardJob, JobCard
from onecard.cards.queries import job_counts
from onecard.cards.types import CardKind, JobOutcome, JobState
from onecard.cards.words import DESK_SAYS, JOB_SAYS
from onecard.kernel.pages import MoneyAdmin, badge, column, link, list_link
from onecard.people.queries import count_with_photo

STATE = badge("state", _("state"), {JobState.ENCODING: "warn", JobState.CHECKED: "good", JobState.SPOILED: "bad"})


def _of_this_job(job: CardJob, card_no: int) -> bool:
    return JobCard.objects.filter(job=job, card_no=card_no).exists()


def _check(actor: Actor, job: CardJob, said: Any) -> object:
    return check_made_card(actor, said["card_no"]) if _of_this_job(job, said["card_no"]) else JobOutcome.REFUSED_NOT_YET


def _spoil(actor: Actor, job: CardJob, said: Any) -> object:
    if not _of_this_job(job, said["card_no"]):
        return JobOutcome.REFUSED_NOT_YET
    return spoil_job_card(actor, said["card_no"], reason=said["reason"])


def _standing(job: CardJob) -> object:
    lines = ((state.label, count) for state, count in job_counts(job.pk).items() if count)
    rows = format_html_join("", '<tr><th>{}</th><td class="oc-right">{}</td></tr>', lines)
    return format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', rows)


def _has(job: CardJob, *states: JobState) -> bool:
    return any(job_counts(job.pk)[state] for state in states)


def _photos(job: CardJob) -> object:
    """How many of the people have a photo: the others' cards are printed with an empty frame."""
    people = job.items.exclude(state=JobState.SPOILED).values_list("person_id", flat=True)
    have, wanted = count_with_photo(people), len(people)
    text = _("%(have)d of %(wanted)d people") % {"have": have, "wanted": wanted}
    return text if have == wanted else format_html('<span class="oc-attention">{}</span>', text)


def _sheet_link(job: CardJob) -> object:
    address = reverse("admin:cards_cardjob_sheet", args=[job.pk])
    return format_html('<a class="oc-link" href="{}">{}</a>', address, _("PDF for the card printer"))


@admin.register(CardJob)
class CardJobAdmin(DeedAdmin):
    """制卡任务: encoded on the command line of the card-making centre (`onecard cards encode`), printed and checked here."""

    list_display = (
        column("number", _("job"), lambda job: job.pk),
        "title",
        "kind",
        column("cards", _("cards"), lambda job: job.items.count()),
        "created_by",
        "created_at",
    )
    ordering = ("-pk",)
    fields = (
        "title",
        "kind",
        "expires_on",
        "created_by",
        "created_at",
        column("standing", _("state of the cards"), _standing),
        column("lines", _("card by card"), lambda job: list_link("cards.jobcard", _("Show"), job__id__exact=job.pk)),
        column("photos", _("photos"), _photos),
        column("sheet", _("sheet"), _sheet_link),
    )
    registering = Deed(
        "cards.create_card_job",
        _("Make cards"),
        lambda actor, row, said: create_card_job(
            actor, said["title"], person_ids=said["person_nos"], kind=CardKind(said["kind"]), expires_on=said["expires_on"]
        ),
        form=JobForm,
        explains=_("Each person gets a card number. Left out: who has a good card of this kind, or one in the making."),
        says=JOB_SAYS,
    )
    deeds = (
        Deed(
            "cards.print_job_cards",
            _("Mark as printed"),
            lambda actor, job, said: print_job_cards(actor, job.pk),
            explains=_("All encoded cards of the job were printed from the sheet."),
            says=JOB_SAYS,
            offered=lambda job: _has(job, JobState.ENCODED),
        ),
        Deed(
            "cards.check_made_card",
            _("Check a card"),
            _check,
            form=ScannedForm,
            explains=_("Read the card, compare face and name. From then on it counts as personalised."),
            says=JOB_SAYS,
            offered=lambda job: _has(job, JobState.PRINTED),
        ),
        Deed(
            "cards.spoil_job_card",
            _("Spoiled card"),
            _spoil,
            form=SpoiledForm,
            explains=_("The card is scrapped; another one with another number takes its place in the queue."),
            says=JOB_SAYS,
            offered=lambda job: _has(job, JobState.ENCODING, JobState.ENCODED, JobState.PRINTED),
            is_grave=True,
        ),
        Deed(
            "cards.open_hand_out",
            _("Hand out in batch"),
            lambda actor, job, said: open_hand_out(actor, said["title"], job_id=job.pk),
            form=TitleForm,
            explains=_("All checked cards of the job become a batch that desks hand out."),
            says=DESK_SAYS,
            offered=lambda job: _has(job, JobState.CHECKED),
        ),
    )

    def more_urls(self) -> list[URLPattern]:
        """The sheet for the printer."""
        sheet = path("<int:object_id>/sheet/", self.admin_site.admin_view(self.sheet), name="cards_cardjob_sheet")
        return [sheet, *super().more_urls()]

    def sheet(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The job's good cards as a PDF, a page a card."""
        if not CardJob.objects.filter(pk=object_id).exists():
            raise Http404
        sheet = make_sheet(Actor.of(request.user), object_id)  # type: ignore[arg-type]
        response = HttpResponse(sheet.pdf, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="cards-{object_id}.pdf"'
        return response


@admin.register(JobCard)
class JobCardAdmin(MoneyAdmin):
    """Cards of jobs, one by one."""

    list_display = (
        "card_no",
        column("holder", _("person"), lambda item: link("people.person", item.person_id, item.person)),
        column("of_job", _("job"), lambda item: link("cards.cardjob", item.job_id, item.job)),
        STATE,
        "changed_at",
        "changed_by",
    )
    list_filter = (("state", ChoicesDropdownFilter), "job")
    list_select_related = ("person", "job")
    search_fields = ("=card_no", "person__person_no__startswith")
    search_help_text = _("Card number or person's number")
    fields = (*list_display, "chip_no", "note")
