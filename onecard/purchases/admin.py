"""Pages of purchases: every record of a terminal with its outcome, its transfers and its stops; only ever read. Held: held.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter, RelatedDropdownFilter

from onecard.kernel.pages import MoneyAdmin, amount_text, badge, column, days_filter, link, list_link, money
from onecard.ledger import queries as ledger
from onecard.ledger.admin import account_name
from onecard.ledger.models import HeldRecord, Transfer
from onecard.purchases import held, queries
from onecard.purchases.models import Purchase, Reversal
from onecard.purchases.types import Flag, Outcome
from onecard.terminals.types import SEQ_PER_BATCH

FLAG_WORDS = {
    Flag.OVERDRAWN: _("overdrawn"),
    Flag.AFTER_LOSS: _("after the loss report: borne by the centre"),
    Flag.CARD_LOST: _("card reported lost, not yet known to the terminal"),
    Flag.CARD_FROZEN: _("card frozen"),
    Flag.CARD_EXPIRED: _("card expired"),
    Flag.CARD_CLOSED: _("card closed"),
    Flag.CARD_NOT_ACTIVATED: _("card not activated"),
}
COLOURS = {outcome: "good" if outcome.moved_money else "bad" if outcome.is_held else "warn" for outcome in Outcome} | {
    Outcome.BOOKED_FLAGGED: "note"
}


def source_number(purchase: Purchase) -> int:
    """The number under which the terminal's source booked the record."""
    return purchase.batch_no * SEQ_PER_BATCH + purchase.seq


def record_name(purchase: Purchase) -> str:
    """The record as `onecard trace` takes it."""
    return f"{purchase.terminal.code}/{purchase.batch_no}/{purchase.seq}"


def flag_words(purchase: Purchase) -> str | None:
    """Why a collected purchase deserves a look, in words."""
    return "; ".join(str(FLAG_WORDS[flag]) for flag in Flag(purchase.flags)) or None


def transfer_lines(purchase: Purchase) -> object:
    """The transfers behind the purchase, one a line."""
    return _lines(_transfer_line(one) for one in ledger.transfers_of(purchase.terminal.source_id, source_number(purchase)))


def reversal_lines(purchase: Purchase) -> object:
    """What a reversal gave back, when, and its transfers, one a line; nothing when the terminal reversed nothing."""
    one = Reversal.objects.filter(terminal_id=purchase.terminal_id, batch_no=purchase.batch_no, seq=purchase.seq).first()
    if one is None:
        return None
    received = date_format(localtime(one.received_at), "DATETIME_FORMAT")
    said = format_html("{} · {} · {}", one.get_outcome_display(), amount_text(one.amount_fen), received)
    back = ledger.transfers_of(purchase.terminal.source_id, -source_number(purchase))
    return _lines([said, *(_transfer_line(transfer) for transfer in back)])


def outcome_badges(purchase: Any) -> object:
    """The outcome, and beside it that a reversal took the purchase back."""
    first = OUTCOME_BADGE(purchase)
    if not purchase.is_reversed or purchase.outcome == Outcome.DECLINED_REVERSED:
        return first
    return format_html('{} <span class="oc-badge oc-warn">{}</span>', first, gettext("reversed"))


def _lines(lines: Iterable[object]) -> object:
    return format_html_join("", '<div class="oc-line">{}</div>', ((line,) for line in lines)) or None


def _transfer_line(transfer: Transfer) -> object:
    debit = link("ledger.account", transfer.debit_account_id, account_name(transfer.debit_account))
    credit = link("ledger.account", transfer.credit_account_id, account_name(transfer.credit_account))
    return format_html(
        "{} · {} → {} · {}",
        link("ledger.transfer", transfer.pk, f"#{transfer.pk}"),
        debit,
        credit,
        amount_text(transfer.amount_fen),
    )


def held_lines(purchase: Purchase) -> object:
    """Records that came under the same number and are or were held."""
    rows = HeldRecord.objects.filter(source_id=purchase.terminal.source_id, source_seq=source_number(purchase)).order_by("pk")
    return _lines(link("ledger.heldrecord", row.pk, held.reason_text(row.reason)) for row in rows)


def person_link(purchase: Purchase) -> object:
    """The card's holder."""
    return None if purchase.card is None else link("people.person", purchase.card.person_id, purchase.card.person)


def card_link(purchase: Purchase) -> object:
    """The card, or the bare number when no such card is known."""
    return purchase.card_no if purchase.card_id is None else link("cards.card", purchase.card_id, purchase.card_no)


OUTCOME_BADGE = badge("outcome", _("outcome"), COLOURS)
OUTCOME = column("outcome_badges", _("outcome"), outcome_badges)
RECORD = column("record", _("record"), record_name)
CARD = column("card_number", _("card"), card_link)
PERSON = column("holder", _("person"), person_link)
MERCHANT = column("shop", _("merchant"), lambda row: link("merchants.merchant", row.merchant_id, row.merchant))
TERMINAL = column("machine", _("terminal"), lambda row: link("terminals.terminal", row.terminal_id, row.terminal))
DAY = column(
    "day",
    _("business date"),
    lambda row: list_link(
        "ledger.businessday", row.business_date.isoformat(), date_from=row.business_date, date_to=row.business_date
    ),
)
WATCH = column("watch", _("batch"), lambda row: list_link("terminals.terminalbatch", row.batch_no, q=row.terminal.code))


@admin.register(Purchase)
class PurchaseAdmin(MoneyAdmin):
    """消费流水: newest first."""

    list_display = (RECORD, "occurred_at", MERCHANT, CARD, PERSON, money("amount_fen", _("amount")), OUTCOME, "mode")
    list_filter = (
        ("business_date", days_filter(queries.first_purchase_on, after=queries.first_purchase_after)),
        ("merchant", RelatedDropdownFilter),
        ("terminal", RelatedDropdownFilter),
        ("outcome", MultipleChoicesDropdownFilter),
        ("mode", ChoicesDropdownFilter),
    )
    list_select_related = ("terminal", "merchant", "card__person")
    search_fields = ("pk",)
    heading = staticmethod(record_name)
    search_help_text = _("Card, person or terminal, or terminal/batch/number")
    fieldsets = (
        (None, {"fields": (RECORD, OUTCOME, money("amount_fen", _("amount")), CARD, PERSON)}),
        (
            _("Paid from"),
            {
                "fields": (
                    money("subsidy_fen", _("from subsidy")),
                    money("cash_fen", _("from cash")),
                    money("lost_fen", _("borne by the centre")),
                    money("surcharge_fen", _("surcharge")),
                )
            },
        ),
        (
            _("Stops"),
            {
                "fields": (
                    TERMINAL,
                    MERCHANT,
                    WATCH,
                    "mode",
                    column("flag_words", _("flags"), flag_words),
                    column("transfers", _("transfers"), transfer_lines),
                    column("reversal", _("reversal"), reversal_lines),
                    column("held", _("held under the same number"), held_lines),
                    DAY,
                )
            },
        ),
        (_("Clocks"), {"fields": ("occurred_at", "received_at", "blacklist_version")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Purchase]:
        """Each purchase with `is_reversed`: one look into the reversals' index a row."""
        its_own = Reversal.objects.filter(terminal_id=OuterRef("terminal_id"), batch_no=OuterRef("batch_no"), seq=OuterRef("seq"))
        purchases: QuerySet[Purchase] = super().get_queryset(request)
        return purchases.annotate(is_reversed=Exists(its_own))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Purchase], bool]:
        """By what the term names (queries.purchases_named)."""
        term = search_term.strip()
        return (queryset & queries.purchases_named(term) if term else queryset), False
