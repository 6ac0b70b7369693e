"""A list's difference report, and what is due, as their proposer and their confirmer see them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from onecard.kernel.pages import amount_text, link
from onecard.leavers.comparing import MOST_MISSING, ListReport
from onecard.leavers.models import Leaver
from onecard.leavers.queries import DueRefunds
from onecard.leavers.types import LISTS, ListFinding

MOST_LINES = 200
"""So many lines that differ are shown; the counts are of all."""


def report_table(report: ListReport, *, file: str) -> SafeString:
    """Counts by finding, then the lines that deserve a look: those left out first."""
    name = file.rpartition(" ")[0] or file
    return format_html('<p class="oc-about">{}</p>{}{}', name, _counts(report), _differences(report))


def refunds_table(due: DueRefunds) -> SafeString:
    """How many refunds go into bank accounts, how many wait for one, and whose account bears another name."""
    waiting_fen = sum(one.refund_fen for one in due.waiting)
    lines = [(_("Into bank accounts"), len(due.payable), due.total_fen, "")]
    if due.waiting:
        lines.append((_("Without: they wait"), len(due.waiting), waiting_fen, "oc-attention"))
    row = '<tr><th>{}</th><td class="oc-right"><span class="{}">{}</span></td><td class="oc-right">{}</td></tr>'
    rows = format_html_join("", row, ((label, colour, f"{count:,}", amount_text(fen)) for label, count, fen, colour in lines))
    table = format_html('<div class="oc-scroll"><table class="oc-table oc-content"><tbody>{}</tbody></table></div>', rows)
    others = [(one.person, account.holder) for one, account in due.payable if account.holder != one.person.full_name]
    if not others:
        return table
    names = format_html_join("", '<li>{}: <span class="oc-attention">{}</span></li>', others[:MOST_LINES])
    return format_html("{}<p>{}</p><ul>{}</ul>{}", table, _("Accounts that bear another name:"), names, _more(len(others)))


def people_table(leavers: Sequence[Leaver]) -> SafeString:
    """These people, by name."""
    people = ((link("people.person", one.person_id, one.person),) for one in leavers[:MOST_LINES])
    return format_html("{}{}", format_html_join(", ", "{}", people), _more(len(leavers)))


def _more(found: int) -> SafeString:
    more = found - MOST_LINES
    return format_html("<p>{}</p>", _("… and %(more)s more") % {"more": f"{more:,}"}) if more > 0 else SafeString()


def _counts(report: ListReport) -> SafeString:
    lines = [
        (finding.label, f"{count:,}", "" if finding in LISTS else "oc-attention") for finding, count in report.counts.items()
    ]
    missing = len(report.missing_ids)
    if missing:
        words = _("Left by the roster, but not in the file: not listed")
        lines.append((words, f"{missing:,}+" if missing == MOST_MISSING else f"{missing:,}", "oc-attention"))
    row = '<tr><th>{}</th><td class="oc-right"><span class="{}">{}</span></td></tr>'
    rows = format_html_join("", row, ((label, colour, count) for label, count, colour in lines))
    total = format_html(row, _("Will be listed"), "", f"{len(report.person_ids):,}")
    table = '<div class="oc-scroll"><table class="oc-table oc-content"><tbody>{}</tbody><tfoot>{}</tfoot></table></div>'
    return format_html(table, rows, total)


def _differences(report: ListReport) -> SafeString:
    differing = [(line, finding) for line, finding in report.lines if finding is not ListFinding.AGREES]
    differing.sort(key=lambda pair: (pair[1] in LISTS, pair[0].line))
    if not differing:
        return SafeString()
    lines = ((line.line, line.person_no or "—", line.full_name or "—", finding.label) for line, finding in differing[:MOST_LINES])
    head = format_html_join(
        "", "<th>{}</th>", ((capfirst(text),) for text in (_("line"), _("person's number"), _("full name"), _("found")))
    )
    body = format_html_join("", '<tr><td class="oc-right">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>', lines)
    table = '<div class="oc-scroll"><table class="oc-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>{}'
    return format_html(table, head, body, _more(len(differing)))
