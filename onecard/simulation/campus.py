"""A made-up campus: people with cards and habits, merchants and their tills. Pure; the same seed is the same campus."""

from __future__ import annotations

import dataclasses
from datetime import date, time, timedelta
from random import Random

from onecard.people.types import PersonKind

FIRST_CARD_NO = 600_001
REPLACEMENTS_FROM = 9_000_001
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲桂英华慧红建文新梅"
UNITS = ("物理学院", "化学学院", "文学院", "计算机学院", "外国语学院", "数学学院", "后勤处", "图书馆")
KINDS = (
    (PersonKind.UNDERGRADUATE, 65),
    (PersonKind.POSTGRADUATE, 20),
    (PersonKind.STAFF, 12),
    (PersonKind.RETIRED, 2),
    (PersonKind.VISITOR, 1),
)
SUBSIDIES_FEN = {PersonKind.UNDERGRADUATE: 3_000, PersonKind.POSTGRADUATE: 5_000}
PLACES = (
    "第一食堂",
    "第二食堂",
    "教工食堂",
    "清真食堂",
    "超市",
    "水果店",
    "咖啡厅",
    "书店",
    "面包房",
    "洗衣房",
    "打印店",
    "浴室",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Meal:
    """A part of the day in which people buy; `share_pct` of them do."""

    name: str
    starts_at: time
    minutes: int
    share_pct: int


MEALS = (
    Meal("breakfast", time(7, 0), 120, 35),
    Meal("lunch", time(11, 0), 120, 75),
    Meal("dinner", time(17, 0), 120, 60),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """A person with their first card; `favourite` is the index of the merchant they mostly go to."""

    person_no: str
    full_name: str
    kind: PersonKind
    unit: str
    card_no: int
    expires_on: date | None
    subsidy_fen: int
    favourite: int


@dataclasses.dataclass(frozen=True, slots=True)
class Shop:
    """A merchant and what a purchase there costs, from low to high."""

    code: str
    name: str
    low_fen: int
    high_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class Till:
    """A terminal; one that is not online keeps its records and is collected in the evening."""

    code: str
    shop: str
    is_online: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Campus:
    """Everybody and everything that is there before the first day."""

    seed: int
    first_day: date
    holders: tuple[Holder, ...]
    shops: tuple[Shop, ...]
    tills: tuple[Till, ...]

    def tills_of(self, shop: int) -> list[Till]:
        """The tills of a merchant by its index."""
        return [till for till in self.tills if till.shop == self.shops[shop].code]


def build_campus(*, seed: int, first_day: date, people: int = 600, merchants: int = 12, terminals: int = 30) -> Campus:
    """The campus of this seed. Bounds: 1 to 100,000 people, 1 to 200 merchants, at least a terminal each."""
    if not (1 <= people <= 100_000 and 1 <= merchants <= 200 and merchants <= terminals <= 5_000):
        raise ValueError("1 to 100,000 people, 1 to 200 merchants and from as many to 5,000 terminals can be simulated")
    random = Random(f"campus {seed}")
    shops = tuple(_shop(at, random=random) for at in range(merchants))
    tills = tuple(Till(f"T{at + 1:03d}", shops[at % merchants].code, random.random() < 0.6) for at in range(terminals))
    holders = tuple(_holder(at, first_day=first_day, merchants=merchants, random=random) for at in range(people))
    return Campus(seed, first_day, holders, shops, tills)


def _shop(at: int, *, random: Random) -> Shop:
    name = PLACES[at] if at < len(PLACES) else f"商铺{at + 1}"
    low_fen = random.randrange(100, 600, 50)
    return Shop(f"M{at + 1:02d}", name, low_fen, low_fen + random.randrange(600, 2_400, 100))


def _holder(at: int, *, first_day: date, merchants: int, random: Random) -> Holder:
    kind = random.choices([kind for kind, _ in KINDS], weights=[weight for _, weight in KINDS])[0]
    has_subsidy = kind in SUBSIDIES_FEN and random.random() < 0.4
    return Holder(
        person_no=f"{first_day.year}{at + 1:06d}",
        full_name=random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2)))),
        kind=kind,
        unit=random.choice(UNITS),
        card_no=FIRST_CARD_NO + at,
        expires_on=first_day + timedelta(days=random.randrange(3)) if random.random() < 0.01 else None,
        subsidy_fen=SUBSIDIES_FEN[kind] if has_subsidy else 0,
        favourite=random.randrange(merchants),
    )
