"""Pages of card holders: their purses and cards; registering calls the action."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from onecard.access.pages import Deed, DeedAdmin, DeedForm
from onecard.kernel.pages import amount_text, badge, column, link, list_link, may_view
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person
from onecard.people.types import NewPerson, PersonKind, PersonOutcome, PersonState


class NewPersonForm(DeedForm):
    """What is needed to register someone."""

    person_no = forms.CharField(label=_("person's number"), max_length=32)
    full_name = forms.CharField(label=_("full name"), max_length=80)
    kind = forms.ChoiceField(label=_("kind"), choices=PersonKind.choices)
    unit = forms.CharField(label=_("unit"), max_length=80, required=False)


REGISTERING = Deed(
    "people.register_person",
    _("Register a person"),
    lambda actor, row, said: register_person(
        actor,
        NewPerson(person_no=said["person_no"], full_name=said["full_name"], kind=PersonKind(said["kind"]), unit=said["unit"]),
    ),
    form=NewPersonForm,
    says={
        PersonOutcome.DONE: _("The person is registered. Next: issue a card."),
        PersonOutcome.REFUSED_NUMBER_TAKEN: _("Somebody has this number already."),
    },
)


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


CASH = column("cash_yuan", _("cash purse"), _purse("cash_account"))  # type: ignore[arg-type]
SUBSIDY = column("subsidy_yuan", _("subsidy purse"), _purse("subsidy_account"))  # type: ignore[arg-type]
NUMBER = column("number", _("person's number"), lambda person: person.person_no, order="person_no")
NAME = column("own_name", _("full name"), lambda person: person.full_name, order="full_name")
CARDS = column("card_list", _("cards"), _cards)
MONEY = column("movements", _("money"), lambda person: list_link("ledger.transfer", _("Show"), q=person.person_no))
STATE = badge("state", _("state"), {PersonState.PRESENT: "good", PersonState.LEFT: "warn"})


@admin.register(Person)
class PersonAdmin(DeedAdmin):
    """持卡人: searched by number, name or card number."""

    list_display = (NUMBER, NAME, "kind", "unit", STATE, CASH, SUBSIDY)
    list_filter = (("kind", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter))
    list_select_related = ("cash_account", "subsidy_account")
    search_fields = ("person_no__startswith", "full_name__startswith", "=cards__card_no")
    search_help_text = _("Number, name or card number")
    ordering = ("person_no",)
    registering = REGISTERING
    fieldsets = (
        (None, {"fields": (NUMBER, NAME, "kind", "unit", STATE, "registered_at")}),
        (_("Cards"), {"fields": (CARDS,)}),
        (_("Purses"), {"fields": (CASH, SUBSIDY, MONEY)}),
    )
