"""The parts that boards are made of: each a chart and the table behind it, from the numbers of a span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from onecard.kernel import clock
from onecard.kernel.money import FEN_PER_YUAN, yuan
from onecard.leavers.queries import ageing
from onecard.merchants.types import NOBODY
from onecard.months import rules
from onecard.months.models import MonthClose
from onecard.months.papers import CHANNELS
from onecard.papers.types import Cell, CellKind, Sheet, SheetTable
from onecard.reports import charts
from onecard.reports.types import Numbers, Part, Span
from onecard.rollups.queries import turnover
from onecard.rollups.types import Sold

MOST_RANKED = 15
"""How many merchants the chart shows; the table shows all."""
MONTHS_SHOWN = 12
Rows = tuple[tuple[Cell, ...], ...]


def whole_yuan(amount_fen: int) -> str:
    """An amount for an axis, without fen."""
    return f"{amount_fen // FEN_PER_YUAN:,}"


def _text(*titles: str) -> tuple[tuple[str, CellKind], ...]:
    return tuple((title, CellKind.TEXT) for title in titles)


def _counts(*titles: str) -> tuple[tuple[str, CellKind], ...]:
    return tuple((title, CellKind.COUNT) for title in titles)


def _money(*titles: str) -> tuple[tuple[str, CellKind], ...]:
    return tuple((title, CellKind.FEN) for title in titles)


def trend(numbers: Numbers) -> Part:
    """Takings and deposits day by day."""
    taken = numbers.taken.days
    deposits, facts = _deposits_by_day(numbers), {one.day: one for one in numbers.facts}
    days = sorted({*taken, *deposits, *facts})
    rows: list[tuple[Cell, ...]] = []
    for day in days:
        sold, fact = taken.get(day, Sold()), facts.get(day)
        used = fact.cards_used if fact else 0
        rows.append((day.isoformat(), sold.purchases, sold.reversals, sold.amount_fen, deposits[day], used))
    total = numbers.taken.total
    headings = (
        (_("Business day"), CellKind.TEXT),
        *_counts(_("Purchases"), _("Reversals")),
        *_money(_("Takings"), _("Deposits")),
        *_counts(_("Cards used")),
    )
    table = SheetTable(
        _("Takings and deposits by day"),
        headings,
        tuple(rows),
        (_("Total"), total.purchases, total.reversals, total.amount_fen, sum(deposits.values()), None),
    )
    series = {_("Takings"): [taken.get(day, Sold()).amount_fen for day in days], _("Deposits"): [deposits[day] for day in days]}
    chart = charts.line_chart([f"{day:%m-%d}" for day in days], series, words=whole_yuan, title=table.title)
    return Part(table, chart, is_wide=True)


def _deposits_by_day(numbers: Numbers) -> Counter[date]:
    found: Counter[date] = Counter()
    for one in numbers.moved:
        for _deposits, deposited_fen, reversed_fen in rules.deposits_of([one]).values():
            found[one.day] += deposited_fen - reversed_fen
    return found


def quarters(numbers: Numbers) -> Part:
    """Meals: purchases by the quarter hour in which they happened, on an average business day."""
    found, days = numbers.taken.quarters, max(1, len(numbers.facts))
    rows: Rows = tuple(
        (clock_text(at), sold.purchases, sold.purchases // days, sold.amount_fen) for at, sold in sorted(found.items())
    )
    table = SheetTable(
        _("Meals by quarter hour"),
        (*_text(_("From")), *_counts(_("Purchases"), _("A day")), *_money(_("Amount"))),
        rows,
        (
            _("Total"),
            sum(one.purchases for one in found.values()),
            None,
            sum(one.amount_fen for one in found.values()),
        ),
    )
    return quarter_part(table, found)


def quarter_part(table: SheetTable, found: Mapping[int, Sold]) -> Part:
    """The table under a chart of purchases by quarter hour, from the first to the last that has some; a usual day without any."""
    known = range(min(found, default=24), max(found, default=83) + 1)
    values = [found.get(at, Sold()).purchases for at in known]
    chart = charts.column_chart([clock_text(at) for at in known], values, words="{:,}".format, title=table.title)
    return Part(table, chart, note=_("When the card was used, on campus time. Records that came on a later day are left out."))


def span_sheet(title: str, *, name: str, span: Span, parts: Sequence[Part]) -> Sheet:
    """The parts' tables of a span, for Excel and for mail; `name` begins its number."""
    return Sheet(
        title=title,
        number=f"{name}-{span.since:%Y%m%d}-{span.until:%Y%m%d}",
        facts=((_("From"), span.since.isoformat()), (_("To"), span.until.isoformat())),
        tables=tuple(part.table for part in parts),
        marks=(),
        made_at=clock.now().isoformat(),
    )


def clock_text(quarter: int) -> str:
    """A quarter hour of the day (0-95) as people write it: 11:45."""
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def merchants(numbers: Numbers) -> Part:
    """Merchants by what was spent there, most first, beside the span before."""
    before = numbers.taken_before.units
    ranked = sorted(numbers.taken.units.items(), key=lambda pair: (-pair[1].amount_fen, pair[0]))
    rows: list[tuple[Cell, ...]] = []
    for account, sold in ranked:
        seller, was_fen = numbers.sellers.get(account, NOBODY), before.get(account, Sold()).amount_fen
        sums = sold.purchases, sold.reversals, sold.amount_fen, was_fen
        rows.append((seller.code, seller.name, *sums, change(sold.amount_fen, was_fen)))
    total = numbers.taken.total
    table = SheetTable(
        _("Merchants ranked"),
        (
            *_text(_("Merchant"), _("Name")),
            *_counts(_("Purchases"), _("Reversals")),
            *_money(_("Amount"), _("Before")),
            (_("Change"), CellKind.COUNT),
        ),
        tuple(rows),
        (
            _("Total"),
            "",
            total.purchases,
            total.reversals,
            total.amount_fen,
            sum(one.amount_fen for one in before.values()),
            None,
        ),
    )
    bars = [(str(row[1]), sold.amount_fen) for row, (_account, sold) in zip(rows, ranked, strict=True)][:MOST_RANKED]
    return Part(table, charts.ranked_bars(bars, words=yuan, title=table.title))


def change(now: int, before: int) -> str:
    """How much more or less than before, in per cent: +12 %, -3 %; nothing to compare with is a dash."""
    if before <= 0:
        return "–"
    percent = round(100 * (now - before) / before)
    return f"{percent:+d} %"


def weekdays() -> list[str]:
    """Monday to Sunday, short."""
    return [str(WEEKDAYS_ABBR[day]) for day in range(7)]


def week(numbers: Numbers) -> Part:
    """The week as a heat map: purchases by weekday and hour."""
    found, names = numbers.taken.hours, weekdays()
    hours = sorted({hour for _weekday, hour in found}) or list(range(7, 20))
    span = range(hours[0], hours[-1] + 1)
    table = SheetTable(
        _("The week by hour"),
        (*_text(_("Hour")), *_counts(*names)),
        tuple((f"{hour:02d}:00", *(found.get((day, hour), Sold()).purchases for day in range(1, 8))) for hour in span),
    )
    values = {(day - 1, hour - span[0]): sold.purchases for (day, hour), sold in found.items()}
    chart = charts.heat_map(names, [f"{hour:02d}" for hour in span], values, words="{:,}".format, title=table.title)
    return Part(table, chart)


def channels(numbers: Numbers) -> Part:
    """Deposits by the channel that they came through."""
    lines = rules.deposits_of(numbers.moved)
    sums: dict[str, list[int]] = {}
    for (channel, _source), (deposits, deposited_fen, reversed_fen) in lines.items():
        line = sums.setdefault(str(CHANNELS[channel.name]), [0, 0, 0])
        for at, value in enumerate((deposits, deposited_fen, reversed_fen)):
            line[at] += value
    rows: Rows = tuple((name, n, fen, back, fen - back) for name, (n, fen, back) in sums.items())
    table = SheetTable(
        _("Deposits by channel"),
        (*_text(_("Channel")), *_counts(_("Number")), *_money(_("Deposited"), _("Taken back"), _("Deposits"))),
        rows,
        (_("Total"), *(sum(line[at] for line in sums.values()) for at in range(3)), sum(x[1] - x[2] for x in sums.values())),
    )
    bars = [(name, fen - back) for name, (_n, fen, back) in sums.items()]
    return Part(table, charts.ranked_bars(bars, words=yuan, title=table.title))


def balances(numbers: Numbers) -> Part:
    """The accumulated balance of deposits day by day: opening + in - out = closing."""
    balance_fen = numbers.opening_fen
    entered: Counter[date] = Counter()
    left: Counter[date] = Counter()
    for one in numbers.moved:
        entered[one.day] += one.entered_fen
        left[one.day] += one.left_fen
    rows: list[tuple[Cell, ...]] = []
    closings = []
    for day in sorted({one.day for one in numbers.facts} | set(entered)):
        opening_fen, balance_fen = balance_fen, balance_fen + entered[day] - left[day]
        closings.append(balance_fen)
        rows.append((day.isoformat(), opening_fen, entered[day], left[day], balance_fen))
    table = SheetTable(
        _("Accumulated balance of deposits"),
        ((_("Business day"), CellKind.TEXT), *_money(_("Opening balance"), _("In"), _("Out"), _("Closing balance"))),
        tuple(rows),
        (_("Total"), None, sum(entered.values()), sum(left.values()), None),
    )
    labels = [str(row[0])[5:] for row in rows]
    chart = charts.line_chart(labels, {_("Balance"): closings}, words=whole_yuan, title=table.title)
    return Part(table, chart, is_wide=True)


def subjects(numbers: Numbers) -> Part:
    """Every subject from the span's beginning to its end."""
    lines = rules.rolled(numbers.sums_before, turnover=turnover(numbers.moved))
    rows: Rows = tuple(
        (f"{one.subject.value} {one.subject.label}", one.opening_fen, one.in_fen, one.out_fen, one.closing_fen) for one in lines
    )
    headings = (*_text(_("Subject")), *_money(_("Opening balance"), _("In"), _("Out"), _("Closing balance")))
    return Part(SheetTable(_("All subjects"), headings, rows), is_wide=True)


def months(numbers: Numbers) -> Part:
    """The months that were closed last."""
    closed = MonthClose.objects.order_by("-month")[:MONTHS_SHOWN]
    rows: Rows = tuple(
        (str(one), one.in_fen, one.out_fen, one.books_fen, one.finance_fen, one.difference_fen, one.report_no) for one in closed
    )
    headings = (
        *_text(_("Month")),
        *_money(_("In"), _("Out"), _("Accumulated balance of deposits"), _("Finance's balance"), _("Difference")),
        *_text(_("Month report")),
    )
    return Part(SheetTable(_("Closed months"), headings, rows), is_wide=True)


def refunds(numbers: Numbers) -> Part:
    """账龄: how long refunds have not been paid, and unclaimed balances have stood, by now."""
    lines = ageing(clock.today())
    starts = [0, *(line.over_days + 1 for line in lines[1:])]
    names = [*(f"{start}–{line.over_days}" for start, line in zip(starts, lines[1:], strict=False)), f"≥ {starts[-1]}"]
    rows: Rows = tuple(
        (name, line.refunds, line.refunds_fen, line.unclaimed, line.unclaimed_fen)
        for name, line in zip(names, lines, strict=True)
    )
    headings = (
        *_text(_("Age in days")),
        *_counts(_("Refunds not paid")),
        *_money(_("Amount")),
        *_counts(_("Unclaimed balances")),
        *_money(_("Amount")),
    )
    sums = (
        sum(line.refunds for line in lines),
        sum(line.refunds_fen for line in lines),
        sum(line.unclaimed for line in lines),
        sum(line.unclaimed_fen for line in lines),
    )
    table = SheetTable(_("Refunds not paid and unclaimed balances by age"), headings, rows, (_("Total"), *sums))
    chart = charts.column_chart(names, [line.refunds_fen + line.unclaimed_fen for line in lines], words=yuan, title=table.title)
    return Part(table, chart, note=_("As it stands now; a refund counts from when it became payable or came back."))
