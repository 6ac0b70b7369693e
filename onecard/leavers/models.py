"""Batches of leavers (离校批次) and what became of each of them; balances that nobody asked for (久悬)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onecard.leavers.types import WITHOUT_REFUND, LeaverState, UnclaimedState


class LeaverBatch(models.Model):
    """离校批次: its moments say how far it is."""

    title = models.CharField(_("title"), max_length=80)
    created_by = models.CharField(_("created by"), max_length=150)
    created_at = models.DateTimeField(_("created at"))
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    paid_at = models.DateTimeField(_("refunds paid at"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch of leavers")
        verbose_name_plural = _("batches of leavers")
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(frozen_at__lte=F("cancelled_at")), name="leavers_freeze_first"
            ),
            models.CheckConstraint(condition=Q(paid_at=None) | Q(cancelled_at__isnull=False), name="leavers_are_cancelled_first"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class RefundFile(models.Model):
    """退款付款文件: approved refunds of a batch that go to the bank together; its leavers keep into which accounts."""

    batch = models.ForeignKey(LeaverBatch, models.PROTECT, related_name="files", verbose_name=_("batch of leavers"))
    made_by = models.CharField(_("made by"), max_length=150)
    made_at = models.DateTimeField(_("made at"))
    newest_account_at = models.DateTimeField(_("newest account entered at"))
    total_fen = models.BigIntegerField(_("total"))

    class Meta:
        verbose_name = _("payment file of refunds")
        verbose_name_plural = _("payment files of refunds")
        constraints = [
            models.UniqueConstraint(fields=["batch", "newest_account_at"], name="refunds_go_into_one_file"),
            models.CheckConstraint(condition=Q(total_fen__gt=0), name="refund_file_pays_something"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.batch.title}"


class Leaver(models.Model):
    """离校人员: `payments` counts the payments tried; it numbers them in the ledger. `account` is the one that the file names."""

    batch = models.ForeignKey(LeaverBatch, models.PROTECT, related_name="leavers", verbose_name=_("batch of leavers"))
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.SmallIntegerField(_("state"), choices=LeaverState, default=LeaverState.LISTED)
    refund_fen = models.BigIntegerField(_("refund"), default=0)
    subsidy_fen = models.BigIntegerField(_("subsidy taken back"), default=0)
    payments = models.SmallIntegerField(_("payments tried"), default=0)
    file = models.ForeignKey(
        RefundFile, models.PROTECT, related_name="leavers", verbose_name=_("payment file"), null=True, blank=True
    )
    account = models.ForeignKey(
        "people.BankAccount", models.PROTECT, related_name="+", verbose_name=_("bank account"), null=True, blank=True
    )
    changed_at = models.DateTimeField(_("changed at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("leaver")
        verbose_name_plural = _("leavers")
        constraints = [
            models.UniqueConstraint(fields=["batch", "person"], name="leaver_is_listed_once"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[LeaverState.LISTED, LeaverState.FROZEN]),
                name="leaver_is_in_one_open_batch",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WITHOUT_REFUND, refund_fen=0) | (~Q(state__in=WITHOUT_REFUND) & Q(refund_fen__gt=0)),
                name="refund_goes_with_state",
            ),
            models.CheckConstraint(
                condition=Q(file=None, account=None) | Q(file__isnull=False, account__isnull=False),
                name="refund_in_a_file_has_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.person}"


class UnclaimedList(models.Model):
    """久悬名单: balances that nobody asked for, told of together; booked together once the notice has run."""

    title = models.CharField(_("title"), max_length=80)
    noticed_by = models.CharField(_("notice given by"), max_length=150)
    noticed_at = models.DateTimeField(_("notice given at"))
    booked_at = models.DateTimeField(_("booked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("list of unclaimed balances")
        verbose_name_plural = _("lists of unclaimed balances")
        constraints = [
            models.CheckConstraint(condition=Q(booked_at=None) | Q(booked_at__gte=F("noticed_at")), name="notice_comes_first"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class UnclaimedBalance(models.Model):
    """久悬余额: of a dormant cash purse, or of an unpaid refund (`leaver`). `payments` numbers payments in the ledger."""

    of_list = models.ForeignKey(UnclaimedList, models.PROTECT, related_name="balances", verbose_name=_("list"))
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    leaver = models.ForeignKey(Leaver, models.PROTECT, related_name="+", verbose_name=_("leaver"), null=True, blank=True)
    amount_fen = models.BigIntegerField(_("amount"))
    last_moved_on = models.DateField(_("last moved on"))
    state = models.SmallIntegerField(_("state"), choices=UnclaimedState, default=UnclaimedState.NOTICED)
    payments = models.SmallIntegerField(_("payments tried"), default=0)
    account = models.CharField(_("paid to"), max_length=80, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("unclaimed balance")
        verbose_name_plural = _("unclaimed balances")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(leaver=None, state=UnclaimedState.NOTICED), name="purse_is_noticed_once"
            ),
            models.UniqueConstraint(
                fields=["leaver"], condition=~Q(state=UnclaimedState.STIRRED), name="refund_is_unclaimed_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="unclaimed_is_an_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.of_list_id} {self.person}"
