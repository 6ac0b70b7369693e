"""What the pages of cards ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from onecard.access.pages import DeedForm
from onecard.cards.types import CardKind, Condition, PaidBy, Place
from onecard.kernel.money import fen
from onecard.people.models import Person
from onecard.people.queries import people_with

MAX_CARD_NO = 2**63 - 1
MOST_CARDS = 1_000_000
MOST_FEN = 100_000_00
MOST_LINES = 10_000
CENTRES = [(place.value, place.label) for place in (Place.MAKING, Place.SETTLEMENT)]
ISSUED_KINDS = [(kind.value, kind.label) for kind in CardKind if kind is not CardKind.TEST]


def card_number(label: Any, **more: Any) -> forms.IntegerField:
    """A card's number, typed or scanned."""
    return forms.IntegerField(label=label, min_value=1, max_value=MAX_CARD_NO, widget=forms.TextInput, **more)


def count(label: Any, *, least: int = 1) -> forms.IntegerField:
    """How many cards."""
    return forms.IntegerField(label=label, min_value=least, max_value=MOST_CARDS, widget=forms.TextInput)


def short_text(label: Any, *, most: int = 80, required: bool = False, **more: Any) -> forms.CharField:
    """A line of text."""
    return forms.CharField(label=label, max_length=most, required=required, **more)


class NewCardForm(DeedForm):
    """What is needed to issue a card."""

    person_no = short_text(_("person's number"), most=32, required=True)
    card_no = card_number(_("card number"))
    kind = forms.ChoiceField(label=_("kind"), choices=ISSUED_KINDS)
    expires_on = forms.DateField(label=_("expires on"), required=False)
    requested_by = short_text(_("unit that asked for it"))
    deposit = forms.ChoiceField(label=_("deposit, if the kind has one"), choices=PaidBy.choices, initial=PaidBy.COUNTER)
    desk = short_text(_("desk whose blank it is"), most=40)

    def clean_person_no(self) -> Person:
        """The person with this number."""
        number = self.cleaned_data["person_no"].strip()
        person = people_with([number]).get(number)
        if person is None:
            raise ValidationError(_now("Nobody is registered under this number."))
        return person


class NewNumberForm(DeedForm):
    """The card that takes the place of a lost one, and how the fee is paid."""

    new_card_no = card_number(_("number of the new card"))
    fee = forms.ChoiceField(label=_("fee paid"), choices=PaidBy.choices, initial=PaidBy.COUNTER)
    desk = short_text(_("desk whose blank it is"), most=40)


class ExtensionForm(DeedForm):
    """Until when the card is valid."""

    until = forms.DateField(label=_("valid until"))
    requested_by = short_text(_("unit that asked for it"))


class NoteForm(DeedForm):
    """A note, if there is something to say."""

    note = short_text(_("note"), most=200)


class ClosingForm(NoteForm):
    """The count that is approved, and why it is before its day."""

    left_over = forms.IntegerField(min_value=0, max_value=MOST_CARDS, widget=forms.HiddenInput)


class ReasonForm(DeedForm):
    """Why."""

    reason = short_text(_("reason"), most=200, required=True)


class SeenForm(DeedForm):
    """With what the holder was seen in person."""

    seen = short_text(_("document seen"), required=True)


class PinForm(DeedForm):
    """A PIN, keyed twice."""

    pin = short_text(_("new PIN"), most=12, required=True, widget=forms.PasswordInput(attrs={"inputmode": "numeric"}))
    again = short_text(_("new PIN again"), most=12, required=True, widget=forms.PasswordInput(attrs={"inputmode": "numeric"}))

    def clean_again(self) -> str:
        """The PIN, keyed the same twice."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("pin"):
            raise ValidationError(_now("The two PINs differ."))
        return again


class ChangePinForm(PinForm):
    """The old PIN and the new one twice."""

    old = short_text(_("old PIN"), most=12, required=True, widget=forms.PasswordInput(attrs={"inputmode": "numeric"}))
    field_order = ("old", "pin", "again")


class AmountField(forms.CharField):
    """An amount in yuan, read into fen."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=16, **more)

    def clean(self, value: Any) -> int:
        """The amount in fen, between 0 and MOST_FEN."""
        try:
            amount_fen = fen(super().clean(value))
        except ValueError as error:
            raise ValidationError(_now("An amount in yuan, for example 12.50.")) from error
        if not 0 <= amount_fen <= MOST_FEN:
            raise ValidationError(_now("An amount in yuan, for example 12.50."))
        return amount_fen


class LimitsForm(DeedForm):
    """What the card may spend without its PIN."""

    single = AmountField(label=_("at once (¥)"))
    day = AmountField(label=_("in a day (¥)"))


class TestCardForm(DeedForm):
    """A number for tests and what it is for."""

    card_no = card_number(_("card number"))
    purpose = short_text(_("purpose"), most=120, required=True)


class BoxForm(DeedForm):
    """A box from the maker."""

    box_no = short_text(_("box number"), most=40, required=True)
    count = count(_("cards"))
    first_no = card_number(_("first number"), required=False)
    last_no = card_number(_("last number"), required=False)
    supplier = short_text(_("supplier"))


class SlipForm(DeedForm):
    """Cards to send: so many blank ones, or numbered ones."""

    from_place = forms.ChoiceField(label=_("from"), choices=CENTRES)
    to_place = forms.ChoiceField(label=_("to"), choices=CENTRES, initial=Place.SETTLEMENT)
    condition = forms.ChoiceField(label=_("condition"), choices=Condition.choices)
    count = forms.IntegerField(
        label=_("cards, of blank ones"), min_value=0, max_value=MOST_CARDS, initial=0, widget=forms.TextInput
    )
    card_nos = forms.CharField(
        label=_("card numbers, of others"),
        required=False,
        max_length=200_000,
        widget=forms.TextInput,
        help_text=_("Numbers separated by blanks; first-last for a range."),
    )

    def clean_card_nos(self) -> list[int]:
        """The numbers in order, each once."""
        found: set[int] = set()
        for word in self.cleaned_data["card_nos"].replace(",", " ").split():
            first, _dash, last = word.partition("-")
            if not (first.isascii() and first.isdigit() and (last or first).isdigit()):
                raise ValidationError(_now("%(word)s is no card number and no range.") % {"word": word[:40]})
            numbers = range(int(first), int(last or first) + 1)
            if len(found) + len(numbers) > MOST_LINES:
                raise ValidationError(_now("So many numbers do not go on one slip."))
            found |= set(numbers)
        return sorted(found)


class CountForm(DeedForm):
    """What was counted."""

    count = count(_("cards counted"))


class DeskForm(DeedForm):
    """Blank cards to a desk, or back."""

    desk = short_text(_("desk"), most=40, required=True)
    count = count(_("cards; below zero: back from the desk"), least=-MOST_CARDS)


class ScrapForm(DeedForm):
    """Blank cards that are no good."""

    place = forms.ChoiceField(label=_("place"), choices=CENTRES)
    count = count(_("cards"))
    reason = short_text(_("reason"), most=200, required=True)


class JobForm(DeedForm):
    """For whom cards are made."""

    title = short_text(_("title"), required=True)
    kind = forms.ChoiceField(label=_("kind"), choices=ISSUED_KINDS)
    expires_on = forms.DateField(label=_("expires on"), required=False)
    person_nos = forms.CharField(
        label=_("people's numbers"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        max_length=400_000,
        help_text=_("One a line; more on a line are read too."),
    )

    def clean_person_nos(self) -> list[int]:
        """The people with these numbers, in the order given."""
        numbers = list(dict.fromkeys(self.cleaned_data["person_nos"].replace(",", " ").split()))
        known = people_with(numbers)
        if missing := [number for number in numbers if number not in known]:
            raise ValidationError(_now("Nobody is registered under: %(numbers)s") % {"numbers": ", ".join(missing[:20])})
        if len(numbers) > MOST_LINES:
            raise ValidationError(_now("So many people do not go into one job."))
        return [known[number].pk for number in numbers]


class ScannedForm(DeedForm):
    """A card that was read."""

    card_no = card_number(_("card number"))


class SpoiledForm(ScannedForm):
    """A card that is no good, and why."""

    reason = short_text(_("reason"), most=200, required=True)


class TitleForm(DeedForm):
    """A name for the batch."""

    title = short_text(_("title"), required=True)


class BoxingForm(DeedForm):
    """Which cards go into a desk's box."""

    desk = short_text(_("desk"), most=40, required=True)
    first_no = card_number(_("first number"), required=False)
    last_no = card_number(_("last number"), required=False)
