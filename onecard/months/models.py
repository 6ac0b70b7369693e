"""Tables of the room: finance's figures, reconciliations signed by both sides, and closed months. All append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class FinanceFigure(models.Model):
    """财务账面余额: what finance's account of the payable shows at a month's end; the newest of a month counts.

    `file_name`, `file_digest` (SHA-256, hex) and `lines` say which statement of the account it was read from; empty: by hand.
    """

    month = models.DateField(_("month"))
    payable_fen = models.BigIntegerField(_("finance's balance"))
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    file_digest = models.CharField(_("digest of the file"), max_length=64, blank=True)
    lines = models.IntegerField(_("lines"), default=0)
    given_by = models.CharField(_("given by"), max_length=150)
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("finance's balance")
        verbose_name_plural = _("finance's balances")
        indexes = [models.Index(fields=["month", "-id"], name="months_figure_of_month")]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="figure_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Reconciliation(models.Model):
    """余额调节表: why the centre's balance and finance's differ, item by item; proposed by one side, approved by the other."""

    month = models.DateField(_("month"))
    books_fen = models.BigIntegerField(_("the centre's balance"))
    finance_fen = models.BigIntegerField(_("finance's balance"))
    difference_fen = models.BigIntegerField(_("difference"))
    paper_no = models.CharField(_("paper"), max_length=24)
    signed_by = models.CharField(_("signed by"), max_length=200)
    signed_at = models.DateTimeField(_("signed at"))
    proposal_id = models.BigIntegerField(_("proposal"), null=True)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        constraints = [
            models.UniqueConstraint(fields=["month", "books_fen", "finance_fen"], name="difference_is_reconciled_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="reconciliation_is_of_a_month"),
            models.CheckConstraint(
                condition=Q(difference_fen=F("books_fen") - F("finance_fen")) & ~Q(difference_fen=0),
                name="reconciliation_has_its_difference",
            ),
        ]

    def __str__(self) -> str:
        return self.paper_no


class ReconciliationLine(models.Model):
    """调节项目: one reason of a difference and how much of it."""

    reconciliation = models.ForeignKey(
        Reconciliation, models.PROTECT, related_name="items", verbose_name=_("reconciliation"), db_index=False
    )
    position = models.SmallIntegerField(_("position"))
    amount_fen = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    reference = models.CharField(_("reference"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("item of a reconciliation")
        verbose_name_plural = _("items of reconciliations")
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "position"], name="item_has_its_place"),
            models.CheckConstraint(condition=~Q(amount_fen=0) & ~Q(reason=""), name="item_says_how_much_and_why"),
        ]

    def __str__(self) -> str:
        return f"{self.reconciliation_id}/{self.position}"


class MonthClose(models.Model):
    """月结: a closed month as it was: its days, the roll-forward of all purses, finance's balance, the papers that say so.

    While a month stands here no business day of it can be opened or changed (trigger on `ledger_businessday`).
    """

    month = models.DateField(_("month"), primary_key=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    business_days = models.SmallIntegerField(_("business days"))
    transfers = models.BigIntegerField(_("transfers"))
    opening_fen = models.BigIntegerField(_("opening balance"))
    in_fen = models.BigIntegerField(_("in"))
    out_fen = models.BigIntegerField(_("out"))
    books_fen = models.BigIntegerField(_("the centre's balance"))
    finance_fen = models.BigIntegerField(_("finance's balance"))
    figure = models.ForeignKey(FinanceFigure, models.PROTECT, related_name="+", verbose_name=_("finance's balance"))
    reconciliation = models.OneToOneField(
        Reconciliation, models.PROTECT, related_name="close", verbose_name=_("reconciliation"), null=True
    )
    purses = models.JSONField(_("balances of the purses"))
    report_no = models.CharField(_("month report"), max_length=24)
    deposits_no = models.CharField(_("total of deposits"), max_length=24)
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.CharField(_("closed by"), max_length=150)

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        constraints = [
            models.UniqueConstraint(fields=["last_day"], name="one_month_ends_on_a_day"),
            models.CheckConstraint(
                condition=Q(month__day=1, first_day__lte=F("last_day"), last_day__gte=F("month")), name="month_has_its_days"
            ),
            models.CheckConstraint(
                condition=Q(books_fen=F("opening_fen") + F("in_fen") - F("out_fen")), name="month_rolls_forward"
            ),
            models.CheckConstraint(
                condition=Q(finance_fen=F("books_fen"), reconciliation=None)
                | (~Q(finance_fen=F("books_fen")) & Q(reconciliation__isnull=False)),
                name="difference_is_zero_or_reconciled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def difference_fen(self) -> int:
        """The centre's balance less finance's."""
        return self.books_fen - self.finance_fen
