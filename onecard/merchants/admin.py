"""Pages of merchants: what the centre owes them, their contracts, rates, bank accounts and staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from onecard.access.pages import AmountField, Answers, Deed, DeedAdmin, DeedForm
from onecard.kernel.pages import amount_text, column, link, list_link, may_view
from onecard.merchants.actions.disable_staff import disable_staff
from onecard.merchants.actions.end_contract import end_contract
from onecard.merchants.actions.enter_bank_account import enter_bank_account
from onecard.merchants.actions.name_staff import name_staff
from onecard.merchants.actions.place_in_unit import place_in_unit
from onecard.merchants.actions.register_income_unit import register_income_unit
from onecard.merchants.actions.register_merchant import register_merchant
from onecard.merchants.actions.reveal_bank_account import reveal_bank_account
from onecard.merchants.models import BankAccount, Contract, IncomeUnit, Merchant, MerchantStaff
from onecard.merchants.types import (
    CONTRACT_WORDS,
    MOST_OF_A_RATE_BP,
    STAFF_WORDS,
    ContractOutcome,
    Cycle,
    MerchantOutcome,
    Revealed,
)
from onecard.policies import queries as policies

CODE_TAKEN = {MerchantOutcome.REFUSED_CODE_TAKEN: _("This code is taken.")}
CONTRACT_SAYS = {ContractOutcome[name]: words for name, words in CONTRACT_WORDS.items()}


class NewMerchantForm(DeedForm):
    """What is needed to register a merchant."""

    code = forms.SlugField(label=_("code"), max_length=32)
    name = forms.CharField(label=_("name"), max_length=80)


class UnitForm(DeedForm):
    """Which income unit."""

    unit = forms.ModelChoiceField(label=_("income unit"), queryset=IncomeUnit.objects.order_by("code"))


class FeeForm(DeedForm):
    """Which fee."""

    fee_rate_bp = forms.IntegerField(
        label=_("fee rate in basis points"), min_value=0, max_value=MOST_OF_A_RATE_BP, help_text=_("100 are 1 %.")
    )
    minimum_fee = AmountField(label=_("minimum fee"), help_text=_("In yuan, for each settlement period; 0 when none is agreed."))


class RateForm(FeeForm):
    """From which day on which fee."""

    field_order = ("from_day",)
    from_day = forms.DateField(label=_("from"))


class ContractForm(FeeForm):
    """What was agreed."""

    field_order = ("number", "begins_on", "ends_on", "stalls", "cycle")
    number = forms.CharField(label=_("contract number"), max_length=40)
    begins_on = forms.DateField(label=_("begins on"))
    ends_on = forms.DateField(label=_("ends on"), required=False)
    stalls = forms.CharField(label=_("stalls"), max_length=200, required=False)
    cycle = forms.ChoiceField(label=_("settlement cycle"), choices=Cycle.choices)


class EndForm(DeedForm):
    """The contract's last day."""

    ends_on = forms.DateField(label=_("ends on"))


class AccountForm(DeedForm):
    """Where the merchant wants to be paid."""

    holder = forms.CharField(label=_("account holder"), max_length=120)
    bank = forms.CharField(label=_("bank"), max_length=120)
    account_no = forms.CharField(
        label=_("account number"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )


class AdoptForm(DeedForm):
    """The account that was on the screen."""

    holder = forms.CharField(widget=forms.HiddenInput)
    bank = forms.CharField(widget=forms.HiddenInput)
    ending = forms.CharField(widget=forms.HiddenInput)


class StaffForm(DeedForm):
    """Who acts for the merchant."""

    username = forms.CharField(label=_("operator number"), max_length=40)
    is_head = forms.BooleanField(label=_("head"), required=False, initial=True, help_text=_("Confirms and invites."))


class WhyForm(DeedForm):
    """Why one looks."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def _contract_payload(said: Answers) -> dict[str, Any]:
    return {
        "number": said["number"],
        "begins_on": said["begins_on"].isoformat(),
        "ends_on": said["ends_on"].isoformat() if said["ends_on"] else None,
        "stalls": said["stalls"],
        "cycle": said["cycle"],
        "fee_rate_bp": said["fee_rate_bp"],
        "minimum_fee_fen": said["minimum_fee"],
    }


def _rate_payload(said: Answers) -> dict[str, Any]:
    rate = {"fee_rate_bp": said["fee_rate_bp"], "minimum_fee_fen": said["minimum_fee"]}
    return {"from_day": said["from_day"].isoformat(), **rate}


def _usual_terms(merchant: Merchant) -> dict[str, Any]:
    return {
        "cycle": policies.choice("settlement.cycle"),
        "fee_rate_bp": policies.basis_points("settlement.fee_rate_bp"),
        "minimum_fee": "0",
    }


def _account_words(account: BankAccount) -> dict[str, str]:
    return {"holder": account.holder, "bank": account.bank, "ending": account.ending}


def _revealed(outcome: Revealed, account: BankAccount) -> Any:
    if outcome.outcome is not ContractOutcome.DONE:
        return CONTRACT_WORDS[outcome.outcome.name]
    return format_html("{} · {}: <strong>{}</strong>", account.holder, account.bank, outcome.account_no)


MERCHANT_DEEDS = (
    Deed(
        "merchants.sign_contract",
        _("Enter a contract"),
        form=ContractForm,
        explains=_("The fee is taken from the net sales of each settlement period, rounded half up to a fen."),
        needs_approval=True,
        payload=_contract_payload,
        subject=lambda merchant, said: str(merchant.code),
        initial=_usual_terms,
    ),
    Deed(
        "merchants.enter_bank_account",
        _("Enter a bank account"),
        lambda actor, merchant, said: enter_bank_account(actor, merchant.code, **said),
        form=AccountForm,
        explains=_("The number is kept sealed. Nothing is paid there before a colleague has approved the account."),
        says={
            **CONTRACT_SAYS,
            ContractOutcome.DONE: _("Entered. Propose next, on the account's page, that the merchant is paid there."),
            ContractOutcome.REFUSED_TERMS: _("Holder and bank must not be empty, and a number has 8 to 34 letters and digits."),
        },
    ),
    Deed(
        "merchants.name_staff",
        _("Name who acts for it"),
        lambda actor, merchant, said: name_staff(actor, said["username"], code=merchant.code, is_head=said["is_head"]),
        form=StaffForm,
        explains=_(
            "The security administrator makes the account and gives it the post merchant; a head then invites the others."
        ),
        says=STAFF_WORDS,
    ),
    Deed(
        "merchants.place_in_unit",
        _("Change the income unit"),
        lambda actor, merchant, said: place_in_unit(actor, merchant.code, unit=said["unit"].code),
        form=UnitForm,
        offered=lambda merchant: IncomeUnit.objects.exists(),
    ),
)


def _payable(merchant: Merchant) -> object:
    if not may_view("ledger.account"):
        return None
    account = merchant.payable_account
    return link("ledger.account", account.pk, amount_text(account.balance_fen))


def _others(model: str, name: str, title: object) -> Any:
    return column(name, title, lambda merchant: list_link(model, _("Show"), merchant__id__exact=merchant.pk))


PAYABLE = column("payable_yuan", _("owed to the merchant"), _payable)
TERMINALS = _others("terminals.terminal", "terminal_list", _("terminals"))


@admin.register(Merchant)
class MerchantAdmin(DeedAdmin):
    """商户."""

    list_display = ("code", "name", "income_unit", PAYABLE, TERMINALS, "settled_through", "registered_at")
    list_select_related = ("payable_account", "income_unit")
    list_filter = (("income_unit", RelatedDropdownFilter),)
    search_fields = ("code", "name")
    search_help_text = _("Code or name")
    ordering = ("code",)
    registering = Deed(
        "merchants.register_merchant",
        _("Register a merchant"),
        lambda actor, row, said: register_merchant(actor, said["code"], name=said["name"]),
        form=NewMerchantForm,
        says={
            MerchantOutcome.DONE: _("The merchant is registered. Next: a system administrator registers its terminals."),
            **CODE_TAKEN,
        },
    )
    deeds = MERCHANT_DEEDS
    fields = (
        "code",
        "name",
        "income_unit",
        PAYABLE,
        _others("merchants.contract", "contract_list", _("contracts")),
        _others("merchants.bankaccount", "account_list", _("bank accounts")),
        _others("settlement.statement", "statement_list", _("statements")),
        TERMINALS,
        _others("purchases.purchase", "purchase_list", _("purchases")),
        _others("merchants.merchantstaff", "staff_list", _("merchants' staff")),
        "settled_through",
        "registered_at",
    )


def _rates(contract: Contract) -> object:
    rows = [
        (rate.from_day.isoformat(), rate.fee_rate_bp, amount_text(rate.minimum_fee_fen), rate.set_by)
        for rate in contract.rates.order_by("from_day")
    ]
    line = '<tr><td>{}</td><td class="oc-right">{}</td><td class="oc-right">{}</td><td>{}</td></tr>'
    heads = ((_("from"),), (_("fee rate in basis points"),), (_("minimum fee"),), (_("set by"),))
    head = format_html_join("", "<th>{}</th>", heads)
    return format_html('<table class="oc-table"><tr>{}</tr>{}</table>', head, format_html_join("", line, rows))


@admin.register(Contract)
class ContractAdmin(DeedAdmin):
    """合同."""

    when_empty = _("A contract is entered on the merchant's page and is there once a colleague has approved it.")
    list_display = ("number", "merchant", "begins_on", "ends_on", "cycle", "stalls")
    list_filter = (("merchant", RelatedDropdownFilter), ("cycle", ChoicesDropdownFilter))
    list_select_related = ("merchant",)
    search_fields = ("number", "merchant__code", "merchant__name")
    search_help_text = _("Contract number, merchant's code or name")
    ordering = ("merchant__code", "-begins_on")
    fields = (
        "number",
        column("of_merchant", _("merchant"), lambda row: link("merchants.merchant", row.merchant_id, row.merchant)),
        "begins_on",
        "ends_on",
        "cycle",
        "stalls",
        column("rate_lines", _("rates"), _rates),
        "signed_by",
        "signed_at",
    )
    deeds = (
        Deed(
            "merchants.set_rate",
            _("Change the fee rate"),
            form=RateForm,
            explains=_("What occurs from that day on has the new rate; what was before keeps its own."),
            needs_approval=True,
            payload=_rate_payload,
            initial=lambda row: {"minimum_fee": "0"},
        ),
        Deed(
            "merchants.end_contract",
            _("End the contract"),
            lambda actor, row, said: end_contract(actor, row.pk, ends_on=said["ends_on"]),
            form=EndForm,
            explains=_("Move or disable its terminals as well: what they still sell is settled at the last rate."),
            says=CONTRACT_SAYS,
        ),
    )


@admin.register(BankAccount)
class BankAccountAdmin(DeedAdmin):
    """收款账户: numbers by their last digits."""

    when_empty = _("A bank account is entered on the merchant's page.")
    list_display = ("merchant", "holder", "bank", "ending", "entered_at", "adopted_at", "replaced_at")
    list_filter = (("merchant", RelatedDropdownFilter),)
    list_select_related = ("merchant",)
    search_fields = ("merchant__code", "merchant__name", "holder")
    search_help_text = _("Merchant's code or name, account holder")
    ordering = ("-pk",)
    fields = ("merchant", "holder", "bank", "ending", "entered_by", "entered_at", "adopted_at", "replaced_at")
    deeds = (
        Deed(
            "merchants.adopt_bank_account",
            _("Pay the merchant into this account"),
            needs_approval=True,
            payload=lambda said: {name: said[name] for name in ("holder", "bank", "ending")},
            form=AdoptForm,
            initial=_account_words,
            shows=lambda row: f"{row.holder} · {row.bank} · {row.ending}",
            offered=lambda row: row.adopted_at is None and row.replaced_at is None,
        ),
        Deed(
            "merchants.reveal_bank_account",
            _("Show the number"),
            lambda actor, row, said: reveal_bank_account(actor, row.pk, reason=said["reason"]),
            form=WhyForm,
            explains=_("The audit log keeps that you looked."),
            says=_revealed,
        ),
    )


@admin.register(IncomeUnit)
class IncomeUnitAdmin(DeedAdmin):
    """收入单位."""

    list_display = (
        "code",
        "name",
        column(
            "merchant_list",
            _("merchants"),
            lambda unit: list_link("merchants.merchant", _("Show"), income_unit__id__exact=unit.pk),
        ),
    )
    search_fields = ("code", "name")
    search_help_text = _("Code or name")
    ordering = ("code",)
    fields = list_display
    registering = Deed(
        "merchants.register_income_unit",
        _("Register an income unit"),
        lambda actor, row, said: register_income_unit(actor, said["code"], name=said["name"]),
        form=NewMerchantForm,
        says={**CODE_TAKEN, MerchantOutcome.DONE: _("The unit is registered.")},
    )


@admin.register(MerchantStaff)
class MerchantStaffAdmin(DeedAdmin):
    """商户人员: who acts for a merchant."""

    when_empty = _("Who acts for a merchant is named on the merchant's page.")
    list_display = ("merchant", "operator", "is_head", "since", "until", "named_by")
    list_filter = (("merchant", RelatedDropdownFilter),)
    list_select_related = ("merchant", "operator")
    search_fields = ("merchant__code", "operator__username", "operator__full_name")
    search_help_text = _("Merchant's code, operator number or name")
    ordering = ("merchant__code", "-pk")
    fields = list_display
    deeds = (
        Deed(
            "merchants.disable_staff",
            _("Disable"),
            lambda actor, row, said: disable_staff(actor, row.operator.username),
            explains=_("They act for the merchant no more, and are logged out at once."),
            says=STAFF_WORDS,
            offered=lambda row: row.until is None,
            is_grave=True,
        ),
    )
