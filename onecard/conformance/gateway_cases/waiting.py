"""What takes long, run last: a body that never ends (§1), a challenge that grows old (§3)."""

from __future__ import annotations

import asyncio

from onecard.conformance.cases import Failed, LeftOut
from onecard.conformance.device import now_us
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.gateway_cases.transport import is_alive
from onecard.conformance.kit import Kit
from onecard.conformance.wire import Ask

SLOW_S = 20.0
LONGEST_LIFE_US = 120_000_000
add = GATEWAY_CASES.add


@add(1)
async def too_slow(kit: Kit) -> None:
    """A body that does not end is cut off after about 10 seconds.

    A request that never ends must not hold a connection: answer 408 TOO_SLOW, or cut the line.
    """
    kit.patience()
    status, after_s = await kit.http().send_slowly(Ask("POST", "/v1/challenge"), most_s=SLOW_S)
    if status not in (None, 408) or after_s < 5:
        raise Failed("408, or the line cut, after about 10 seconds", f"{status or 'the line cut'} after {after_s:.1f} seconds")
    await is_alive(kit)


@add(3)
async def old_challenge(kit: Kit) -> None:
    """A challenge that was asked for more than 60 seconds ago is 401 BAD_SIGNATURE.

    Challenges expire at expires_at_us.
    """
    kit.patience()
    challenge = kit.old_challenge
    if challenge is None:
        raise LeftOut("no challenge was taken at the beginning")
    life_us = challenge.expires_at_us - challenge.time_us
    if not 0 < life_us <= LONGEST_LIFE_US:
        raise Failed("a challenge that expires after about 60 seconds", f"{life_us / 1_000_000:.0f} seconds")
    await asyncio.sleep(max(0.0, (kit.old_challenge_us + life_us - now_us()) / 1_000_000 + 1))
    (await kit.one.post("/v1/session", kit.one.session_request(challenge.challenge))).refused("BAD_SIGNATURE")
