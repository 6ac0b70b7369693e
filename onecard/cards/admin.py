"""Pages of cards: their state and holder, and a button for each step of a card's life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter, RangeDateTimeFilter

from onecard.access.pages import Deed, DeedAdmin, DeedForm
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.replace_card import replace_card
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.cards.models import BlacklistChange, Card
from onecard.cards.types import CardKind, CardOutcome, CardState
from onecard.kernel.pages import MoneyAdmin, badge, column, link, list_link
from onecard.people.models import Person
from onecard.people.queries import people_with

MAX_CARD_NO = 2**63 - 1
SAYS = {
    CardOutcome.REFUSED_NUMBER_TAKEN: _("This card number is taken."),
    CardOutcome.REFUSED_HAS_CARD: _("This person holds a formal card already."),
    CardOutcome.REFUSED_NOT_ISSUED: _("Only an issued card can be activated."),
    CardOutcome.REFUSED_NOT_ACTIVE: _("Only an active card can be frozen."),
    CardOutcome.REFUSED_NOT_LOST: _("The card is not reported lost."),
    CardOutcome.REFUSED_NOT_FROZEN: _("The card is not frozen."),
    CardOutcome.REFUSED_CANCELLED: _("The card is cancelled."),
}


class NewCardForm(DeedForm):
    """What is needed to issue a card."""

    person_no = forms.CharField(label=_("person's number"), max_length=32)
    card_no = forms.IntegerField(label=_("card number"), min_value=1, max_value=MAX_CARD_NO, widget=forms.TextInput)
    kind = forms.ChoiceField(label=_("kind"), choices=CardKind.choices)
    expires_on = forms.DateField(label=_("expires on"), required=False)

    def clean_person_no(self) -> Person:
        """The person with this number."""
        number = self.cleaned_data["person_no"].strip()
        person = people_with([number]).get(number)
        if person is None:
            raise ValidationError(_now("Nobody is registered under this number."))
        return person


class NewNumberForm(DeedForm):
    """The number of the card that takes the place of a lost one."""

    new_card_no = forms.IntegerField(
        label=_("number of the new card"), min_value=1, max_value=MAX_CARD_NO, widget=forms.TextInput
    )


REGISTERING = Deed(
    "cards.issue_card",
    _("Issue a card"),
    lambda actor, row, said: issue_card(
        actor, said["card_no"], person_id=said["person_no"].pk, kind=CardKind(said["kind"]), expires_on=said["expires_on"]
    ),
    form=NewCardForm,
    explains=_("The card is issued, not yet active: activate it when its holder takes it."),
    says={**SAYS, CardOutcome.DONE: _("The card is issued. Activate it when its holder takes it.")},
)


def _step(
    name: str,
    title: object,
    act: Callable[..., CardOutcome],
    *,
    rule: Callable[[CardState], CardOutcome],
    explains: object = "",
    is_grave: bool = False,
) -> Deed:
    """A deed that needs nothing but the card, offered in the states in which it would change something."""

    def run(actor: Actor, card: Card, said: Any) -> CardOutcome:
        return act(actor, card.card_no)

    return Deed(name, title, run, explains=explains, says=SAYS, is_grave=is_grave, offered=lambda card: _changes(rule, card=card))


def _changes(rule: Callable[[CardState], CardOutcome], *, card: Card) -> bool:
    return rule(CardState(card.state)) is CardOutcome.DONE


DEEDS = (
    _step("cards.activate_card", _("Activate"), activate_card, rule=rules.may_activate),
    _step(
        "cards.report_loss",
        _("Report loss"),
        report_loss,
        rule=rules.may_report_loss,
        explains=_("From this moment the card buys nothing online. The money stays on the person's accounts."),
        is_grave=True,
    ),
    _step(
        "cards.withdraw_loss_report",
        _("Withdraw loss report"),
        withdraw_loss_report,
        rule=rules.may_withdraw_loss_report,
        explains=_("The card was found: it can be used again."),
    ),
    Deed(
        "cards.replace_card",
        _("Replace"),
        lambda actor, card, said: replace_card(actor, card.card_no, new_card_no=said["new_card_no"]),
        form=NewNumberForm,
        explains=_("The lost card is cancelled, the new one is active at once. The money stays on the person's accounts."),
        says=SAYS,
        offered=lambda card: _changes(rules.may_replace, card=card),
    ),
    _step(
        "cards.freeze_card",
        _("Freeze"),
        freeze_card,
        rule=rules.may_freeze,
        explains=_("The card buys nothing online until it is unfrozen."),
    ),
    _step("cards.unfreeze_card", _("Unfreeze"), unfreeze_card, rule=rules.may_unfreeze),
    _step(
        "cards.cancel_card",
        _("Cancel card"),
        cancel_card,
        rule=rules.may_cancel,
        explains=_("A cancelled card never comes back. The money stays on the person's accounts."),
        is_grave=True,
    ),
)

STATE = badge(
    "state",
    _("state"),
    {CardState.ISSUED: "note", CardState.ACTIVE: "good", CardState.LOST: "bad", CardState.FROZEN: "warn"},
)
PERSON = column("holder", _("person"), lambda card: link("people.person", card.person_id, card.person))
MONEY = column("purchase_list", _("purchases"), lambda card: list_link("purchases.purchase", _("Show"), q=card.card_no))
REPLACED_BY = column(
    "new_card", _("replaced by"), lambda card: card.replaced_by_id and link("cards.card", card.replaced_by_id, card.replaced_by)
)


@admin.register(Card)
class CardAdmin(DeedAdmin):
    """卡: searched by card number, person number or name."""

    list_display = ("card_no", STATE, "kind", PERSON, "expires_on", "issued_at")
    list_filter = (("state", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter), ("issued_at", RangeDateFilter))
    list_select_related = ("person", "replaced_by")
    search_fields = ("=card_no", "person__person_no__startswith", "person__full_name__startswith")
    search_help_text = _("Card number, person's number or name")
    ordering = ("card_no",)
    registering = REGISTERING
    deeds = DEEDS
    fieldsets = (
        (None, {"fields": ("card_no", STATE, "kind", PERSON, "expires_on", MONEY)}),
        (
            _("Life"),
            {
                "fields": (
                    "issued_at",
                    "activated_at",
                    "loss_reported_at",
                    "loss_version",
                    "cancelled_at",
                    REPLACED_BY,
                )
            },
        ),
    )


REASON = badge("reason", _("reason"), {CardState.LOST: "bad", CardState.FROZEN: "warn", CardState.ACTIVE: "good"})
LISTED_CARD = column("number", _("card number"), lambda change: link("cards.card", change.card_id, change.card_no))


@admin.register(BlacklistChange)
class BlacklistChangeAdmin(MoneyAdmin):
    """黑名单: every change of it, newest first; the first line's count is how many cards are on it now."""

    list_display = ("version", LISTED_CARD, "is_listed", REASON, "changed_at", "listed_count")
    list_filter = (
        ("is_listed", BooleanRadioFilter),
        ("reason", ChoicesDropdownFilter),
        ("changed_at", RangeDateTimeFilter),
    )
    search_fields = ("=card_no",)
    search_help_text = _("Card number")
    fields = (*list_display, "checksum")
