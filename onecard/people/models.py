"""People (人员): who may hold cards, each with one set of purses."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.people.types import PersonKind, PersonState


class Person(models.Model):
    """A card holder. The subsidy purse is opened with the first subsidy; cards come and go, the purses stay (DESIGN §4)."""

    person_no = models.CharField(_("number"), max_length=32, unique=True)
    full_name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=PersonKind)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=PersonState, default=PersonState.PRESENT)
    cash_account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="cash_purse_of", verbose_name=_("cash purse")
    )
    subsidy_account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="subsidy_purse_of", verbose_name=_("subsidy purse"), null=True, blank=True
    )
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["full_name"], name="people_person_full_name")]

    def __str__(self) -> str:
        return f"{self.person_no} {self.full_name}"
