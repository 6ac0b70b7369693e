"""Terminals (终端) and the watch over the numbers that have been collected from them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onecard.terminals.types import SEQ_PER_BATCH, EnrolmentEnd, KeyScheme, TerminalState


class Int8MultirangeField(models.Field):  # type: ignore[type-arg]  # Django has no runtime generics here
    """PostgreSQL's int8multirange; read as psycopg's Multirange. Only the sequence watch uses it, and SQL writes it."""

    description = "set of numbers"

    def db_type(self, connection: object) -> str:
        """The column's type."""
        return "int8multirange"


class Terminal(models.Model):
    """A point of sale. `record_key` (encrypted) signs each record it keeps; limits and hours apply to online purchases.

    `merchant` is whose it is since `merchant_since` (None: always); whose it was before is in PastAssignment. `session_no` is
    that of the one session whose token is good; opening, rolling, enrolling and revoking count it up.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    merchant = models.ForeignKey("merchants.Merchant", models.PROTECT, related_name="terminals", verbose_name=_("merchant"))
    merchant_since = models.DateTimeField(_("with the merchant since"), null=True, blank=True)
    source = models.OneToOneField("ledger.Source", models.PROTECT, related_name="terminal", verbose_name=_("ledger source"))
    state = models.SmallIntegerField(_("state"), choices=TerminalState, default=TerminalState.ENABLED)
    record_key = models.BinaryField(_("record key"))
    single_limit_fen = models.BigIntegerField(_("single limit"), null=True, blank=True)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    session_no = models.BigIntegerField(_("session"), default=0)
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())
    disabled_for = models.CharField(_("disabled because"), max_length=200, blank=True)
    disabled_by = models.CharField(_("disabled by"), max_length=150, blank=True)
    disabled_at = models.DateTimeField(_("disabled at"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(state=TerminalState.DISABLED) | Q(disabled_for="", disabled_by="", disabled_at=None),
                name="enabled_terminal_has_no_reason_to_be_disabled",
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


class PastAssignment(models.Model):
    """原归属: until then, and since the row before, the terminal was this merchant's. Never changed: late records follow it."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="past_assignments", verbose_name=_("terminal"))
    merchant = models.ForeignKey("merchants.Merchant", models.PROTECT, related_name="+", verbose_name=_("merchant"))
    until = models.DateTimeField(_("until"))
    moved_by = models.CharField(_("moved by"), max_length=150)
    moved_at = models.DateTimeField(_("moved at"))

    class Meta:
        verbose_name = _("past assignment")
        verbose_name_plural = _("past assignments")
        constraints = [models.UniqueConstraint(fields=["terminal", "until"], name="terminal_is_moved_once_at_a_time")]

    def __str__(self) -> str:
        return f"{self.terminal_id} {self.until}"


class TerminalBatch(models.Model):
    """批次: the numbers of one batch that arrived. What lies between 1 and the last and is not among them is missing.

    `is_whole`: nothing is; declaring numbers lost doesn't make a batch whole.
    """

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="batches", verbose_name=_("terminal"))
    batch_no = models.IntegerField(_("batch"))
    received = Int8MultirangeField(_("received"))
    first_received_at = models.DateTimeField(_("first received at"), db_default=Now())
    last_received_at = models.DateTimeField(_("last received at"), db_default=Now())
    is_whole = models.GeneratedField(
        expression=RawSQL("received = int8multirange(int8range(1, upper(received)))", ()),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=_("without gaps"),
    )

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [models.UniqueConstraint(fields=["terminal", "batch_no"], name="one_watch_per_batch")]
        # Almost every batch is whole: gaps are found by this index, and numbers that come in order leave it alone.
        indexes = [models.Index(fields=["terminal", "batch_no"], condition=Q(is_whole=False), name="terminals_batch_with_gaps")]

    def __str__(self) -> str:
        return f"{self.terminal_id}/{self.batch_no}"


class EnrolmentCode(models.Model):
    """入网码: the one-time code with which a device enrols as this terminal; one a terminal, kept as a digest."""

    terminal = models.OneToOneField(
        Terminal, models.CASCADE, related_name="enrolment_code", verbose_name=_("terminal"), primary_key=True
    )
    digest = models.BinaryField(_("digest"))
    tries_left = models.SmallIntegerField(_("tries left"))
    issued_by = models.CharField(_("issued by"), max_length=150)
    issued_at = models.DateTimeField(_("issued at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("enrolment code")
        verbose_name_plural = _("enrolment codes")
        constraints = [models.CheckConstraint(condition=Q(tries_left__gte=0), name="enrolment_tries_are_bounded")]

    def __str__(self) -> str:
        return str(self.terminal_id)


class Enrolment(models.Model):
    """入网: a device that acts, or acted, as a terminal. `key` is its public key, or the concealed shared key."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="enrolments", verbose_name=_("terminal"))
    scheme = models.CharField(_("scheme"), max_length=16, choices=KeyScheme)
    key = models.BinaryField(_("key"))
    serial_no = models.CharField(_("serial number"), max_length=80)
    model = models.CharField(_("model"), max_length=80, blank=True)
    firmware = models.CharField(_("firmware"), max_length=80, blank=True)
    enrolled_at = models.DateTimeField(_("enrolled at"), db_default=Now())
    rolled_at = models.DateTimeField(_("key rolled at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    end = models.CharField(_("end"), max_length=16, choices=EnrolmentEnd, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["terminal"], condition=Q(ended_at=None), name="terminal_is_enrolled_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")), name="ended_enrolment_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id} {self.serial_no}"


class TerminalSession(models.Model):
    """会话: opened by a signed challenge. Only the digests of token and challenge are kept; a challenge serves once."""

    terminal = models.ForeignKey(Terminal, models.CASCADE, related_name="sessions", verbose_name=_("terminal"))
    session_no = models.BigIntegerField(_("session"))
    token_digest = models.BinaryField(_("digest of the token"), unique=True)
    challenge_digest = models.BinaryField(_("digest of the challenge"))
    address = models.GenericIPAddressField(_("address"), null=True)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["challenge_digest"], name="challenge_serves_once"),
            models.UniqueConstraint(fields=["terminal", "session_no"], name="session_is_numbered_once"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="terminals_session_expiry")]

    def __str__(self) -> str:
        return f"{self.terminal_id}/{self.session_no}"


class TerminalStatus(models.Model):
    """What the terminal last said of itself (heartbeat); a row comes with the first one."""

    terminal = models.OneToOneField(Terminal, models.CASCADE, related_name="status", verbose_name=_("terminal"), primary_key=True)
    heard_at = models.DateTimeField(_("last heard"))
    clock_offset_us = models.BigIntegerField(_("clock offset"), default=0)
    batch_no = models.IntegerField(_("batch"), default=0)
    last_seq = models.BigIntegerField(_("last number"), default=0)
    unsent = models.IntegerField(_("unsent"), default=0)
    storage_pct = models.SmallIntegerField(_("storage used"), default=0)
    firmware = models.CharField(_("firmware"), max_length=80, blank=True)
    blacklist_version = models.BigIntegerField(_("blacklist version"), default=0)
    parameters_version = models.BigIntegerField(_("parameters version"), default=0)
    allowances_version = models.BigIntegerField(_("version of the allowances"), null=True)
    faults = models.JSONField(_("faults"), default=list)

    class Meta:
        verbose_name = _("terminal status")
        verbose_name_plural = _("terminal status")

    def __str__(self) -> str:
        return str(self.terminal_id)


class ParameterSet(models.Model):
    """参数: what terminals work by from a date on. The version is the key; the narrowest scope wins, then the newest version."""

    version = models.BigAutoField(_("version"), primary_key=True)
    merchant = models.ForeignKey("merchants.Merchant", models.PROTECT, verbose_name=_("merchant"), null=True)
    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="parameter_sets", verbose_name=_("terminal"), null=True)
    effective_from = models.DateTimeField(_("effective from"))
    content = models.JSONField(_("content"))
    note = models.CharField(_("reason"), max_length=200, blank=True)
    published_by = models.CharField(_("published by"), max_length=320)
    published_at = models.DateTimeField(_("published at"), db_default=Now())

    class Meta:
        verbose_name = _("parameters")
        verbose_name_plural = _("parameters")
        constraints = [
            models.CheckConstraint(condition=Q(merchant=None) | Q(terminal=None), name="parameters_have_one_scope"),
        ]

    def __str__(self) -> str:
        return str(self.version)


class Recollection(models.Model):
    """补采: numbers that a person asked the terminal for again, and what it answered."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="recollections", verbose_name=_("terminal"))
    batch_no = models.IntegerField(_("batch"))
    first_seq = models.BigIntegerField(_("first number"))
    last_seq = models.BigIntegerField(_("last number"))
    asked_by = models.CharField(_("asked by"), max_length=150, blank=True)
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    not_found_at = models.DateTimeField(_("terminal doesn't have them since"), null=True)

    class Meta:
        verbose_name = _("re-collection")
        verbose_name_plural = _("re-collections")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "batch_no", "first_seq", "last_seq"], name="place_is_asked_for_once"),
            models.CheckConstraint(condition=Q(last_seq__gte=F("first_seq")), name="asked_numbers_are_a_range"),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id}/{self.batch_no}/{self.first_seq}-{self.last_seq}"


class LostNumbers(models.Model):
    """丢失: missing numbers that were declared lost, with approval: no gap any more. One that arrives is booked all the same."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="lost_numbers", verbose_name=_("terminal"))
    batch_no = models.IntegerField(_("batch"))
    first_seq = models.BigIntegerField(_("first number"))
    last_seq = models.BigIntegerField(_("last number"))
    reason = models.CharField(_("reason"), max_length=200)
    declared_by = models.CharField(_("declared by"), max_length=320)
    declared_at = models.DateTimeField(_("declared at"), db_default=Now())

    class Meta:
        verbose_name = _("lost numbers")
        verbose_name_plural = _("lost numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "batch_no", "first_seq", "last_seq"], name="numbers_are_declared_lost_once"
            ),
            models.CheckConstraint(condition=Q(last_seq__gte=F("first_seq"), first_seq__gte=1), name="lost_numbers_are_a_range"),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id}/{self.batch_no}/{self.first_seq}-{self.last_seq}"
