"""Banks' files (圈存对账文件) with what was found about each line, and batches of subsidies (补助批次) with their grants."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onecard.funding.types import (
    BankFileState,
    BankFinding,
    BatchState,
    GrantForm,
    GrantProblem,
    GrantState,
    LineState,
)


class BankFile(models.Model):
    """银行文件: the day it is of, its lines and their sum as its total says; `content` is the file itself, sealed for its row."""

    layout = models.CharField(_("layout"), max_length=32)
    source = models.ForeignKey("ledger.Source", models.PROTECT, related_name="+", verbose_name=_("bank"))
    day = models.DateField(_("day"))
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.BinaryField(_("digest of the file"))
    content = models.BinaryField(_("content"))
    lines_total = models.IntegerField(_("lines"))
    total_fen = models.BigIntegerField(_("total"))
    state = models.CharField(_("state"), max_length=9, choices=BankFileState, default=BankFileState.COMPARED)
    received_by = models.CharField(_("received by"), max_length=200)
    received_at = models.DateTimeField(_("received at"))
    decided_by = models.CharField(_("booked or discarded by"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("booked or discarded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(state="discarded"), name="same_bank_file_comes_once"),
            models.CheckConstraint(
                condition=Q(state="compared", decided_at=None) | (~Q(state="compared") & Q(decided_at__isnull=False)),
                name="decided_bank_file_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_name}"


class BankLine(models.Model):
    """对账明细: one reference number of the bank's. Without a line it is ours alone: what we booked and the file does not name.

    What the file says never changes; what was found about it is found anew when the file is booked. `held` is the ledger's held
    record that waits, or was settled, for it.
    """

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="lines", verbose_name=_("bank file"), db_index=False)
    line = models.IntegerField(_("line"), null=True)
    reference = models.BigIntegerField(_("reference number"))
    person_no = models.CharField(_("person's number"), max_length=32)
    full_name = models.CharField(_("full name"), max_length=80, blank=True)
    amount_fen = models.BigIntegerField(_("amount at the bank"), null=True)
    booked_fen = models.BigIntegerField(_("booked here"), null=True)
    occurred_at = models.DateTimeField(_("occurred at"))
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="+", verbose_name=_("person"), null=True, db_index=False
    )
    finding = models.CharField(_("result"), max_length=10, choices=BankFinding)
    state = models.CharField(_("state"), max_length=7, choices=LineState)
    held = models.ForeignKey(
        "ledger.HeldRecord", models.PROTECT, related_name="bank_lines", verbose_name=_("held record"), null=True
    )

    class Meta:
        verbose_name = _("line of a bank file")
        verbose_name_plural = _("lines of bank files")
        indexes = [
            models.Index(fields=["reference"], name="funding_bankline_reference"),
            models.Index(fields=["file", "finding", "id"], name="funding_bankline_finding"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["file", "reference"], name="reference_stands_once_in_a_file"),
            models.CheckConstraint(
                condition=Q(line=None, amount_fen=None) | Q(line__isnull=False, amount_fen__gt=0),
                name="what_the_bank_says_has_line_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="held", held__isnull=False) | (~Q(state="held") & Q(held=None)), name="held_line_has_its_record"
            ),
            models.CheckConstraint(condition=~Q(state="booked") | Q(finding="not_booked"), name="only_what_was_free_is_booked"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}"


class SubsidyBatch(models.Model):
    """补助批次: who gets how much, on which terms. `digest` covers what counts: what two people saw is what is granted."""

    title = models.CharField(_("title"), max_length=80)
    form = models.CharField(_("how it is granted"), max_length=9, choices=GrantForm)
    ends_on = models.DateField(_("last day"))
    takes_back = models.BooleanField(_("takes back what is unspent"), default=False)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file_digest = models.BinaryField(_("digest of the file"), null=True)
    people = models.IntegerField(_("people"), default=0)
    total_fen = models.BigIntegerField(_("total"), default=0)
    digest = models.BinaryField(_("digest of the list"))
    state = models.CharField(_("state"), max_length=9, choices=BatchState, default=BatchState.CHECKED)
    prepared_by = models.CharField(_("prepared by"), max_length=200)
    prepared_at = models.DateTimeField(_("prepared at"))
    granted_by = models.CharField(_("granted by"), max_length=200, blank=True)
    granted_at = models.DateTimeField(_("granted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch of subsidies")
        verbose_name_plural = _("batches of subsidies")
        constraints = [
            models.UniqueConstraint(
                fields=["title", "file_digest"],
                condition=Q(file_digest__isnull=False) & ~Q(state="discarded"),
                name="same_subsidies_come_once_under_a_title",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("checked", "discarded"), granted_at=None)
                | Q(state__in=("granted", "ended"), granted_at__isnull=False),
                name="granted_batch_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at=None)),
                name="ended_batch_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"


class SubsidyGrant(models.Model):
    """补助明细: one person's part. Whom it is for and how much never changes once the batch is granted; its id numbers its money.

    A grant that waits to be collected is no money yet: it is booked when its person collects it.
    """

    batch = models.ForeignKey(
        SubsidyBatch, models.PROTECT, related_name="grants", verbose_name=_("batch of subsidies"), db_index=False
    )
    line = models.IntegerField(_("line"))
    person_no = models.CharField(_("person's number"), max_length=32)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="subsidies", verbose_name=_("person"), null=True)
    amount_fen = models.BigIntegerField(_("amount"), null=True)
    problem = models.CharField(_("problem"), max_length=10, choices=GrantProblem, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=GrantState)
    granted_at = models.DateTimeField(_("granted at"), null=True, blank=True)
    taken_back_fen = models.BigIntegerField(_("taken back"), default=0)
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("subsidy")
        verbose_name_plural = _("subsidies")
        indexes = [
            models.Index(fields=["person"], condition=Q(state="unclaimed"), name="funding_subsidygrant_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="line_of_a_batch_stands_once"),
            models.UniqueConstraint(fields=["batch", "person"], condition=Q(problem=""), name="person_is_once_in_a_batch"),
            models.CheckConstraint(
                condition=Q(state="left_out") & ~Q(problem="")
                | ~Q(state="left_out") & Q(problem="", person__isnull=False, amount_fen__gt=0),
                name="who_gets_something_has_no_problem",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("granted", "taken_back"), granted_at__isnull=False)
                | ~Q(state__in=("granted", "taken_back")) & Q(granted_at=None),
                name="granted_subsidy_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_fen=0)
                | Q(state="taken_back", taken_back_fen__gt=0, taken_back_fen__lte=models.F("amount_fen")),
                name="no_more_is_taken_back_than_granted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.line} {self.person_no}"
