"""The messages of terminal protocol v1: from them the OpenAPI file is made and every request decoded.

Numbers are JSON integers, money is in fen, moments are microseconds since 1970-01-01 UTC, keys, MACs and signatures are
lower-case hexadecimal. Absent optional fields are null or left out. Fields that a message doesn't have are refused in requests.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.gateway.fields import (
    MAX_COLLECTED,
    MAX_INT64,
    MAX_LISTED,
    MAX_ONLINE,
    Answer,
    BatchNo,
    CardNo,
    Code,
    Count,
    Hex16,
    Moment,
    Opaque,
    PaidFen,
    Request,
    Seq,
    Signature,
    Version,
    Words,
)

# Purchases.


class OnlineRecord(Request):
    """A terminal's record of a purchase that it asks for, with its MAC."""

    batch_no: BatchNo
    seq: Seq
    card_no: CardNo
    amount_fen: PaidFen
    occurred_at_us: Moment
    mac: Hex16


class OnlinePurchase(OnlineRecord):
    """A purchase to approve: the terminal's record with its MAC. `pin` only when the holder was asked for it."""

    pin: Annotated[str, Meta(pattern=r"^[0-9]{6}$")] | None = None


class OnlinePurchases(Request):
    """One or many purchases to approve, each by itself; answered in the order given."""

    purchases: Annotated[list[OnlinePurchase], Meta(min_length=1, max_length=MAX_ONLINE)]
    wants_balance: bool = False


class OnlineResult(Answer):
    """The answer to one purchase. REPEATED carries what was answered the first time in `first_outcome`.

    `balance_fen`: what the holder can still spend, when the request asked for it.
    `surcharge_fen`: what a temporary card paid on top of the price, to be shown and printed; 0 when nothing.
    """

    batch_no: int
    seq: int
    outcome: str
    first_outcome: str | None = None
    balance_fen: int | None = None
    surcharge_fen: int = 0


class OnlineResults(Answer):
    """Answers in the order of the request."""

    results: list[OnlineResult]


class Reversal(OnlineRecord):
    """The purchase that got no answer, as it was sent."""


class Reversals(Request):
    """Purchases to reverse (冲正); a reversal wins over a late original in any order of arrival."""

    reversals: Annotated[list[Reversal], Meta(min_length=1, max_length=MAX_ONLINE)]


class ReversalResult(Answer):
    """What became of one reversal."""

    batch_no: int
    seq: int
    outcome: str


class ReversalResults(Answer):
    """Answers in the order of the request."""

    results: list[ReversalResult]


class CollectedRecord(Request):
    """A record from the terminal's journal: a fact. The last five fields belong to cards with an on-card purse."""

    batch_no: BatchNo
    seq: Seq
    card_no: CardNo
    amount_fen: Annotated[int, Meta(ge=-MAX_INT64, le=MAX_INT64)]
    occurred_at_us: Moment
    mac: Hex16
    blacklist_version: Version | None = None
    card_counter: Count | None = None
    purse_after_fen: Count | None = None
    sam_id: Count | None = None
    sam_seq: Count | None = None
    tac: Annotated[str, Meta(pattern=r"^([0-9a-f]{2}){1,64}$")] | None = None


class Collection(Request):
    """收数据: records from the journal, in any order; sending one again changes nothing.

    Each record is read by itself (CollectedRecord): one that cannot be read is held as it came, and the others are booked.
    """

    records: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MAX_COLLECTED)]


class CollectionWritten(Request):
    """A collection as terminals write it (the gateway reads record by record)."""

    records: Annotated[list[CollectedRecord], Meta(min_length=1, max_length=MAX_COLLECTED)]


class CollectedResult(Answer):
    """What became of one record. With any outcome it is safe with the centre and may be marked as sent."""

    outcome: str
    first_outcome: str | None = None
    flags: int = 0


class CollectionResults(Answer):
    """Answers in the order of the request; `missing` are numbers that the centre lacks so far (re-collection 补采)."""

    results: list[CollectedResult]
    missing: list[Missing]


class Missing(Answer):
    """Numbers `first_seq` to `last_seq` of a batch, both included."""

    batch_no: int
    first_seq: int
    last_seq: int


class MissingNumbers(Answer):
    """What the centre lacks of this terminal, oldest first, at most 100 places; numbers declared lost are not asked again."""

    missing: list[Missing]


class NotFoundPlace(Request):
    """Numbers that the terminal was asked for and doesn't have."""

    batch_no: BatchNo
    first_seq: Seq
    last_seq: Seq


class NotFound(Request):
    """Says that the terminal has no records under these numbers."""

    places: Annotated[list[NotFoundPlace], Meta(min_length=1, max_length=100)]


class Noted(Answer):
    """It is noted."""

    time_us: Moment


# Parameters, blacklist, heartbeat, time.


class MealPeriod(Answer):
    """A meal: from `starts_at` to `ends_at`, minutes after midnight on campus; it may cross midnight."""

    name: str
    starts_at_min: int
    ends_at_min: int


class Price(Answer):
    """A dish or ware with its price."""

    code: str
    name: str
    price_fen: int


class OfflineLimits(Answer):
    """What the terminal may sell without the centre: nothing unless `is_allowed`. Zero means no limit of that kind.

    `needs_allowance`: only to cards that the list of allowances names, and to each no more than it says.
    """

    is_allowed: bool
    single_limit_fen: int
    card_limit_fen: int
    total_limit_fen: int
    max_records: int
    max_hours: int
    needs_allowance: bool = False


class Parameters(Answer):
    """Everything that is set for this terminal. Apply it whole and acknowledge the version."""

    version: Version
    effective_from_us: Moment
    merchant: str
    terminal_name: str
    single_limit_fen: int | None
    opens_at_min: int | None
    closes_at_min: int | None
    utc_offset_min: int
    heartbeat_s: int
    meal_periods: list[MealPeriod]
    prices: list[Price]
    offline: OfflineLimits
    receipt_text: str


class ParametersApplied(Request):
    """The version that the terminal works by from now on."""

    version: Version


class Blacklist(Answer):
    """Cards to refuse. `full`: a page of the whole set as of `version`; else the changes after `since` up to `version`.

    When `has_more`, ask again: full with `after` = the last card and the same `version`, delta with `since` = `version`.
    `count` and `checksum` belong to the whole set as of `version`; a terminal whose set differs loads it in full.
    """

    full: bool
    since: Version
    version: Version
    added: list[int]
    removed: list[int]
    has_more: bool
    count: int
    checksum: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]


class Allowances(Answer):
    """脱机额度: what cards may spend without the line, the changes after `since` (0: from nothing) up to `version`.

    `listed`: card number and allowance in fen, put on the list or changed; `removed`: taken off. When `has_more`, ask again with
    `since` = `version`. `count` and `checksum` belong to the whole list as of the last page; a terminal whose list differs begins
    from nothing.
    """

    since: Version
    version: Version
    listed: list[tuple[int, int]]
    removed: list[int]
    has_more: bool
    count: int
    checksum: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]


class Heartbeat(Request):
    """How the terminal is, every `heartbeat_s` seconds. `storage_pct` is the share of its journal that is used.

    `allowances_version` is that of the list it holds, null or left out for none.
    """

    sent_at_us: Moment
    batch_no: BatchNo
    last_seq: Annotated[int, Meta(ge=0, le=999_999_999, description="last number given in this batch, 0 for none")]
    unsent: Annotated[int, Meta(ge=0, le=10_000_000)]
    storage_pct: Annotated[int, Meta(ge=0, le=100)]
    firmware: Words
    blacklist_version: Version
    parameters_version: Version
    faults: Annotated[list[Code], Meta(max_length=16)] = []
    allowances_version: Version | None = None


class HeartbeatAnswer(Answer):
    """What the terminal should look after: newer versions, a wrong clock, numbers that the centre lacks.

    `allowances_version` is null unless its parameters say `needs_allowance`: then it forgets whatever list it holds.
    """

    time_us: Moment
    clock_offset_us: int
    parameters_version: Version
    blacklist_version: Version
    has_missing: bool
    is_disabled: bool
    allowances_version: Version | None = None


class SignedTime(Answer):
    """The centre's time, signed with its key over the nonce that was asked with."""

    time_us: Moment
    nonce: str
    signature: Signature


class Problem(Answer):
    """Why a request was refused; nothing of it was booked unless the code says otherwise."""

    code: str
    message: str


class Refusal(Answer):
    """The body of every answer that is not 200."""

    error: Problem


# What GET requests carry in their query string.


class BlacklistWanted(Request):
    """With `since`: the changes after that version. Without: the whole set, page by page by `version` and `after`."""

    since: Version | None = None
    version: Version | None = None
    after: CardNo | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_LISTED)] = MAX_LISTED


class AllowancesWanted(Request):
    """The changes after that version; 0, or none, for the whole list."""

    since: Version = 0
    limit: Annotated[int, Meta(ge=1, le=MAX_LISTED)] = MAX_LISTED


class TimeWanted(Request):
    """A random word of the terminal's: nobody can answer with an older signature."""

    nonce: Opaque


class Nothing(Request):
    """No parameters."""
