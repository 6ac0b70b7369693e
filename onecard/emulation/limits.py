"""脱机限额: what a terminal may still sell without the centre. Pure: parameters and what was sold so far in, a limit out."""

from __future__ import annotations

import dataclasses
import enum
from collections import Counter
from collections.abc import Mapping
from typing import Any

HOUR_US = 3_600_000_000


class Limit(enum.Enum):
    """What forbids an offline sale. The order is the order of precedence."""

    NOT_ALLOWED = "this terminal sells online only"
    HOURS = "too long out of touch"
    SINGLE = "the amount"
    CARD = "what this card spent offline"
    ALLOWANCE = "the card's allowance, or it has none"
    TOTAL = "what was sold offline altogether"
    RECORDS = "how many were sold offline"


@dataclasses.dataclass(slots=True)
class Sold:
    """What was sold offline and is not collected yet: the limits count it, also after a restart."""

    by_card: Counter[int] = dataclasses.field(default_factory=Counter)
    fen: int = 0
    records: int = 0

    def add(self, card_no: int, amount_fen: int) -> None:
        """Count one sale."""
        self.by_card[card_no] += amount_fen
        self.fen += amount_fen
        self.records += 1


def limit_reached(
    parameters: Mapping[str, Any], sold: Sold, *, card_no: int, amount_fen: int, out_of_touch_us: int, allowance_fen: int = 0
) -> Limit | None:
    """The first limit that this sale would break, by the parameters as the protocol writes them; None when it may be sold.

    A limit may be reached and not passed; zero means no limit of that kind. `out_of_touch_us`: since the centre last answered;
    `allowance_fen`: what the list says of the card, 0 when it is not on it. It counts only where the parameters need one.
    """
    limits = parameters["offline"]
    if not limits["is_allowed"]:
        return Limit.NOT_ALLOWED
    terminals_own = parameters.get("single_limit_fen")
    in_order = (
        (_is_over(out_of_touch_us, limits["max_hours"] * HOUR_US), Limit.HOURS),
        (_is_over(amount_fen, limits["single_limit_fen"]), Limit.SINGLE),
        (terminals_own is not None and amount_fen > terminals_own, Limit.SINGLE),
        (_is_over(sold.by_card[card_no] + amount_fen, limits["card_limit_fen"]), Limit.CARD),
        (limits.get("needs_allowance", False) and sold.by_card[card_no] + amount_fen > allowance_fen, Limit.ALLOWANCE),
        (_is_over(sold.fen + amount_fen, limits["total_limit_fen"]), Limit.TOTAL),
        (_is_over(sold.records + 1, limits["max_records"]), Limit.RECORDS),
    )
    return next((limit for applies, limit in in_order if applies), None)


def _is_over(value: int, limit: int) -> bool:
    return limit != 0 and value > limit
