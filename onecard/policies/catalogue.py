"""The closed list of policies (制度参数) in their groups: every number of the centre's rules, with its default.

The defaults are those found at many universities; a campus sets its own values by `policies.set_policy`. What terminals are told
(offline limits, meal periods, prices) is published to them as parameter sets (`onecard/terminals/parameters.py`).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.policies.types import Policy, PolicyKind

GROUPS = {
    "cards": _("Cards and PIN"),
    "people": _("Card holders and leavers"),
    "counter": _("Counter and cash"),
    "funding": _("Subsidies and bank transfers"),
    "purchases": _("Purchases"),
    "settlement": _("Merchants"),
    "closing": _("Closing and differences"),
}
"""The groups in the order of the pages, with their words."""

_CARDS = (
    Policy("cards.temporary_days", PolicyKind.DAYS, 30, _("How long a temporary card is valid."), 1, 366, clauses=("P4-4.1",)),
    Policy(
        "cards.temporary_surcharge_bp",
        PolicyKind.BASIS_POINTS,
        0,
        _("What a purchase with a temporary card costs on top of its price."),
        most=3_000,
        moves_money=True,
    ),
    Policy(
        "cards.temporary_deposit_fen",
        PolicyKind.FEN,
        2_000,
        _("Deposit for a temporary card, paid back when it is returned."),
        most=20_000,
        clauses=("P4-4.3",),
        moves_money=True,
    ),
    Policy("cards.most_family_cards", PolicyKind.COUNT, 2, _("How many family cards a person may have."), most=10),
    Policy(
        "cards.replacement_wait_hours",
        PolicyKind.HOURS,
        24,
        _("How long after the loss report a card is replaced at the earliest."),
        most=336,
        clauses=("M3.5", "P4-4.4"),
        moves_money=True,
    ),
    Policy(
        "cards.replacement_fee_fen",
        PolicyKind.FEN,
        1_500,
        _("Fee for replacing a lost card."),
        most=20_000,
        clauses=("M3.5", "P4-4.4"),
        moves_money=True,
    ),
    Policy("cards.pin_digits", PolicyKind.COUNT, 6, _("How many digits a PIN has."), 4, 12),
    Policy(
        "cards.pin_tries", PolicyKind.COUNT, 3, _("How many wrong tries block a PIN until its holder comes in person."), 1, 10
    ),
)

_PEOPLE = (
    Policy(
        "people.balance_cap_fen",
        PolicyKind.FEN,
        100_000,
        _("The most that a cash purse holds; a deposit above it is refused."),
        10_000,
        1_000_000,
        clauses=("M3.2", "N3-3.2"),
        moves_money=True,
    ),
    Policy(
        "people.leaver_waiting_days",
        PolicyKind.DAYS,
        3,
        _("How long a leaver's card stays frozen, so that every terminal's records come in, before it is cancelled."),
        most=60,
        clauses=("S7.1",),
        moves_money=True,
    ),
    Policy(
        "people.refund_claim_years",
        PolicyKind.YEARS,
        1,
        _("How long a refund that failed can be claimed."),
        1,
        10,
        clauses=("S7.3",),
        moves_money=True,
    ),
    Policy(
        "people.refund_approval_fen",
        PolicyKind.FEN,
        50_000,
        _("Refund above which a second person is needed."),
        most=1_000_000,
        clauses=("S7.3",),
        moves_money=True,
    ),
    Policy(
        "people.freshmen_closed_on",
        PolicyKind.MONTH_DAY,
        "11-30",
        _("On this day freshmen who never came are closed, their subsidies taken back."),
        clauses=("S2.1",),
        moves_money=True,
    ),
    Policy(
        "people.dormant_years",
        PolicyKind.YEARS,
        2,
        _("After how long without a movement a purse is dormant."),
        1,
        20,
        clauses=("Y06.1",),
        moves_money=True,
    ),
    Policy(
        "people.dormant_notice_days",
        PolicyKind.DAYS,
        30,
        _("How long the holder of a dormant purse has after the notice before it is booked to unclaimed balances."),
        1,
        366,
        clauses=("Y06.1",),
        moves_money=True,
    ),
)

_COUNTER = (
    Policy(
        "counter.deposit_windows",
        PolicyKind.WINDOWS,
        ["1-5 08:30-11:30", "1-5 14:00-17:00"],
        _("When deposits are taken; outside it takes an approved reason."),
        clauses=("S3.1", "S3.2"),
    ),
    Policy(
        "counter.least_deposit_fen",
        PolicyKind.FEN,
        100,
        _("The least that is taken as one deposit."),
        1,
        100_000,
        clauses=("S3.2",),
    ),
    Policy(
        "counter.most_deposit_fen",
        PolicyKind.FEN,
        100_000,
        _("The most that is taken as one deposit."),
        1_000,
        1_000_000,
        clauses=("S3.2",),
        moves_money=True,
    ),
    Policy(
        "counter.reversal_window_minutes",
        PolicyKind.MINUTES,
        480,
        _("How long a clerk can take back an own booking, on the same shift only."),
        most=1_440,
        clauses=("S3.2",),
        moves_money=True,
    ),
    Policy(
        "counter.withdrawal_allowed",
        PolicyKind.FLAG,
        True,
        _("Whether money is paid out at the counter."),
        clauses=("N3-3.3",),
        moves_money=True,
    ),
    Policy(
        "counter.withdrawal_single_limit_fen",
        PolicyKind.FEN,
        50_000,
        _("The most that is paid out at once."),
        most=1_000_000,
        clauses=("N3-3.3",),
        moves_money=True,
    ),
    Policy(
        "counter.withdrawal_day_limit_fen",
        PolicyKind.FEN,
        100_000,
        _("The most that is paid out to a person a day."),
        most=1_000_000,
        clauses=("N3-3.3",),
        moves_money=True,
    ),
    Policy(
        "counter.withdrawal_second_person_fen",
        PolicyKind.FEN,
        20_000,
        _("Withdrawal above which a second person is needed."),
        most=1_000_000,
        clauses=("N3-3.3",),
        moves_money=True,
    ),
    Policy("counter.float_fen", PolicyKind.FEN, 20_000, _("The float that a till opens with."), most=500_000, moves_money=True),
    Policy(
        "counter.till_tolerance_fen",
        PolicyKind.FEN,
        0,
        _("Over or short of a till above which the clerk and a second person have to explain it."),
        most=10_000,
        clauses=("S4.1",),
        moves_money=True,
    ),
    Policy(
        "counter.safe_limit_fen",
        PolicyKind.FEN,
        5_000_000,
        _("The most cash that the safe holds over holidays."),
        most=100_000_000,
        clauses=("S4.3",),
        moves_money=True,
    ),
    Policy(
        "counter.handover_hours",
        PolicyKind.HOURS,
        24,
        _("After how many working hours without finance's signature a day's cash is overdue; holidays don't count."),
        1,
        168,
        clauses=("S4.2", "S4.4"),
    ),
)

_FUNDING = (
    Policy(
        "funding.subsidy_end_days",
        PolicyKind.DAYS,
        180,
        _("After how many days an uncollected subsidy is taken back, unless its batch names an end date."),
        1,
        730,
        moves_money=True,
    ),
    Policy(
        "funding.most_subsidy_fen",
        PolicyKind.FEN,
        200_000,
        _("The most that a person gets from one batch of subsidies; a line above it is left out."),
        1_000,
        10_000_000,
        moves_money=True,
    ),
    Policy(
        "funding.bank_waiting_days",
        PolicyKind.DAYS,
        3,
        _("How long a bank transfer may wait for the other side's line before it is a difference."),
        most=30,
        clauses=("S5.4",),
    ),
)

_PURCHASES = (
    Policy(
        "purchases.pin_single_limit_fen",
        PolicyKind.FEN,
        2_500,
        _("Amount of a purchase above which the PIN is asked; the holder may lower it."),
        most=100_000,
        moves_money=True,
    ),
    Policy(
        "purchases.pin_day_limit_fen",
        PolicyKind.FEN,
        5_000,
        _("Amount spent in a day above which the PIN is asked; the holder may lower it."),
        most=100_000,
        moves_money=True,
    ),
    Policy(
        "purchases.reversal_hours",
        PolicyKind.HOURS,
        24,
        _("How long after the approval a terminal's reversal is taken without a person."),
        1,
        168,
        moves_money=True,
    ),
    Policy(
        "purchases.most_amount_fen",
        PolicyKind.FEN,
        100_000,
        _("Largest amount that is taken as a purchase; a collected record above it is held."),
        10_000,
        1_000_000,
        clauses=("Y06.1",),
        moves_money=True,
    ),
    Policy(
        "purchases.oldest_record_days",
        PolicyKind.DAYS,
        400,
        _("Age up to which collected records are booked; older ones are held."),
        30,
        3_660,
        clauses=("N3-3.4",),
        moves_money=True,
    ),
    Policy(
        "purchases.clock_ahead_minutes",
        PolicyKind.MINUTES,
        10,
        _("How far a terminal's clock may be ahead; a record from further on is held."),
        1,
        1_440,
        clauses=("N3-3.4",),
    ),
)

_SETTLEMENT = (
    Policy(
        "settlement.fee_rate_bp",
        PolicyKind.BASIS_POINTS,
        0,
        _("Management fee on a merchant's sales, unless the contract names another."),
        most=3_000,
        clauses=("M4.2",),
        moves_money=True,
    ),
    Policy(
        "settlement.cycle",
        PolicyKind.CHOICE,
        "month",
        _("How often a merchant is settled, unless the contract names another cycle."),
        choices=(("day", _("Daily")), ("week", _("Weekly")), ("half_month", _("Twice a month")), ("month", _("Monthly"))),
        clauses=("M4.2",),
    ),
)

_CLOSING = (
    Policy("closing.day_close_time", PolicyKind.TIME, "00:00", _("When the day is closed by itself."), clauses=("N3-3.6",)),
    Policy(
        "closing.month_cutoff_day",
        PolicyKind.COUNT,
        31,
        _("Finance's cut-off: the month ends with this day, or with its last day if it is shorter."),
        1,
        31,
        clauses=("S5.1",),
    ),
    Policy(
        "closing.card_difference_days",
        PolicyKind.DAYS,
        7,
        _("How long card and centre may differ, since records may be on their way, before somebody has to settle it."),
        most=90,
        clauses=("Y06.1",),
        moves_money=True,
    ),
    Policy(
        "closing.card_difference_fen",
        PolicyKind.FEN,
        0,
        _("Difference between card and centre up to which nothing is done."),
        most=10_000,
        clauses=("Y06.1",),
        moves_money=True,
    ),
)

POLICIES = {policy.name: policy for policy in (*_CARDS, *_PEOPLE, *_COUNTER, *_FUNDING, *_PURCHASES, *_SETTLEMENT, *_CLOSING)}
"""Every policy by name, in the order of the pages."""
