"""Tables of the room: papers (单据), their numbers, and who signed them. Papers and signatures only grow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onecard.papers import kinds
from onecard.papers.types import PaperKind


class SignatureRole(models.TextChoices):
    """`types.Role` in words."""

    CHECKED = "checked", _("Checked by")
    RECEIVED = "received", _("Received by")


class Series(models.Model):
    """编号: the last number given of a kind in a year; papers_issue_v1 alone counts it up, with the paper that takes it."""

    kind = models.CharField(_("kind"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    last_no = models.PositiveIntegerField(_("last number given"))

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_series_of_a_kind_and_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"


class Paper(models.Model):
    """单据: a numbered document as it was made. A correction is the next version under the same number and says why.

    `subject` is what the paper is about, in the words of the room that issues it: a kind has one paper a subject. `content` is
    what rules.kept_content makes, `digest` (hex) covers kind, subject, date and content.
    """

    number = models.CharField(_("number"), max_length=24)
    version = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("about"), max_length=120)
    dated = models.DateField(_("date"))
    content = models.JSONField(_("content"))
    digest = models.CharField(_("digest of the content"), max_length=64)
    correction = models.CharField(_("why it was corrected"), max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", verbose_name=_("replaces"), null=True, blank=True
    )
    made_at = models.DateTimeField(_("made at"))
    made_by_id = models.BigIntegerField(_("operator"), null=True)
    made_by = models.CharField(_("made by"), max_length=150)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        indexes = [
            models.Index(fields=["kind", "-id"], name="papers_paper_kind"),
            models.Index(fields=["dated"], name="papers_paper_dated"),
            models.Index(fields=["subject"], name="papers_paper_subject"),
            models.Index(fields=["number"], opclasses=["varchar_pattern_ops"], name="papers_paper_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="number_is_given_once"),
            models.UniqueConstraint(fields=["kind", "subject", "version"], name="subject_has_one_paper"),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None, correction="")
                | Q(version__gt=1, replaces__isnull=False) & ~Q(correction=""),
                name="correction_names_what_it_replaces_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number if self.version == 1 else f"{self.number}/{self.version}"

    @property
    def declared(self) -> PaperKind:
        """The kind, as its room declares it."""
        return kinds.kind_of(self.kind)

    @property
    def is_replaced(self) -> bool:
        """Whether there is a newer version."""
        return hasattr(self, "replaced_by")


class Signature(models.Model):
    """签字: a person checked or received a paper, once."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="signatures", verbose_name=_("paper"))
    role = models.CharField(_("as"), max_length=8, choices=SignatureRole)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("operator"))
    signed_by = models.CharField(_("signed by"), max_length=150)
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("signature of a paper")
        verbose_name_plural = _("signatures of papers")
        constraints = [
            models.UniqueConstraint(fields=["paper", "role"], name="signed_once_as_this"),
            models.UniqueConstraint(fields=["paper", "operator"], name="nobody_signs_a_paper_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.role}"
