"""Tables of the ledger. The application may only read the money tables; functions in `sql/functions` write them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.ledger.types import DayState, SettledAs, SourceKind, Subject, TransferKind


class BusinessDay(models.Model):
    """营业日. One is open at a time; its transfers have ids between those of the day before and of the day after."""

    date = models.DateField(_("business date"), primary_key=True)
    state = models.CharField(_("state"), max_length=6, choices=DayState, default=DayState.OPEN)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True)
    first_transfer_id = models.BigIntegerField(_("first transfer"), null=True)
    last_transfer_id = models.BigIntegerField(_("last transfer"), null=True)

    class Meta:
        verbose_name = _("business day")
        verbose_name_plural = _("business days")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="open"), name="one_business_day_is_open"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="closed_day_has_closing_time",
            ),
        ]

    def __str__(self) -> str:
        return self.date.isoformat()


class Account(models.Model):
    """账户. `balance_fen` stands on the subject's normal side; it moves only together with transfers."""

    subject = models.SmallIntegerField(_("subject"), choices=Subject)
    side = models.SmallIntegerField(_("normal side"))
    title = models.CharField(_("title"), max_length=120)
    balance_fen = models.BigIntegerField(_("balance"), default=0)
    day_debits_date = models.DateField(_("day of day debits"), null=True)
    day_debits_fen = models.BigIntegerField(_("debits of that day"), default=0)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [
            models.Index(fields=["subject"], condition=~Q(subject__in=(2001, 2002, 2003)), name="ledger_account_shared_subject")
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(side=1) & (Q(subject__range=(1000, 1999)) | Q(subject__range=(5000, 5999))))
                | (Q(side=-1) & (Q(subject__range=(2000, 2999)) | Q(subject__range=(4000, 4999)))),
                name="account_side_follows_subject",
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(balance_fen=0), name="closed_account_is_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class Source(models.Model):
    """来源: whatever numbers its own records: a terminal, a till, a job."""

    kind = models.CharField(_("kind"), max_length=8, choices=SourceKind)
    name = models.CharField(_("name"), max_length=120)
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="source_is_registered_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Transfer(models.Model):
    """转账: one debit, one credit, one positive amount. Never changed, never deleted.

    References carry no foreign keys: the posting function has the account rows locked when it writes, nobody else can write,
    and `sql/invariants` looks for strays; three key look-ups a row cost a tenth of the posting rate (docs/performance.md).
    """

    source = models.ForeignKey(Source, models.DO_NOTHING, verbose_name=_("source"), db_constraint=False, db_index=False)
    source_seq = models.BigIntegerField(_("source's number"))
    leg = models.SmallIntegerField(_("leg"))
    kind = models.SmallIntegerField(_("kind"), choices=TransferKind)
    debit_account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="debits", verbose_name=_("debit"), db_constraint=False, db_index=False
    )
    credit_account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="credits", verbose_name=_("credit"), db_constraint=False, db_index=False
    )
    amount_fen = models.BigIntegerField(_("amount"))
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"))
    booked_at = models.DateTimeField(_("booked at"))
    business_date = models.DateField(_("business date"))
    reverses_id = models.BigIntegerField(_("reverses"), null=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        indexes = [
            models.Index(fields=["debit_account", "id"], name="ledger_transfer_debit"),
            models.Index(fields=["credit_account", "id"], name="ledger_transfer_credit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_seq", "leg"], name="source_number_books_once"),
            models.UniqueConstraint(
                fields=["reverses_id"], condition=Q(reverses_id__isnull=False), name="transfer_is_reversed_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="transfer_amount_is_positive"),
            models.CheckConstraint(condition=~Q(debit_account=F("credit_account")), name="transfer_has_two_different_accounts"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class DayBalance(models.Model):
    """An account's turnover on a closed business day and its balance at the close; only accounts that moved have a row."""

    business_date = models.DateField(_("business date"))
    account = models.ForeignKey(Account, models.DO_NOTHING, verbose_name=_("account"), db_index=False)
    debits_fen = models.BigIntegerField(_("debits"))
    credits_fen = models.BigIntegerField(_("credits"))
    balance_fen = models.BigIntegerField(_("closing balance"))

    class Meta:
        verbose_name = _("day balance")
        verbose_name_plural = _("day balances")
        constraints = [
            models.UniqueConstraint(fields=["account", "business_date"], name="one_day_balance_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.account_id}"


class HeldRecord(models.Model):
    """挂起记录: what arrived and could not be booked, whole, until a person settles it, once (DESIGN §4.5)."""

    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"), null=True)
    source_seq = models.BigIntegerField(_("source's number"))
    reason = models.CharField(_("reason"), max_length=32)
    raw = models.JSONField(_("raw content"))
    digest = models.BinaryField(_("digest of the content"))
    owner_post = models.CharField(_("owner"), max_length=32)
    received_at = models.DateTimeField(_("received at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.CharField(_("settled by"), max_length=150, blank=True)
    settled_as = models.CharField(_("settled as"), max_length=11, choices=SettledAs, blank=True)
    settlement = models.CharField(_("settlement"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("held record")
        verbose_name_plural = _("held records")
        indexes = [models.Index(fields=["received_at"], condition=Q(settled_at=None), name="ledger_heldrecord_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_seq", "reason", "digest"],
                nulls_distinct=False,
                name="same_record_is_held_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by="", settled_as="", settlement="")
                | (Q(settled_at__isnull=False) & ~Q(settled_by="") & ~Q(settled_as="") & ~Q(settlement="")),
                name="settled_record_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.source_id}/{self.source_seq}"

    def same_number(self) -> models.QuerySet[HeldRecord]:
        """All records that are or were held under this one's number, itself included, in order of arrival."""
        same = HeldRecord.objects.filter(source_seq=self.source_seq).order_by("pk")
        return same.filter(source=None) if self.source_id is None else same.filter(source_id=self.source_id)
