"""Merchants (商户): canteens, shops and whoever else is paid through cards; their contracts, rates, bank accounts and staff."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.merchants.types import MOST_OF_A_MINIMUM_FEN, MOST_OF_A_RATE_BP, Cycle


class IncomeUnit(models.Model):
    """收入单位: the unit of the university whose income a merchant's takings are; the month's summaries are by unit."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("income unit")
        verbose_name_plural = _("income units")

    def __str__(self) -> str:
        return self.name


class Merchant(models.Model):
    """Who is owed for purchases; `payable_account` is what the centre owes.

    Terms of what occurred up to `settled_through` do not change any more; settlement brings it forward.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    payable_account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="payable_to", verbose_name=_("payable account")
    )
    income_unit = models.ForeignKey(
        IncomeUnit, models.PROTECT, related_name="merchants", verbose_name=_("income unit"), null=True, blank=True
    )
    settled_through = models.DateField(_("settled up to"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """合同: on which terms a merchant sells. The contracts of a merchant do not overlap; no end: not known yet."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="contracts", verbose_name=_("merchant"))
    number = models.CharField(_("contract number"), max_length=40)
    begins_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    stalls = models.CharField(_("stalls"), max_length=200, blank=True)
    cycle = models.CharField(_("settlement cycle"), max_length=10, choices=Cycle, default=Cycle.MONTH)
    signed_by = models.CharField(_("entered by"), max_length=150)
    signed_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="contract_number_is_given_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="contract_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="contracts_of_a_merchant_do_not_overlap",
                expressions=[
                    (Func(F("merchant"), F("merchant"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("begins_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Rate(models.Model):
    """费率: the fee on what occurs from that day on. A change is another row; none is ever changed (fee: settlement/rules.py)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="rates", verbose_name=_("contract"))
    from_day = models.DateField(_("from"))
    fee_rate_bp = models.PositiveIntegerField(_("fee rate in basis points"))
    minimum_fee_fen = models.BigIntegerField(_("minimum fee"), default=0)
    set_by = models.CharField(_("set by"), max_length=320)
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        constraints = [
            models.UniqueConstraint(fields=["contract", "from_day"], name="one_rate_from_a_day"),
            models.CheckConstraint(condition=Q(fee_rate_bp__lte=MOST_OF_A_RATE_BP), name="fee_rate_is_bounded"),
            models.CheckConstraint(condition=Q(minimum_fee_fen__range=(0, MOST_OF_A_MINIMUM_FEN)), name="minimum_fee_is_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.fee_rate_bp} bp {self.from_day}"


class BankAccount(models.Model):
    """收款账户: where a merchant is paid. The number is sealed for its row; it serves once a second person has adopted it."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="bank_accounts", verbose_name=_("merchant"))
    holder = models.CharField(_("account holder"), max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    account_no = models.BinaryField(_("account number, sealed"))
    ending = models.CharField(_("account number"), max_length=8)
    entered_by = models.CharField(_("entered by"), max_length=150)
    entered_at = models.DateTimeField(_("entered at"))
    adopted_at = models.DateTimeField(_("adopted at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(adopted_at__isnull=False, replaced_at=None),
                name="merchant_is_paid_into_one_account",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None) | Q(replaced_at__gte=F("entered_at")), name="account_is_entered_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.ending}"


class MerchantStaff(models.Model):
    """商户人员: an operator who acts for a merchant; a head also confirms statements and looks after the others."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="staff", verbose_name=_("merchant"))
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("operator"))
    is_head = models.BooleanField(_("head"), default=False)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    named_by = models.CharField(_("named by"), max_length=150)

    class Meta:
        verbose_name = _("merchant's staff member")
        verbose_name_plural = _("merchants' staff")
        constraints = [
            models.UniqueConstraint(fields=["operator"], condition=Q(until=None), name="operator_acts_for_one_merchant"),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.operator}"
