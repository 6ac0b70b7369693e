"""`onecard operator`, as the person with the machine runs it."""

from __future__ import annotations

import re

from typer.testing import CliRunner, Result

from onecard.access.actions.log_in import try_password
from onecard.access.models import Operator
from onecard.access.types import LogInOutcome, Post
from onecard.audit.models import Event
from onecard.cli import operator

THREE = ("--system", "zhao 赵磊", "--security", "sun 孙丽", "--auditor", "wu 吴强")


def run(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(operator.app, list(arguments), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def password_of(username: str, *, told: str) -> str:
    found = re.search(rf"{username}\W.*?(\w{{5}}(?:-\w{{5}}){{3}})", told)
    assert found, told
    return found[1]


def test_three_administrators_begin_and_one_is_rescued(own_database: str) -> None:
    told = run("begin", *THREE).output
    assert {operator.username: operator.posts() for operator in Operator.objects.all()} == {
        "zhao": {Post.SYSTEM_ADMINISTRATOR},
        "sun": {Post.SECURITY_ADMINISTRATOR},
        "wu": {Post.AUDITOR},
    }
    assert try_password("sun", password_of("sun", told=told), address=None).outcome is LogInOutcome.DONE
    assert "held already" in run("begin", *THREE, code=1).output
    rescued = run("rescue", "sun").output
    assert try_password("sun", password_of("sun", told=rescued), address=None).outcome is LogInOutcome.DONE
    assert Event.objects.get(action="access.rescue_operator").actor_name.startswith("command line (")
    assert "there is no operator li" in run("rescue", "li", code=1).output


def test_what_is_missing_is_said(own_database: str) -> None:
    told = run("begin", "--system", "zhao", *THREE[2:], code=1).output
    assert "write the operator number, a blank and the name" in " ".join(told.split())
    assert "three persons" in " ".join(run("begin", *THREE[:4], "--auditor", "sun 孙丽", code=1).output.split())
    assert not Operator.objects.exists()
