"""The state's calendar as the release knows it, and the campus's own exceptions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OfficialDay(models.Model):
    """法定节假日与调休: a day on which the state's calendar says something; all others are as their weekday."""

    date = models.DateField(_("date"), primary_key=True)
    is_workday = models.BooleanField(_("working day"))
    holiday = models.CharField(_("holiday"), max_length=80)

    class Meta:
        verbose_name = _("official day")
        verbose_name_plural = _("official days")

    def __str__(self) -> str:
        return f"{self.date}"


class CampusDay(models.Model):
    """本校安排: the campus works on this day or doesn't, whatever the state says. Never changed: the newest row counts."""

    date = models.DateField(_("date"))
    is_workday = models.BooleanField(_("working day"))
    reason = models.CharField(_("reason"), max_length=200)
    set_at = models.DateTimeField(_("set at"))
    set_by = models.CharField(_("set by"), max_length=310)

    class Meta:
        verbose_name = _("campus day")
        verbose_name_plural = _("campus days")
        indexes = [models.Index(fields=["date", "-id"], name="workdays_newest_word")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="campus_day_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.date}"
