"""People (人员): who may hold cards, each with one set of purses; what is private of them; the rosters that say who they are."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.people.pinyin import MAX_INITIALS, MAX_PINYIN
from onecard.people.types import MOST_OF_A_BANK, MOST_OF_A_HOLDER, Finding, ImportState, PersonKind, PersonState, Problem


class Person(models.Model):
    """A card holder. The subsidy purse is opened with the first subsidy; cards come and go, the purses stay (DESIGN §4).

    Every purchase joins this table: what is private, long or seldom read stands in tables of its own.
    """

    person_no = models.CharField(_("number"), max_length=32, unique=True)
    full_name = models.CharField(_("name"), max_length=80)
    pinyin = models.CharField(_("name in pinyin"), max_length=MAX_PINYIN, default="", blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=MAX_INITIALS, default="", blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=PersonKind)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=PersonState, default=PersonState.PRESENT)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    cash_account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="cash_purse_of", verbose_name=_("cash purse")
    )
    subsidy_account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="subsidy_purse_of", verbose_name=_("subsidy purse"), null=True, blank=True
    )
    family_of = models.ForeignKey(
        "self", models.PROTECT, related_name="family", verbose_name=_("belongs to"), null=True, blank=True
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged", verbose_name=_("merged into"), null=True, blank=True
    )
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["full_name"], name="people_person_full_name"),
            models.Index(fields=["full_name"], name="people_person_name_begins", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["pinyin"], name="people_person_pinyin_begins", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="people_person_initials_begin", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="left", left_on__isnull=False) | (~Q(state="left") & Q(left_on=None)),
                name="person_who_left_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="merged_record_leads_to_another",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="person_is_not_merged_into_itself"),
            models.CheckConstraint(condition=~Q(family_of=F("id")), name="person_is_not_its_own_family"),
        ]

    def __str__(self) -> str:
        return f"{self.person_no} {self.full_name}"


class Particulars(models.Model):
    """What is private of a person, sealed for its row and column (kernel/secrets.py); found by keyed digests alone."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="particulars", verbose_name=_("person"))
    id_number = models.BinaryField(_("identity number"), null=True)
    id_digest = models.BinaryField(_("identity number's digest"), null=True)
    phone = models.BinaryField(_("telephone"), null=True)
    phone_digest = models.BinaryField(_("telephone's digest"), null=True)
    born_on = models.DateField(_("birth date"), null=True)

    class Meta:
        verbose_name = _("private particulars")
        verbose_name_plural = _("private particulars")
        indexes = [models.Index(fields=["id_digest"], condition=Q(id_digest__isnull=False), name="people_particulars_identity")]
        constraints = [
            models.CheckConstraint(
                condition=Q(id_number=None, id_digest=None) | Q(id_number__isnull=False, id_digest__isnull=False),
                name="sealed_identity_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(phone=None, phone_digest=None) | Q(phone__isnull=False, phone_digest__isnull=False),
                name="sealed_phone_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class Photo(models.Model):
    """照片: one a person, of a standard size, sealed for its row."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="photo", verbose_name=_("person"))
    content = models.BinaryField(_("content"))
    taken_at = models.DateTimeField(_("taken at"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return str(self.person_id)


class BankAccount(models.Model):
    """银行账户: where a person's refunds go, its number sealed for the person. A newer entry replaces it; nothing is deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="bank_accounts", verbose_name=_("person"))
    holder = models.CharField(_("account holder"), max_length=MOST_OF_A_HOLDER)
    bank = models.CharField(_("bank"), max_length=MOST_OF_A_BANK, blank=True)
    account_no = models.BinaryField(_("account number, sealed"))
    ending = models.CharField(_("account number"), max_length=8)
    entered_by = models.CharField(_("entered by"), max_length=200)
    entered_at = models.DateTimeField(_("entered at"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("bank account for refunds")
        verbose_name_plural = _("bank accounts for refunds")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(replaced_at=None), name="person_is_refunded_into_one_account"),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.ending}".strip()


class PersonChange(models.Model):
    """人员变更: what was so before, who changed it and why; only ever added. Private values stand as asterisks."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="changes", verbose_name=_("person"))
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.CharField(_("changed by"), max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    before = models.JSONField(_("before"))

    class Meta:
        verbose_name = _("change of a person")
        verbose_name_plural = _("changes of people")

    def __str__(self) -> str:
        return f"{self.person_id} {self.changed_at}"


class RosterSource(models.Model):
    """名册来源: a system that delivers rosters, whom it covers, and which heading of its files means what."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=80)
    kinds = ArrayField(models.CharField(max_length=16, choices=PersonKind), verbose_name=_("covers"), default=list, blank=True)
    default_kind = models.CharField(_("kind when the file says none"), max_length=16, choices=PersonKind, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)

    class Meta:
        verbose_name = _("roster source")
        verbose_name_plural = _("roster sources")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class RosterImport(models.Model):
    """名册导入: a file that was received, read into lines and compared; a second person has it applied (DESIGN §6).

    `content` holds the file, sealed, until it is read. `digest` covers the lines and what was found about each: what was shown is
    what is applied, and it is refused when the same comparison says something else by then.
    """

    source = models.ForeignKey(RosterSource, models.PROTECT, related_name="imports", verbose_name=_("source"))
    file_name = models.CharField(_("file"), max_length=200)
    file_digest = models.BinaryField(_("digest of the file"))
    content = models.BinaryField(_("content"), null=True)
    places = models.JSONField(_("columns"), default=dict)
    headings = models.JSONField(_("headings"), default=list)
    is_full = models.BooleanField(_("names everybody"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=ImportState)
    lines_total = models.IntegerField(_("lines"), default=0)
    lines_read = models.IntegerField(_("lines read"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    digest = models.BinaryField(_("digest of the report"), null=True)
    received_by = models.CharField(_("received by"), max_length=200)
    received_at = models.DateTimeField(_("received at"))
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "file_digest", "is_full"],
                condition=Q(state__in=("unmapped", "reading", "staged")),
                name="same_roster_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("applied", "discarded"), decided_at__isnull=False, content=None)
                | (~Q(state__in=("applied", "discarded")) & Q(decided_at=None)),
                name="decided_roster_has_time_and_no_content",
            ),
            models.CheckConstraint(
                condition=~Q(state="staged") | Q(digest__isnull=False, content=None), name="staged_roster_has_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_name}"


class RosterLine(models.Model):
    """A line of a roster, normalised, with what was found about it; without a number in the file: who is not in it any more."""

    roster = models.ForeignKey(
        RosterImport, models.CASCADE, related_name="lines", verbose_name=_("roster import"), db_index=False
    )
    line = models.IntegerField(_("line"), null=True)
    finding = models.CharField(_("finding"), max_length=9, choices=Finding, default=Finding.UNREAD)
    problem = models.CharField(_("problem"), max_length=20, choices=Problem, blank=True, default="")
    detail = models.CharField(_("detail"), max_length=200, blank=True, default="")
    person_no = models.CharField(_("person's number"), max_length=32, default="")
    full_name = models.CharField(_("full name"), max_length=80, default="")
    pinyin = models.CharField(_("name in pinyin"), max_length=MAX_PINYIN, default="")
    initials = models.CharField(_("pinyin initials"), max_length=MAX_INITIALS, default="")
    kind = models.CharField(_("kind"), max_length=16, choices=PersonKind, default="")
    unit = models.CharField(_("unit"), max_length=80, default="")
    valid_until = models.DateField(_("valid until"), null=True)
    born_on = models.DateField(_("birth date"), null=True)
    id_number = models.BinaryField(_("identity number"), null=True)
    id_digest = models.BinaryField(_("identity number's digest"), null=True)
    phone = models.BinaryField(_("telephone"), null=True)
    phone_digest = models.BinaryField(_("telephone's digest"), null=True)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("person"), null=True, db_index=False, db_constraint=False
    )
    other = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("the other"), null=True, db_index=False, db_constraint=False
    )
    before = models.JSONField(_("before"), default=dict)

    class Meta:
        verbose_name = _("roster line")
        verbose_name_plural = _("roster lines")
        constraints = [models.UniqueConstraint(fields=["roster", "line"], name="roster_line_is_read_once")]
        indexes = [models.Index(fields=["roster", "finding", "line"], name="people_rosterline_finding")]

    def __str__(self) -> str:
        return f"{self.roster_id}/{self.line}"
