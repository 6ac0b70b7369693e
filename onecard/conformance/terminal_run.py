"""Play the centre for a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from onecard.conformance.cases import Case, Finding, Verdict, verdict_of
from onecard.conformance.centre import Centre
from onecard.conformance.driver import Driver
from onecard.conformance.stage import Stage


@asynccontextmanager
async def serving(centre: Centre, *, host: str, port: int) -> AsyncIterator[str]:
    """The centre's address while it is served; port 0 takes a free one. OSError when the port is taken."""
    runner = web.AppRunner(centre.application(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def try_terminal(
    address: str,
    cases: Sequence[Case[Stage]],
    *,
    centre: Centre,
    driver: Driver,
    patience_s: float,
    told: Callable[[Verdict], None] = lambda verdict: None,
) -> list[Verdict]:
    """All cases in order. Each begins where the one before ended, so nothing is tried with a terminal that is not in service."""
    stage = Stage(centre, driver, address, patience_s)
    verdicts: list[Verdict] = []
    for case in cases:
        if centre.sessions or case.chapter in (2, 3):
            verdicts.append(await verdict_of(case, stage))
        else:
            verdicts.append(Verdict(case, Finding.LEFT_OUT, came="the terminal has no session"))
        told(verdicts[-1])
    return verdicts
