"""Pages of card holders: who they are, their purses and cards, what was changed; every button calls an action."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from onecard.access.pages import Deed, DeedAdmin
from onecard.kernel.pages import amount_text, badge, column, link, list_link, may_view
from onecard.people import person_deeds as deeds
from onecard.people import roster_pages as roster_pages
from onecard.people.account_pages import accounts_page
from onecard.people.models import Person, Photo
from onecard.people.pages import camera_page, photo_response, reveal_page
from onecard.people.photo_pages import photos_page
from onecard.people.queries import bank_accounts_of, masked_particulars, people_found
from onecard.people.types import PersonState

MOST_CHANGES = 50


def _purse(account: str) -> object:
    def read(person: Person) -> object:
        if not may_view("ledger.account"):
            return None
        found = getattr(person, account)
        return None if found is None else link("ledger.account", found.pk, amount_text(found.balance_fen))

    return read


def _cards(person: Person) -> object:
    rows = person.cards.order_by("-pk")
    return (
        format_html_join(", ", "{} {}", ((link("cards.card", card.pk, card), card.get_state_display()) for card in rows)) or None
    )


def _private(name: str) -> Any:
    return lambda person: getattr(masked_particulars(person.pk), name) or None


def _photo(person: Person) -> object:
    if not Photo.objects.filter(pk=person.pk).exists():
        return None
    address = reverse("admin:people_person_photo", args=[person.pk])
    return format_html('<img class="oc-photo" src="{}" alt="{}">', address, _now("Photo"))


def _others(name: str) -> Any:
    def read(person: Person) -> object:
        rows = getattr(person, name).all()
        return format_html_join(", ", "{}", ((link("people.person", row.pk, row),) for row in rows)) or None

    return read


def _changes(person: Person) -> object:
    words = {**deeds.FIELD_WORDS, "state": _("state")}
    rows = person.changes.order_by("-pk")[:MOST_CHANGES]
    lines = (
        (
            f"{change.changed_at:%Y-%m-%d %H:%M}",
            change.changed_by,
            change.reason,
            "; ".join(f"{words.get(name, name)}: {value or '—'}" for name, value in change.before.items()),
        )
        for change in rows
    )
    body = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", lines)
    heads = (_now("changed at"), _now("changed by"), _now("reason"), _now("before"))
    head = format_html_join("", "<th>{}</th>", ((text,) for text in heads))
    table = '<div class="oc-scroll"><table class="oc-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    return format_html(table, head, body) if body else None


CASH = column("cash_yuan", _("cash purse"), _purse("cash_account"))  # type: ignore[arg-type]
SUBSIDY = column("subsidy_yuan", _("subsidy purse"), _purse("subsidy_account"))  # type: ignore[arg-type]
NUMBER = column("number", _("person's number"), lambda person: person.person_no, order="person_no")
NAME = column("own_name", _("full name"), lambda person: person.full_name, order="full_name")
CARDS = column("card_list", _("cards"), _cards)
MONEY = column("movements", _("money"), lambda person: list_link("ledger.transfer", _("Show"), q=person.person_no))
STATE = badge("state", _("state"), {PersonState.PRESENT: "good", PersonState.LEFT: "warn", PersonState.MERGED: "note"})
IDENTITY = column("identity", _("identity number"), _private("id_number"))
PHONE = column("telephone", _("telephone"), _private("phone"))
ACCOUNT = column("account", _("bank account for refunds"), lambda person: bank_accounts_of([person.pk]).get(person.pk))
BORN_ON = column("birth", _("birth date"), _private("born_on"))
PHOTO = column("picture", _("photo"), _photo)
HEAD = column("head", _("belongs to"), lambda row: row.family_of and link("people.person", row.family_of_id, row.family_of))
FAMILY = column("family_list", _("family"), _others("family"))
INTO = column(
    "into", _("merged into"), lambda row: row.merged_into and link("people.person", row.merged_into_id, row.merged_into)
)
MERGED = column("merged_list", _("merged records"), _others("merged"))
CHANGES = column("history", _("changes"), _changes)
SPECIAL = {deeds.REVEALING.name: reveal_page, deeds.TAKING_PHOTO.name: camera_page}
"""Deeds with a page of their own."""


@admin.register(Person)
class PersonAdmin(DeedAdmin):
    """持卡人: searched by number, name, pinyin, initials, identity number or card number."""

    list_display = (NUMBER, NAME, "kind", "unit", STATE, CASH, SUBSIDY)
    list_filter = (("kind", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter))
    list_select_related = ("cash_account", "subsidy_account")
    search_fields = ("person_no",)
    search_help_text = _("Number, name, pinyin, initials, identity number or card number")
    ordering = ("person_no",)
    registering = deeds.REGISTERING
    deeds = deeds.DEEDS
    fieldsets = (
        (None, {"fields": (NUMBER, NAME, "pinyin", "kind", "unit", STATE, "left_on", "valid_until", "registered_at")}),
        (_("Private"), {"fields": (PHOTO, IDENTITY, PHONE, BORN_ON, ACCOUNT)}),
        (_("Cards"), {"fields": (CARDS, HEAD, FAMILY)}),
        (_("Purses"), {"fields": (CASH, SUBSIDY, MONEY)}),
        (_("Changes"), {"fields": (INTO, MERGED, CHANGES)}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        """Whom the text may mean, each way by its own index."""
        text = search_term.strip()
        if not text:
            return queryset, False
        found = list(people_found(text).values_list("pk", flat=True)[:MOST_FOUND])
        if text.isascii() and text.isdecimal() and len(text) < 19:
            found += Person.objects.filter(cards__card_no=int(text)).values_list("pk", flat=True)
        return queryset.filter(pk__in=found), False

    def more_urls(self) -> list[URLPattern]:
        """The photo alone, for the page and for whoever checks an identity; photos and bank accounts by batch."""
        wrap = self.admin_site.admin_view
        return [
            path("photos/", wrap(self.photos), name="people_person_photos"),
            path("accounts/", wrap(self.accounts), name="people_person_accounts"),
            *super().more_urls(),
            path("<path:object_id>/photo/", wrap(self.photo), name="people_person_photo"),
        ]

    def photos(self, request: HttpRequest) -> HttpResponse:
        """An archive of photos, matched by number."""
        return photos_page(request, context=self._context(request))

    def accounts(self, request: HttpRequest) -> HttpResponse:
        """A list of bank accounts, each of whom its number names."""
        return accounts_page(request, context=self._context(request))

    def photo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The person's photo; each look is an audit event."""
        return photo_response(request, self._person(request, object_id))

    def deed_view(self, request: HttpRequest, object_id: str, *, deed: Deed) -> HttpResponse:
        """The deed's page; what is private is shown on the answer itself and kept nowhere."""
        if deed.name not in SPECIAL:
            return super().deed_view(request, object_id, deed=deed)
        person = self._person(request, object_id)
        back = reverse("admin:people_person_change", args=[person.pk])
        context = {**self._context(request), "original": person, "heading": str(person), "back": back}
        return SPECIAL[deed.name](request, person, deed=deed, context=context)

    def _person(self, request: HttpRequest, object_id: str) -> Person:
        person: Person | None = self.get_object(request, object_id)
        if person is None:
            raise Http404
        return person


MOST_FOUND = 10_000
"""A search that finds more than this is no search; the list shows the first ones."""
