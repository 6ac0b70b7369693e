"""The addresses of protocol v1: one table, from which the application routes and the OpenAPI file is written."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from typing import Any

import msgspec

from onecard.gateway import booking, enrolment, handshake, keeping, messages
from onecard.gateway.calls import Call

KIB = 1024


class Way(enum.Enum):
    """How a request is answered."""

    OFFICE = "by a handler in a thread of its own"
    ONLINE = "through the lane of online purchases"
    REVERSALS = "through the lane of reversals"
    COLLECTED = "through the lane of collected records"


@dataclasses.dataclass(frozen=True, slots=True)
class Endpoint:
    """One address. `written` is the request as terminals write it, where the gateway reads it in another way."""

    method: str
    path: str
    request: type[msgspec.Struct]
    answer: type[msgspec.Struct]
    handle: Callable[[Call], Any]
    way: Way = Way.OFFICE
    needs_session: bool = True
    most_bytes: int = 64 * KIB
    written: type[msgspec.Struct] | None = None
    decoder: msgspec.json.Decoder[Any] = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "decoder", msgspec.json.Decoder(self.request))

    @property
    def name(self) -> str:
        """The last part of the path: purchases."""
        return self.path.rpartition("/")[2]


ENDPOINTS = (
    Endpoint("POST", "/v1/enrol", handshake.Enrolment, handshake.Enrolled, enrolment.enrol, needs_session=False),
    Endpoint("POST", "/v1/challenge", handshake.ChallengeWanted, handshake.Challenge, enrolment.challenge, needs_session=False),
    Endpoint("POST", "/v1/session", handshake.SessionWanted, handshake.Session, enrolment.session, needs_session=False),
    Endpoint("GET", "/v1/time", messages.TimeWanted, messages.SignedTime, keeping.signed_time, needs_session=False),
    Endpoint("POST", "/v1/roll", handshake.KeyRoll, handshake.KeyRolled, enrolment.roll),
    Endpoint("POST", "/v1/purchases", messages.OnlinePurchases, messages.OnlineResults, booking.online_items, way=Way.ONLINE),
    Endpoint("POST", "/v1/reversals", messages.Reversals, messages.ReversalResults, booking.reversal_items, way=Way.REVERSALS),
    Endpoint(
        "POST",
        "/v1/collections",
        messages.Collection,
        messages.CollectionResults,
        booking.collected_items,
        way=Way.COLLECTED,
        most_bytes=2_048 * KIB,
        written=messages.CollectionWritten,
    ),
    Endpoint("GET", "/v1/missing", messages.Nothing, messages.MissingNumbers, keeping.missing_numbers),
    Endpoint("POST", "/v1/not-found", messages.NotFound, messages.Noted, keeping.not_found),
    Endpoint("GET", "/v1/parameters", messages.Nothing, messages.Parameters, keeping.parameters),
    Endpoint("POST", "/v1/parameters/applied", messages.ParametersApplied, messages.Noted, keeping.parameters_applied),
    Endpoint("GET", "/v1/blacklist", messages.BlacklistWanted, messages.Blacklist, keeping.blacklist),
    Endpoint("GET", "/v1/allowances", messages.AllowancesWanted, messages.Allowances, keeping.allowances),
    Endpoint("POST", "/v1/heartbeat", messages.Heartbeat, messages.HeartbeatAnswer, keeping.heartbeat),
)
BY_PATH: dict[str, dict[str, Endpoint]] = {}
for _endpoint in ENDPOINTS:
    BY_PATH.setdefault(_endpoint.path, {})[_endpoint.method] = _endpoint
