"""`onecard policies check`, as a person or the daily job runs it."""

from __future__ import annotations

from typer.testing import CliRunner

from onecard.access.types import Actor
from onecard.cli import policies
from onecard.policies.actions.adopt_policies import adopt_policies
from onecard.policies.actions.set_policy import set_policy
from onecard.policies.types import PolicyOutcome


def check(*, code: int) -> str:
    done = CliRunner().invoke(policies.app, [], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


def set_single_limit(fen: int) -> None:
    name = "purchases.pin_single_limit_fen"
    done = set_policy(Actor.system("centre"), name, value=fen, effective_from=None, reason="a test")
    assert done is PolicyOutcome.DONE


def test_the_daily_check_fails_when_values_contradict_each_other(own_database: str) -> None:
    adopt_policies()
    assert "make sense together" in check(code=0)
    set_single_limit(2_000)
    said = check(code=0)
    assert "note" in said
    assert "¥20.00" in said
    set_single_limit(6_000)
    said = check(code=1)
    assert "FAULT" in said
    assert "set another value on the page of policies" in said
