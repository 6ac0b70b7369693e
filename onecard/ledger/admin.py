"""Pages of the ledger: transfers, accounts, business days, day balances; only read. Held records: onecard/purchases/held.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from onecard.kernel.pages import MoneyAdmin, ReadOnlyAdmin, badge, column, days_filter, link, list_link, money
from onecard.ledger import queries
from onecard.ledger.models import Account, BusinessDay, DayBalance, Source, Transfer
from onecard.ledger.types import DayState, SourceKind, Subject

MOST_ACCOUNTS = 200
"""A search that names more accounts than this is narrowed to the first ones."""
HOLDER_LOOKUPS = (
    "cash_purse_of__person_no",
    "subsidy_purse_of__person_no",
    "payable_to__code",
)
CARD_LOOKUPS = ("cash_purse_of__cards__card_no", "subsidy_purse_of__cards__card_no")


def accounts_named(term: str) -> list[int]:
    """The accounts that a search term names: a card's, a person's or a merchant's. Each look-up uses its index."""
    found: set[int] = set()
    lookups: list[tuple[str, object]] = [(lookup, term) for lookup in HOLDER_LOOKUPS]
    if term.isdecimal() and len(term) <= 18:
        lookups += [(lookup, int(term)) for lookup in CARD_LOOKUPS]
    for lookup, value in lookups:
        found.update(Account.objects.filter(**{lookup: value}).values_list("pk", flat=True)[:MOST_ACCOUNTS])
    return sorted(found)


def holder_link(account: Account) -> object:
    """Whose account it is, as a link to the card holder or the merchant; nothing for the centre's own."""
    for accessor, model in (
        ("cash_purse_of", "people.person"),
        ("subsidy_purse_of", "people.person"),
        ("payable_to", "merchants.merchant"),
    ):
        holder = getattr(account, accessor, None)
        if holder is not None:
            return link(model, holder.pk, holder)
    return None


def record_link(transfer: Transfer) -> object:
    """The terminal's record that a transfer books, as a link to its purchase; the plain number of any other source."""
    if transfer.source.kind != SourceKind.TERMINAL:
        return f"{transfer.source.name} / {transfer.source_seq}"
    record = transfer.source.terminal.record_name(transfer.source_seq)
    return list_link("purchases.purchase", transfer.source.terminal.record_title(transfer.source_seq), q=record)


def _transfers_link(account: Account) -> object:
    holder = (
        getattr(account, "cash_purse_of", None)
        or getattr(account, "subsidy_purse_of", None)
        or getattr(account, "payable_to", None)
    )
    if holder is None:
        return None
    number = getattr(holder, "person_no", None) or holder.code
    return list_link("ledger.transfer", gettext("Transfers of %(holder)s") % {"holder": holder}, q=number)


def day_transfers(day: BusinessDay) -> object:
    """How many ids the day's transfers span, as a link to them; the open day's are not counted."""
    text: object = gettext("as they come")
    if day.state == DayState.CLOSED:
        text = f"{day.last_transfer_id - day.first_transfer_id + 1:,}" if day.first_transfer_id and day.last_transfer_id else "0"
    return list_link("ledger.transfer", text, business_date_from=day.date, business_date_to=day.date)


def numbered(row: Transfer) -> str:
    """#number, as the search takes it."""
    return f"#{row.pk}"


def day_and_account(row: DayBalance) -> str:
    """The heading of a day balance."""
    return f"{row.business_date} · {account_name(row.account)}"


def account_name(account: Account) -> str:
    """Whose account it is in words: the centre's own ones are named by their subject, in the reader's language."""
    subject = Subject(account.subject)
    return account.title if subject.is_personal or subject is Subject.MERCHANT_PAYABLE else str(subject.label)


def account_heading(account: Account) -> str:
    """The heading of an account: its number and name."""
    return f"#{account.pk} {account_name(account)}"


TITLE = column("name", _("title"), account_name)
SUBJECT = column("subject", _("subject"), lambda account: f"{account.subject} {account.get_subject_display()}")
HOLDER = column("holder", _("holder"), holder_link)
DEBIT = column("debit", _("debit"), lambda row: link("ledger.account", row.debit_account_id, account_name(row.debit_account)))
CREDIT = column(
    "credit", _("credit"), lambda row: link("ledger.account", row.credit_account_id, account_name(row.credit_account))
)
RECORD = column("record", _("record"), record_link)
REVERSES = column(
    "reverses", _("reverses"), lambda row: row.reverses_id and link("ledger.transfer", row.reverses_id, row.reverses_id)
)


@admin.register(Transfer)
class TransferAdmin(MoneyAdmin):
    """转账流水: newest first; searched by card, person, merchant or terminal."""

    list_display = ("id", "business_date", "occurred_at", "kind", DEBIT, CREDIT, money("amount_fen", _("amount")), RECORD)
    list_filter = (
        ("business_date", days_filter(queries.first_transfer_on, after=queries.first_transfer_after)),
        ("kind", ChoicesDropdownFilter),
    )
    list_select_related = ("debit_account", "credit_account", "source__terminal")
    search_fields = ("pk",)
    search_help_text = _("Card, person, merchant or terminal number, or #transfer")
    heading = staticmethod(numbered)
    fieldsets = (
        (None, {"fields": ("id", "kind", money("amount_fen", _("amount")), DEBIT, CREDIT)}),
        (_("Record"), {"fields": (RECORD, "leg", REVERSES)}),
        (_("Clocks"), {"fields": ("business_date", "occurred_at", "received_at", "booked_at")}),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Transfer], bool]:
        """By the accounts of whom the term names, by a terminal's source, or by #id."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.startswith("#"):
            number = term[1:]
            return (queryset.filter(pk=int(number)) if number.isdecimal() and len(number) <= 18 else queryset.none()), False
        accounts = accounts_named(term)
        sources = list(Source.objects.filter(name=term).values_list("pk", flat=True))
        found = Q(debit_account_id__in=accounts) | Q(credit_account_id__in=accounts) | Q(source_id__in=sources)
        return queryset.filter(found), False


@admin.register(Account)
class AccountAdmin(MoneyAdmin):
    """账户: searched by card, person or merchant number."""

    list_display = ("id", SUBJECT, TITLE, HOLDER, money("balance_fen", _("balance")), "opened_at")
    list_filter = (("subject", ChoicesDropdownFilter),)
    list_select_related = ("cash_purse_of", "subsidy_purse_of", "payable_to")
    search_fields = ("pk",)
    search_help_text = _("Card, person or merchant number, or #account")
    heading = staticmethod(account_heading)
    fields = (
        "id",
        SUBJECT,
        TITLE,
        HOLDER,
        money("balance_fen", _("balance")),
        "day_debits_date",
        money("day_debits_fen", _("debits of that day")),
        "opened_at",
        "closed_at",
        column("transfers", _("transfers"), _transfers_link),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Account], bool]:
        """By whom the term names, or by #id."""
        term = search_term.strip()
        if not term:
            return queryset, False
        number = term.removeprefix("#")
        own = [int(number)] if term.startswith("#") and number.isdecimal() and len(number) <= 18 else accounts_named(term)
        return queryset.filter(pk__in=own), False


@admin.register(BusinessDay)
class BusinessDayAdmin(ReadOnlyAdmin):
    """营业日."""

    list_display = (
        "date",
        badge("state", _("state"), {DayState.OPEN: "good"}),
        "opened_at",
        "closed_at",
        column("transfers_count", _("transfers"), day_transfers),
    )
    list_filter = (("date", RangeDateFilter),)
    ordering = ("-date",)
    fields = ("date", list_display[1], "opened_at", "closed_at", "first_transfer_id", "last_transfer_id", list_display[-1])


@admin.register(DayBalance)
class DayBalanceAdmin(MoneyAdmin):
    """日终余额: turnover and closing balance of each account that moved."""

    list_display = (
        "business_date",
        column("account", _("account"), lambda row: link("ledger.account", row.account_id, account_name(row.account))),
        money("debits_fen", _("debits")),
        money("credits_fen", _("credits")),
        money("balance_fen", _("closing balance")),
    )
    list_filter = (("business_date", days_filter(queries.first_day_balance_on, after=queries.first_day_balance_after)),)
    list_select_related = ("account",)
    search_fields = ("pk",)
    search_help_text = _("Card, person or merchant number")
    heading = staticmethod(day_and_account)
    fields = list_display

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[DayBalance], bool]:
        """By whom the term names."""
        term = search_term.strip()
        return (queryset.filter(account_id__in=accounts_named(term)) if term else queryset), False
