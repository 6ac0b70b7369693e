"""Tables of the room: sums of closed business days. Written by the day close alone, append-only, provable from the transfers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onecard.ledger.types import Subject, TransferKind

ACCOUNT = "ledger.Account"


class Day(models.Model):
    """日汇总: a closed business day as a whole, and how things stood at its close (None where that is not known any more).

    `zone` is the campus's time zone at the close: the quarter hours of its takings are in it.
    """

    business_date = models.DateField(_("business date"), primary_key=True)
    zone = models.CharField(_("time zone"), max_length=64)
    transfers = models.BigIntegerField(_("transfers"))
    sum_fen = models.BigIntegerField(_("sum"))
    cards_used = models.IntegerField(_("cards used"))
    declined = models.IntegerField(_("declined"))
    cards_active = models.IntegerField(_("active cards"), null=True)
    terminals_enrolled = models.IntegerField(_("terminals enrolled"), null=True)
    held = models.IntegerField(_("held records"), null=True)
    missing = models.BigIntegerField(_("missing numbers"), null=True)
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("day's sums")
        verbose_name_plural = _("days' sums")

    def __str__(self) -> str:
        return self.business_date.isoformat()


class Movement(models.Model):
    """发生额: what moved from one subject to another on a day, by kind and source.

    `source` is the till or job that numbered it, None for terminals; a side's `unit` is the account when it is a merchant's.
    """

    business_date = models.DateField(_("business date"))
    kind = models.SmallIntegerField(_("kind"), choices=TransferKind)
    source = models.ForeignKey("ledger.Source", models.PROTECT, verbose_name=_("source"), null=True, db_index=False)
    debit_subject = models.SmallIntegerField(_("debit"), choices=Subject)
    credit_subject = models.SmallIntegerField(_("credit"), choices=Subject)
    debit_unit = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", null=True, db_index=False)
    credit_unit = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", null=True, db_index=False)
    transfers = models.BigIntegerField(_("transfers"))
    amount_fen = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("day's movement")
        verbose_name_plural = _("days' movements")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "business_date",
                    "kind",
                    "source",
                    "debit_subject",
                    "credit_subject",
                    "debit_unit",
                    "credit_unit",
                ],
                nulls_distinct=False,
                name="movement_is_kept_once",
            ),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0, transfers__gt=0), name="movement_moved_something"),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.debit_subject}>{self.credit_subject}"


class Takings(models.Model):
    """营业额: a merchant's purchases less its terminals' reversals in a quarter hour of a day, on campus time.

    `quarter` counts from midnight (0 to 95); it is LATE for purchases that happened on another date than the business day's.
    """

    LATE = -1

    business_date = models.DateField(_("business date"))
    account = models.ForeignKey(ACCOUNT, models.PROTECT, verbose_name=_("payable account"), db_index=False)
    quarter = models.SmallIntegerField(_("quarter hour"))
    purchases = models.IntegerField(_("purchases"))
    reversals = models.IntegerField(_("reversals"))
    amount_fen = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("takings of a quarter hour")
        verbose_name_plural = _("takings of quarter hours")
        constraints = [
            models.UniqueConstraint(fields=["business_date", "account", "quarter"], name="takings_are_kept_once"),
            models.CheckConstraint(condition=models.Q(quarter__range=(-1, 95)), name="quarter_is_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.account_id} {self.quarter}"
