"""What the pages of the room do: one deed an action."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onecard.access.action import is_refusal
from onecard.access.pages import Answers, Deed, DeedForm
from onecard.access.types import Actor
from onecard.kernel.money import yuan
from onecard.kernel.pages import amount_text, names_and_values
from onecard.settlement.actions.approve_statement import approve_statement
from onecard.settlement.actions.book_correction import book_correction
from onecard.settlement.actions.build_statement import build_statement
from onecard.settlement.actions.check_statement import check_statement
from onecard.settlement.actions.fail_payment import fail_payment
from onecard.settlement.actions.make_payment_file import make_payment_file
from onecard.settlement.actions.record_confirmation import record_confirmation
from onecard.settlement.actions.record_payment import record_payment
from onecard.settlement.actions.reject_correction import reject_correction
from onecard.settlement.models import PaymentFile, Statement
from onecard.settlement.queries import due_periods
from onecard.settlement.types import (
    BUILD_WORDS,
    CORRECTION_WORDS,
    STATEMENT_WORDS,
    Built,
    CorrectionState,
    PaymentState,
    StatementOutcome,
    StatementState,
)

SAYS = {StatementOutcome[name]: words for name, words in STATEMENT_WORDS.items()}


class BuildForm(DeedForm):
    """Whose period that is over."""

    period = forms.ChoiceField(label=_("period"), help_text=_("Periods that are over and whose business days are all closed."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (f"{merchant.code}|{period.last_day}", f"{merchant.code} {merchant.name}: {period.first_day} - {period.last_day}")
            for merchant, period in due_periods()
        ]


class PaperForm(DeedForm):
    """How the merchant confirmed."""

    reason = forms.CharField(
        label=_("how the merchant confirmed"), max_length=200, help_text=_("The signed paper, by whom and when.")
    )


class DueForm(DeedForm):
    """The amount that is approved."""

    due_fen = forms.IntegerField(widget=forms.HiddenInput)


class FileForm(DeedForm):
    """Which statements are paid."""

    statements = forms.MultipleChoiceField(
        label=_("statements"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those that are approved; when there are none, nothing is due."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = (
            Statement.objects.select_related("merchant").filter(state=StatementState.APPROVED).order_by("merchant__code", "pk")
        )
        self.fields["statements"].choices = [(one.pk, f"{one}: {yuan(one.due_fen)}") for one in approved]  # type: ignore[attr-defined]
        self.fields["statements"].initial = [one.pk for one in approved]


class BankForm(DeedForm):
    """The bank's reference."""

    bank_says = forms.CharField(label=_("what the bank said"), max_length=200, required=False)


class ReasonForm(DeedForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def _due(statement: Statement) -> object:
    return names_and_values({"due_fen": statement.due_fen}, words={"due_fen": _("to be paid")})


def _build(actor: Actor, row: object, said: Answers) -> Built:
    code, _sign, last_day = said["period"].partition("|")
    return build_statement(actor, code, last_day=date.fromisoformat(last_day))


def _pay_file(actor: Actor, file: PaymentFile, said: Answers) -> StatementOutcome:
    """Record every payment that finance was handed as paid, each in its own transaction; the first refusal is the answer."""
    outcome = StatementOutcome.REPEATED
    for payment in file.payments.filter(state=PaymentState.HANDED_OVER).order_by("pk"):
        outcome = record_payment(actor, payment.pk, bank_says=said["bank_says"])
        if is_refusal(outcome):
            return outcome
    return outcome


BUILDING = Deed(
    "settlement.build_statement",
    _("Build a statement"),
    _build,
    form=BuildForm,
    explains=_("It opens where the merchant's last statement closed and holds all that was booked since, by the ledger."),
    says=BUILD_WORDS,
)
STATEMENT_DEEDS = (
    Deed(
        "settlement.check_statement",
        _("Statement is right"),
        lambda actor, row, said: check_statement(actor, row.pk),
        explains=_("The merchant is asked to confirm it next. Not by who built it."),
        says=SAYS,
        offered=lambda row: row.state == StatementState.BUILT,
    ),
    Deed(
        "settlement.record_confirmation",
        _("Merchant confirmed on paper"),
        lambda actor, row, said: record_confirmation(actor, row.pk, reason=said["reason"]),
        form=PaperForm,
        explains=_("For a merchant without a log-in; others confirm on their own page."),
        says=SAYS,
        offered=lambda row: row.state == StatementState.CHECKED,
    ),
    Deed(
        "settlement.approve_statement",
        _("Approve the statement"),
        lambda actor, row, said: approve_statement(actor, row.pk, due_fen=said["due_fen"]),
        form=DueForm,
        initial=lambda row: {"due_fen": row.due_fen},
        explains=_("The fee is booked, and this may be paid. Not by who built, checked or recorded the confirmation of it."),
        shows=_due,
        says=SAYS,
        offered=lambda row: row.state == StatementState.CONFIRMED,
    ),
    Deed(
        "settlement.pay_again",
        _("Pay a merchant again"),
        form=DueForm,
        initial=lambda row: {"due_fen": row.due_fen},
        explains=_("It goes into the next payment file, to the account that is in force then."),
        needs_approval=True,
        payload=lambda said: {"due_fen": said["due_fen"]},
        shows=_due,
        offered=lambda row: row.state == StatementState.FAILED,
    ),
)
MAKING_FILE = Deed(
    "settlement.make_payment_file",
    _("Make a payment file"),
    lambda actor, row, said: make_payment_file(actor, [int(pk) for pk in said["statements"]]),
    form=FileForm,
    explains=_("Approved statements go to finance, each into the bank account that is in force now."),
    says=SAYS,
)
FILE_DEEDS = (
    Deed(
        "settlement.record_payment",
        _("All of it was paid"),
        _pay_file,
        form=BankForm,
        explains=_("Every payment of the file that is not recorded yet is booked as paid. Record failed ones first, one by one."),
        says=SAYS,
        offered=lambda row: row.payments.filter(state=PaymentState.HANDED_OVER).exists(),
    ),
)
PAYMENT_DEEDS = (
    Deed(
        "settlement.record_payment",
        _("It was paid"),
        lambda actor, row, said: record_payment(actor, row.pk, bank_says=said["bank_says"]),
        form=BankForm,
        says=SAYS,
        offered=lambda row: row.state == PaymentState.HANDED_OVER,
    ),
    Deed(
        "settlement.fail_payment",
        _("It failed or came back"),
        lambda actor, row, said: fail_payment(actor, row.pk, reason=said["reason"]),
        form=ReasonForm,
        explains=_("What was booked is taken back; the amount is due again by the same statement."),
        says=SAYS,
        offered=lambda row: row.state != PaymentState.FAILED,
    ),
)
CORRECTION_DEEDS = (
    Deed(
        "settlement.book_correction",
        _("Agree and book it"),
        lambda actor, row, said: book_correction(actor, row.pk),
        explains=_("The money goes back to the card holder and comes off the merchant's open statement."),
        shows=lambda row: amount_text(row.amount_fen),
        says=CORRECTION_WORDS,
        offered=lambda row: row.state == CorrectionState.ASKED,
    ),
    Deed(
        "settlement.reject_correction",
        _("Reject it"),
        lambda actor, row, said: reject_correction(actor, row.pk, reason=said["reason"]),
        form=ReasonForm,
        says=CORRECTION_WORDS,
        offered=lambda row: row.state == CorrectionState.ASKED,
    ),
)
