"""What messages of terminal protocol v1 are made of: requests, answers, and kinds of numbers and texts with their bounds."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

MAX_INT64 = 2**63 - 1
MAX_MOMENT_US = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""
MAX_ONLINE = 100
MAX_COLLECTED = 5_000
MAX_LISTED = 10_000

Code = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9._-]+$")]
Words = Annotated[str, Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Hex16 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$", description="16 bytes in hexadecimal")]
Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="32 bytes in hexadecimal")]
Signature = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{64}([0-9a-f]{64})?$", description="64 bytes (Ed25519) or 32 bytes (HMAC-SHA256) in hexadecimal")
]
Opaque = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]
Moment = Annotated[int, Meta(ge=0, le=MAX_MOMENT_US, description="microseconds since 1970-01-01 UTC")]
BatchNo = Annotated[int, Meta(ge=0, le=2_000_000_000, description="batch number 批次号")]
Seq = Annotated[int, Meta(ge=1, le=999_999_999, description="number within the batch 流水号, counted from 1 without holes")]
CardNo = Annotated[int, Meta(ge=0, le=MAX_INT64)]
PaidFen = Annotated[int, Meta(ge=1, le=MAX_INT64, description="amount in fen")]
Count = Annotated[int, Meta(ge=0, le=MAX_INT64)]
Version = Annotated[int, Meta(ge=0, le=MAX_INT64)]


class Request(Struct, forbid_unknown_fields=True):
    """What a terminal sends."""


class Answer(Struct):
    """What the gateway answers. A terminal ignores fields it doesn't know: later minor versions may add some."""
