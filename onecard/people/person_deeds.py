"""What can be done to one person: the buttons and forms of the person's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onecard.access.pages import MOST_OF_A_REASON, Answers, Deed, DeedForm
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.people.actions.change_person import change_person
from onecard.people.actions.enter_bank_account import enter_bank_account
from onecard.people.actions.mark_left import mark_left
from onecard.people.actions.mark_present import mark_present
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person
from onecard.people.types import MOST_OF_A_BANK, MOST_OF_A_HOLDER, NewPerson, PersonKind, PersonOutcome, PersonState

FIELD_WORDS = {
    "person_no": _("person's number"),
    "full_name": _("full name"),
    "kind": _("kind"),
    "unit": _("unit"),
    "valid_until": _("valid until"),
    "left_on": _("left on"),
    "id_number": _("identity number"),
    "phone": _("telephone"),
    "account_no": _("account number"),
    "born_on": _("birth date"),
    "family_of": _("belongs to"),
    "merged": _("merged"),
}
SAYS = {
    PersonOutcome.REFUSED_NO_REASON: _("Say why."),
    PersonOutcome.REFUSED_MERGED: _("This record is merged into another: change that one."),
    PersonOutcome.REFUSED_NUMBER: _("The number is not at most 32 letters, digits, '-', '_' or '.': correct it."),
    PersonOutcome.REFUSED_NAME: _("The name is empty, too long, or holds invisible signs."),
    PersonOutcome.REFUSED_NUMBER_TAKEN: _("Somebody has this number already."),
    PersonOutcome.REFUSED_ID_NUMBER: _("The identity number's check digit, date or length is wrong: look at the document."),
    PersonOutcome.REFUSED_PHONE: _("This is not a telephone number."),
    PersonOutcome.REFUSED_BIRTH_DATE: _("The birth date is not the one in the identity number."),
    PersonOutcome.REFUSED_IDENTITY_KNOWN: _("Somebody has this identity number: search for it, it may be the same person."),
    PersonOutcome.REFUSED_FAMILY: _("Nobody present has the number of whom this person should belong to."),
    PersonOutcome.REFUSED_ACCOUNT: _("A bank account has 8 to 34 letters and digits; holder and bank at most 80 signs each."),
    PersonOutcome.REFUSED_NOTHING: _("Neither identity number nor telephone nor bank account is known."),
}


class PersonForm(DeedForm):
    """Who somebody is."""

    person_no = forms.CharField(label=_("person's number"), max_length=32)
    full_name = forms.CharField(label=_("full name"), max_length=80)
    kind = forms.ChoiceField(label=_("kind"), choices=PersonKind.choices)
    unit = forms.CharField(label=_("unit"), max_length=80, required=False)
    valid_until = forms.DateField(label=_("valid until"), required=False)
    id_number = forms.CharField(label=_("identity number"), max_length=24, required=False)
    phone = forms.CharField(label=_("telephone"), max_length=24, required=False)
    born_on = forms.DateField(label=_("birth date"), required=False, help_text=_("Only where no identity number says it."))
    family_of = forms.CharField(
        label=_("belongs to"), max_length=32, required=False, help_text=_("Of family: the number of whom they belong to.")
    )


class ReasonForm(DeedForm):
    """Why."""

    reason = forms.CharField(label=_("reason"), max_length=MOST_OF_A_REASON)


class ChangeForm(PersonForm):
    """Who somebody is by now, and why it changes. Private values are not shown: empty leaves them."""

    reason = forms.CharField(label=_("reason"), max_length=MOST_OF_A_REASON)


class LeavingForm(ReasonForm):
    """Since when, and why."""

    left_on = forms.DateField(label=_("left on"))
    field_order = ("left_on", "reason")


class AccountForm(DeedForm):
    """Where refunds go."""

    holder = forms.CharField(
        label=_("account holder"), max_length=MOST_OF_A_HOLDER, required=False, help_text=_("Empty: the person's own name.")
    )
    bank = forms.CharField(label=_("bank"), max_length=MOST_OF_A_BANK, required=False)
    account_no = forms.CharField(label=_("account number"), max_length=60)


class MergeForm(DeedForm):
    """Which record stays."""

    into = forms.CharField(label=_("number of the record that stays"), max_length=32)
    because = forms.CharField(label=_("why they are one person"), max_length=MOST_OF_A_REASON)


def _new(said: Answers) -> NewPerson:
    return NewPerson(said["person_no"], said["full_name"], PersonKind(said["kind"]), said["unit"], said["valid_until"])


def _private(said: Answers) -> dict[str, Any]:
    return {name: said[name] for name in ("id_number", "phone", "born_on", "family_of")}


def _change(actor: Actor, person: Person, said: Answers) -> PersonOutcome:
    return change_person(actor, person.pk, now=_new(said), reason=said["reason"], **_private(said))


def _as_it_is(person: Person) -> dict[str, Any]:
    shown = {name: getattr(person, name) for name in ("person_no", "full_name", "kind", "unit", "valid_until")}
    return {**shown, "family_of": person.family_of.person_no if person.family_of else ""}


def _is_kept(person: Person) -> bool:
    return person.state != PersonState.MERGED


REGISTERING = Deed(
    "people.register_person",
    _("Register a person"),
    lambda actor, row, said: register_person(actor, _new(said), **_private(said)),
    form=PersonForm,
    says={**SAYS, PersonOutcome.DONE: _("The person is registered. Next: issue a card.")},
)
REVEALING = Deed(
    "people.reveal_particulars",
    _("Show what is private"),
    form=ReasonForm,
    explains=_("Identity number, telephone and bank account in full. The audit log keeps that you looked."),
    offered=_is_kept,
)
TAKING_PHOTO = Deed("people.store_photo", _("Photo"), offered=_is_kept)
DEEDS = (
    Deed(
        "people.change_person",
        _("Change"),
        _change,
        form=ChangeForm,
        explains=_("Identity number, telephone and birth date are changed when you fill them in, and stay when you don't."),
        says=SAYS,
        initial=_as_it_is,
        offered=_is_kept,
    ),
    REVEALING,
    TAKING_PHOTO,
    Deed(
        "people.enter_bank_account",
        _("Bank account for refunds"),
        lambda actor, person, said: enter_bank_account(actor, person.pk, **said),
        form=AccountForm,
        explains=_("Where finance refunds the person, in place of an account that was entered before."),
        says=SAYS,
        offered=_is_kept,
    ),
    Deed(
        "people.mark_left",
        _("Mark as left"),
        lambda actor, person, said: mark_left(actor, person.pk, left_on=said["left_on"], reason=said["reason"]),
        form=LeavingForm,
        explains=_("Cards and purses stay until the card office closes them."),
        says=SAYS,
        initial=lambda person: {"left_on": clock.today()},
        offered=lambda person: person.state == PersonState.PRESENT,
    ),
    Deed(
        "people.mark_present",
        _("Back again"),
        lambda actor, person, said: mark_present(actor, person.pk, reason=said["reason"]),
        form=ReasonForm,
        says=SAYS,
        offered=lambda person: person.state == PersonState.LEFT,
    ),
    Deed(
        "cards.merge_people",
        _("Merge"),
        form=MergeForm,
        explains=_("This record goes: its money and cancelled cards move to the record that stays, and its number leads there."),
        needs_approval=True,
        payload=lambda said: {"into": said["into"].strip(), "because": said["because"]},
        offered=_is_kept,
        is_grave=True,
    ),
)
