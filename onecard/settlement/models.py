"""Statements (结算单) with their lines, payments to merchants, and corrections that merchants ask for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onecard.settlement.types import CorrectionState, Part, PaymentState, StatementState


class Statement(models.Model):
    """结算单: a merchant's period. Its transfers are those of the payable account with ids after `after_id` up to `last_id`.

    What it is reckoned by is in `terms`, so the ledger gives the same figures at any time. Only `state` and who took which step
    change. Reversals and corrections carry their sign.
    """

    merchant = models.ForeignKey("merchants.Merchant", models.PROTECT, related_name="statements", verbose_name=_("merchant"))
    number = models.PositiveIntegerField(_("statement"))
    previous = models.OneToOneField(
        "self", models.PROTECT, related_name="following", verbose_name=_("statement before"), null=True, blank=True
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    after_id = models.BigIntegerField(_("after transfer"))
    last_id = models.BigIntegerField(_("last transfer"))
    terms = models.JSONField(_("terms"))
    opening_fen = models.BigIntegerField(_("opening"))
    sales_fen = models.BigIntegerField(_("sales"))
    reversals_fen = models.BigIntegerField(_("reversals"))
    corrections_fen = models.BigIntegerField(_("corrections"))
    fee_fen = models.BigIntegerField(_("management fee"))
    payable_fen = models.BigIntegerField(_("payable"))
    due_fen = models.BigIntegerField(_("to be paid"))
    closing_fen = models.BigIntegerField(_("closing"))
    state = models.SmallIntegerField(_("state"), choices=StatementState, default=StatementState.BUILT)
    built_by = models.CharField(_("built by"), max_length=150)
    built_at = models.DateTimeField(_("built at"))
    checked_by = models.CharField(_("checked by"), max_length=150, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=150, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmation = models.CharField(_("how it was confirmed"), max_length=200, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        indexes = [models.Index(fields=["state"], name="settlement_statement_state")]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "number"], name="statement_is_numbered_once"),
            models.CheckConstraint(
                condition=Q(number=1, previous=None) | Q(number__gt=1, previous__isnull=False), name="statements_are_a_chain"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), last_id__gte=F("after_id")), name="statement_has_a_period"
            ),
            models.CheckConstraint(
                condition=Q(
                    payable_fen=F("opening_fen") + F("sales_fen") + F("reversals_fen") + F("corrections_fen") - F("fee_fen"),
                    closing_fen=F("payable_fen") - F("due_fen"),
                ),
                name="statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(payable_fen__gt=0, due_fen=F("payable_fen")) | Q(payable_fen__lte=0, due_fen=0),
                name="what_is_payable_is_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant.code} {self.first_day} - {self.last_day}"


class Line(models.Model):
    """结算明细: what a day, terminal, meal, part and rate added; all of them add up to the statement's figures."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines", verbose_name=_("statement"))
    day = models.DateField(_("day"))
    source = models.ForeignKey("ledger.Source", models.PROTECT, related_name="+", verbose_name=_("source"))
    meal = models.CharField(_("meal"), max_length=40, blank=True)
    part = models.SmallIntegerField(_("part"), choices=Part)
    rate_from = models.DateField(_("rate from"))
    transfers = models.BigIntegerField(_("transfers"))
    amount_fen = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "day", "source", "meal", "part", "rate_from"], name="statement_line_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.day}"


class PaymentFile(models.Model):
    """付款文件: what finance pays in one go. Account numbers are read from their sealed rows when it is fetched."""

    made_by = models.CharField(_("made by"), max_length=150)
    made_at = models.DateTimeField(_("made at"))
    total_fen = models.BigIntegerField(_("total"))

    class Meta:
        verbose_name = _("payment file")
        verbose_name_plural = _("payment files")

    def __str__(self) -> str:
        return f"{self.pk}"


class Payment(models.Model):
    """付款: one try to pay what a statement has due; the ledger numbers it by its key, and minus it what the bank sent back."""

    file = models.ForeignKey(PaymentFile, models.PROTECT, related_name="payments", verbose_name=_("payment file"))
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="payments", verbose_name=_("statement"))
    account = models.ForeignKey("merchants.BankAccount", models.PROTECT, related_name="+", verbose_name=_("bank account"))
    amount_fen = models.BigIntegerField(_("amount"))
    state = models.SmallIntegerField(_("state"), choices=PaymentState, default=PaymentState.HANDED_OVER)
    was_paid = models.BooleanField(_("was paid"), default=False)
    decided_by = models.CharField(_("recorded by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    bank_says = models.CharField(_("what the bank said"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("payment to a merchant")
        verbose_name_plural = _("payments to merchants")
        constraints = [
            models.UniqueConstraint(
                fields=["statement"], condition=~Q(state=PaymentState.FAILED), name="statement_is_paid_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.HANDED_OVER, was_paid=False)
                | Q(state=PaymentState.PAID, was_paid=True)
                | Q(state=PaymentState.FAILED),
                name="paid_payment_was_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.statement}"


class CorrectionRequest(models.Model):
    """更正申请: a merchant asks that money of a sale goes back to the card holder; the centre decides."""

    merchant = models.ForeignKey("merchants.Merchant", models.PROTECT, related_name="+", verbose_name=_("merchant"))
    transfer_id = models.BigIntegerField(_("transfer"))
    amount_fen = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.SmallIntegerField(_("state"), choices=CorrectionState, default=CorrectionState.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=150)
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("correction asked for by a merchant")
        verbose_name_plural = _("corrections asked for by merchants")
        constraints = [
            models.UniqueConstraint(
                fields=["transfer_id"], condition=~Q(state=CorrectionState.REJECTED), name="sale_is_corrected_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="correction_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
