"""Terminals (终端) and the watch over the numbers that have been collected from them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onecard.terminals.types import SEQ_PER_BATCH, TerminalState


class Int8MultirangeField(models.Field):  # type: ignore[type-arg]  # Django has no runtime generics here
    """PostgreSQL's int8multirange; read as psycopg's Multirange. Only the sequence watch uses it, and SQL writes it."""

    description = "set of numbers"

    def db_type(self, connection: object) -> str:
        """The column's type."""
        return "int8multirange"


class Terminal(models.Model):
    """A point of sale. `record_key` (encrypted) signs each record it keeps; limits and hours apply to online purchases."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    merchant = models.ForeignKey("merchants.Merchant", models.PROTECT, related_name="terminals", verbose_name=_("merchant"))
    source = models.OneToOneField("ledger.Source", models.PROTECT, related_name="terminal", verbose_name=_("ledger source"))
    state = models.SmallIntegerField(_("state"), choices=TerminalState, default=TerminalState.ENABLED)
    record_key = models.BinaryField(_("record key"))
    single_limit_fen = models.BigIntegerField(_("single limit"), null=True, blank=True)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
        constraints = [
            models.CheckConstraint(
                condition=Q(single_limit_fen=None) | Q(single_limit_fen__gt=0), name="terminal_single_limit_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None)
                | (Q(opens_at__isnull=False, closes_at__isnull=False) & ~Q(opens_at=F("closes_at"))),
                name="terminal_hours_are_a_pair",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def record_name(self, source_seq: int) -> str:
        """The record that a ledger source's number stands for, as `onecard trace` takes it: code/batch/number.

        A number below zero is that of the record's reversal (record_title says so).
        """
        batch_no, seq = divmod(abs(source_seq), SEQ_PER_BATCH)
        return f"{self.code}/{batch_no}/{seq}"

    def record_title(self, source_seq: int) -> str:
        """The record's name as people read it, with a hint when the number is that of its reversal."""
        name = self.record_name(source_seq)
        return gettext("%(record)s (reversal)") % {"record": name} if source_seq < 0 else name


class TerminalBatch(models.Model):
    """批次: the numbers of one batch that arrived. What lies between 1 and the last and is not among them is missing."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="batches", verbose_name=_("terminal"))
    batch_no = models.IntegerField(_("batch"))
    received = Int8MultirangeField(_("received"))
    first_received_at = models.DateTimeField(_("first received at"), db_default=Now())
    last_received_at = models.DateTimeField(_("last received at"), db_default=Now())

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [models.UniqueConstraint(fields=["terminal", "batch_no"], name="one_watch_per_batch")]

    def __str__(self) -> str:
        return f"{self.terminal_id}/{self.batch_no}"
