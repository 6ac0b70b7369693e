"""Pages of merchants: what the centre owes them and which terminals they have; registering calls the action."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from onecard.access.pages import Deed, DeedAdmin, DeedForm
from onecard.kernel.pages import amount_text, column, link, list_link, may_view
from onecard.merchants.actions.register_merchant import register_merchant
from onecard.merchants.models import Merchant
from onecard.merchants.types import MerchantOutcome


class NewMerchantForm(DeedForm):
    """What is needed to register a merchant."""

    code = forms.SlugField(label=_("code"), max_length=32)
    name = forms.CharField(label=_("name"), max_length=80)


REGISTERING = Deed(
    "merchants.register_merchant",
    _("Register a merchant"),
    lambda actor, row, said: register_merchant(actor, said["code"], name=said["name"]),
    form=NewMerchantForm,
    says={
        MerchantOutcome.DONE: _("The merchant is registered. Next: a system administrator registers its terminals."),
        MerchantOutcome.REFUSED_CODE_TAKEN: _("This code is taken."),
    },
)


def _payable(merchant: Merchant) -> object:
    if not may_view("ledger.account"):
        return None
    account = merchant.payable_account
    return link("ledger.account", account.pk, amount_text(account.balance_fen))


PAYABLE = column("payable_yuan", _("owed to the merchant"), _payable)
TERMINALS = column(
    "terminal_list",
    _("terminals"),
    lambda merchant: list_link("terminals.terminal", _("Show"), merchant__id__exact=merchant.pk),
)
PURCHASES = column(
    "purchase_list",
    _("purchases"),
    lambda merchant: list_link("purchases.purchase", _("Show"), merchant__id__exact=merchant.pk),
)


@admin.register(Merchant)
class MerchantAdmin(DeedAdmin):
    """商户."""

    list_display = ("code", "name", PAYABLE, TERMINALS, "registered_at")
    list_select_related = ("payable_account",)
    search_fields = ("code", "name")
    search_help_text = _("Code or name")
    ordering = ("code",)
    registering = REGISTERING
    fields = ("code", "name", PAYABLE, TERMINALS, PURCHASES, "registered_at")
