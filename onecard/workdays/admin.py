"""The campus's own days, newest first, and the form that sets them."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from onecard.access.pages import Deed, DeedAdmin, DeedForm
from onecard.workdays.actions.set_days import set_days
from onecard.workdays.models import CampusDay
from onecard.workdays.types import OUTCOME_WORDS


class DaysForm(DeedForm):
    """Which days, and what they are."""

    first = forms.DateField(label=_("first day"), widget=forms.DateInput)
    last = forms.DateField(label=_("last day"), widget=forms.DateInput)
    is_workday = forms.ChoiceField(label=_("the campus"), choices=(("no", _("has a holiday")), ("yes", _("works"))))
    reason = forms.CharField(label=_("reason"), max_length=200)


@admin.register(CampusDay)
class CampusDayAdmin(DeedAdmin):
    """本校安排."""

    list_display = ("date", "is_workday", "reason", "set_by", "set_at")
    list_filter = (("date", RangeDateFilter),)
    ordering = ("-pk",)
    fields = list_display
    registering = Deed(
        "workdays.set_days",
        _("Set days"),
        lambda actor, row, said: set_days(
            actor, said["first"], last=said["last"], is_workday=said["is_workday"] == "yes", reason=said["reason"]
        ),
        form=DaysForm,
        explains=_("It goes before the state's calendar. What is due on a holiday is due on the next working day."),
        says=lambda outcome, row: OUTCOME_WORDS[outcome.name],
        leads_to=lambda outcome: reverse("admin:workdays"),
    )
