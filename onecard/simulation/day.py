"""What happens on a simulated day: plans made from the seed alone, without asking the system or the books.

The planner carries over what one day leaves to the next: counters of the tills, cards that are lost, records not collected yet.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from onecard.simulation.campus import MEALS, REPLACEMENTS_FROM, Campus, Holder, Meal, Till

UNKNOWN_CARD_NO = 77
ABSURD_FEN = 5_000_000
COUNTER_OPENS = time(8, 35)
DEPOSITS_A_DAY = 12
NOTES_FEN = (5_000, 10_000, 10_000, 20_000)
FRIDAY = 5


@dataclasses.dataclass(frozen=True, slots=True)
class MoneyIn:
    """A bank transfer, a subsidy, or cash at the counter."""

    number: int
    person_no: str
    amount_fen: int
    at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class CardEvent:
    """Done to a card: `what` is lost, found or replaced (by `new_card_no`); `version` is the blacklist's that names the loss."""

    what: str
    card_no: int
    at: datetime
    version: int = 0
    new_card_no: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Slip:
    """One purchase as the till wrote it, or its reversal. `blacklist` is the version an offline till had loaded (None online)."""

    till: str
    batch_no: int
    seq: int
    card_no: int
    amount_fen: int
    at: datetime
    pin: str = "NOT_GIVEN"
    blacklist: int | None = None
    is_torn: bool = False
    is_reversal: bool = False


@dataclasses.dataclass(slots=True)
class Sitting:
    """A meal: what is done to cards before it, then the online requests and reversals in the order in which they arrive."""

    meal: Meal
    starts_at: datetime
    card_events: list[CardEvent]
    online: list[Slip]


@dataclasses.dataclass(slots=True)
class DayPlan:
    """A day in the order of events: money in the morning, meals, and the collections in the evening, one after the other."""

    day: date
    transfers: list[MoneyIn]
    grants: list[MoneyIn]
    deposits: list[MoneyIn]
    sittings: list[Sitting]
    collections: list[list[Slip]]
    evening: datetime


class Planner:
    """Plans one day after the other; the days must be asked for in order."""

    def __init__(self, campus: Campus, *, zone: ZoneInfo, faults: bool) -> None:
        self._campus = campus
        self._zone = zone
        self._faults = faults
        self._card_of = {holder.person_no: holder.card_no for holder in campus.holders}
        self._shops = {shop.code: shop for shop in campus.shops}
        self._tills = [campus.tills_of(at) for at in range(len(campus.shops))]
        self._lost: dict[str, int] = {}
        self._version = 0
        self._loaded: Counter[str] = Counter()
        self._late: list[Slip] = []
        self._overdue: dict[str, list[Slip]] = {meal.name: [] for meal in MEALS}
        self._replacements = REPLACEMENTS_FROM
        self._numbers: Counter[str] = Counter()

    def plan(self, day: date) -> DayPlan:
        """The plan of this day."""
        random = Random(f"day {self._campus.seed} {day}")
        self._numbers.clear()
        offline: list[Slip] = []
        sittings = [self._sitting(meal, day=day, offline=offline, random=random) for meal in MEALS]
        evening = datetime.combine(day, MEALS[-1].starts_at, tzinfo=self._zone) + timedelta(hours=4)
        return DayPlan(
            day=day,
            transfers=self._transfers(day, random=random),
            grants=self._grants(day),
            deposits=self._deposits(day),
            sittings=sittings,
            collections=self._collections(offline, random=random),
            evening=evening,
        )

    def _moment(self, day: date, hour: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=self._zone)

    def _transfers(self, day: date, *, random: Random) -> list[MoneyIn]:
        is_first = day == self._campus.first_day
        base = day.toordinal() * 1_000_000
        return [
            MoneyIn(base + at, holder.person_no, random.randrange(2_000, 30_000, 1_000), self._moment(day, 6))
            for at, holder in enumerate(self._campus.holders, start=1)
            if random.random() < (0.98 if is_first else 0.1)
        ]

    def _grants(self, day: date) -> list[MoneyIn]:
        if (day - self._campus.first_day).days % 30:
            return []
        base = day.toordinal() * 1_000_000
        return [
            MoneyIn(base + at, holder.person_no, holder.subsidy_fen, self._moment(day, 6))
            for at, holder in enumerate(self._campus.holders, start=1)
            if holder.subsidy_fen
        ]

    def _deposits(self, day: date) -> list[MoneyIn]:
        """Cash at the counter on a working day's morning; drawn apart, so that it changes nothing else of the day."""
        random, opening = Random(f"counter {self._campus.seed} {day}"), datetime.combine(day, COUNTER_OPENS, tzinfo=self._zone)
        if day.isoweekday() > FRIDAY:
            return []
        holders = random.sample(self._campus.holders, min(DEPOSITS_A_DAY, len(self._campus.holders)))
        base = day.toordinal() * 1_000_000
        return [
            MoneyIn(base + at, one.person_no, random.choice(NOTES_FEN), opening + timedelta(minutes=9 * at))
            for at, one in enumerate(holders, start=1)
        ]

    def _sitting(self, meal: Meal, *, day: date, offline: list[Slip], random: Random) -> Sitting:
        starts_at = datetime.combine(day, meal.starts_at, tzinfo=self._zone)
        events = self._card_events(starts_at, random=random)
        for till in self._campus.tills:
            if random.random() < 0.7:
                self._loaded[till.code] = self._version
        online: list[Slip] = []
        eaters = [holder for holder in self._campus.holders if random.random() * 100 < meal.share_pct]
        minutes = sorted(random.randrange(meal.minutes * 60) for _ in eaters)
        for holder, after_s in zip(random.sample(eaters, len(eaters)), minutes, strict=True):
            till = self._till_for(holder, random=random)
            slip = self._slip(holder, till, at=starts_at + timedelta(seconds=after_s), random=random)
            (online if till.is_online else offline).append(slip)
        return Sitting(meal, starts_at, events, self._with_online_faults(online, meal=meal, random=random))

    def _card_events(self, at: datetime, *, random: Random) -> list[CardEvent]:
        """Lost cards are found again or replaced by and by; a few more are lost (or one that somebody then uses)."""
        events = []
        for person_no, card_no in list(self._lost.items()):
            fate = random.random()
            if fate < 0.25:
                events.append(CardEvent("found", card_no, at))
                del self._lost[person_no]
            elif fate < 0.5:
                self._replacements += 1
                events.append(CardEvent("replaced", card_no, at, new_card_no=self._replacements))
                self._card_of[person_no] = self._replacements
                del self._lost[person_no]
        for holder in random.sample(self._campus.holders, max(1, len(self._campus.holders) // 300)):
            if holder.person_no not in self._lost:
                self._version += 1
                card_no = self._card_of[holder.person_no]
                events.append(CardEvent("lost", card_no, at, version=self._version))
                self._lost[holder.person_no] = card_no
        return events

    def _till_for(self, holder: Holder, *, random: Random) -> Till:
        shop = holder.favourite if random.random() < 0.6 else random.randrange(len(self._campus.shops))
        return random.choice(self._tills[shop])

    def _slip(self, holder: Holder, till: Till, *, at: datetime, random: Random) -> Slip:
        self._numbers[till.code] += 1
        if self._faults and random.random() < 0.003:
            self._numbers[till.code] += random.randrange(1, 4)  # records that are never seen again
        shop = self._shops[till.shop]
        return Slip(
            till=till.code,
            batch_no=at.year * 10_000 + at.month * 100 + at.day,
            seq=self._numbers[till.code],
            card_no=UNKNOWN_CARD_NO if self._faults and random.random() < 0.002 else self._card_of[holder.person_no],
            amount_fen=random.randrange(shop.low_fen, shop.high_fen, 10),
            at=at,
            pin=random.choices(("NOT_GIVEN", "RIGHT", "WRONG"), weights=(70, 29, 1))[0] if till.is_online else "NOT_GIVEN",
            blacklist=None if till.is_online else self._loaded[till.code],
        )

    def _with_online_faults(self, slips: list[Slip], *, meal: Meal, random: Random) -> list[Slip]:
        """Answers get lost, and a broken till asks again with another amount.

        Some tills reverse only when the meal is over, others at this meal's end a day later.
        """
        due, self._overdue[meal.name] = self._overdue[meal.name], []
        asked = []
        for slip in slips:
            if self._faults and random.random() < 0.02:
                asked += self._unanswered(slip, random=random)
            elif self._faults and random.random() < 0.01:
                asked.append(slip)
                (due if random.random() < 0.5 else self._overdue[meal.name]).append(_reversal_of(slip))
            else:
                asked.append(slip)
            if self._faults and random.random() < 0.002:
                asked.append(dataclasses.replace(slip, amount_fen=slip.amount_fen + 10))
        return asked + due

    @staticmethod
    def _unanswered(slip: Slip, *, random: Random) -> list[Slip]:
        """What arrives from a till that waited for the answer in vain: it asks again or reverses, and one overtakes the other."""
        back = _reversal_of(slip)
        of_other_content = dataclasses.replace(back, amount_fen=slip.amount_fen + 10)
        return random.choice(
            ([slip, slip], [slip, slip], [slip, back], [back, slip], [back], [slip, back, slip, back], [slip, of_other_content])
        )

    def _collections(self, offline: list[Slip], *, random: Random) -> list[list[Slip]]:
        """What is collected in the evening: yesterday's late records, today's, then again what came torn or doubled."""
        if not self._faults:
            return [offline]
        held_back = {slip for slip in offline if random.random() < 0.02}
        late, self._late = self._late, [slip for slip in offline if slip in held_back]
        first = [*late, *(slip for slip in offline if slip not in held_back)]
        torn = {slip: None for slip in first if random.random() < 0.005}
        again = [slip for slip in first if random.random() < 0.02 and slip not in torn]
        wrong = [dataclasses.replace(slip, amount_fen=slip.amount_fen + 100) for slip in first if random.random() < 0.002]
        absurd = [self._absurd(slip) for slip in offline[:1]]
        random.shuffle(first)
        spoilt = [dataclasses.replace(slip, is_torn=True) if slip in torn else slip for slip in first]
        return [[*spoilt, *again], [*torn, *absurd], wrong]

    def _absurd(self, like: Slip) -> Slip:
        """The till's next record, with an amount that no purchase has."""
        self._numbers[like.till] += 1
        return dataclasses.replace(like, seq=self._numbers[like.till], amount_fen=ABSURD_FEN)


def _reversal_of(slip: Slip) -> Slip:
    return dataclasses.replace(slip, is_reversal=True)
