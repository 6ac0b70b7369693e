"""Merchants (商户): canteens, shops and whoever else is paid through cards."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Merchant(models.Model):
    """Who is owed for purchases; `payable_account` is what the centre owes."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    payable_account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="payable_to", verbose_name=_("payable account")
    )
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")

    def __str__(self) -> str:
        return self.name
