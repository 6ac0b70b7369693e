"""Run a state machine of hypothesis: ONECARD_EXAMPLES and ONECARD_STEPS say how long, ONECARD_SEED replays a printed seed."""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, settings
from hypothesis import seed as with_seed
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

STEPS = int(os.environ.get("ONECARD_STEPS", "30"))
SEED = int(os.environ.get("ONECARD_SEED") or random.SystemRandom().randrange(10**9))


def run_machine(machine: type[RuleBasedStateMachine], *, examples: int) -> None:
    """So many examples unless ONECARD_EXAMPLES says otherwise; a failure says how to replay it."""
    wanted = int(os.environ.get("ONECARD_EXAMPLES", examples))
    try:
        run_state_machine_as_test(
            with_seed(SEED)(machine),
            settings=settings(
                max_examples=wanted,
                stateful_step_count=STEPS,
                deadline=None,
                print_blob=True,
                derandomize=False,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except BaseException as error:
        error.add_note(f"replay with ONECARD_SEED={SEED} ONECARD_EXAMPLES={wanted} ONECARD_STEPS={STEPS}")
        raise
