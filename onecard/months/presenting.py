"""How a reconciliation stands on the proposal that finance approves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onecard.kernel.pages import amount_text


def shown_sheet(subject: str, payload: Mapping[str, Any]) -> SafeString:
    """The month, both balances, and each item with its amount, reason and reference."""
    difference_fen = payload["books_fen"] - payload["finance_fen"]
    heads = (
        (_("Month"), subject),
        (_("The centre's balance"), amount_text(payload["books_fen"])),
        (_("Finance's balance"), amount_text(payload["finance_fen"])),
        (_("Difference"), amount_text(difference_fen)),
    )
    items = ((amount_text(item["amount_fen"]), item["reason"], item.get("reference", "")) for item in payload["items"])
    head = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", heads)
    rows = format_html_join("", '<tr><td class="oc-right">{}</td><td>{}</td><td>{}</td></tr>', items)
    return format_html(
        '<table class="oc-table oc-content"><tbody>{}</tbody></table><div class="oc-scroll"><table class="oc-table"><thead><tr>'
        '<th class="oc-right">{}</th><th>{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table></div>',
        head,
        _("Amount"),
        _("Reason"),
        _("Reference"),
        rows,
    )
