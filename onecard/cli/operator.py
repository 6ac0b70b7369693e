"""`onecard operator`: the first administrators, and the way back in when nobody can log in. For who holds the machine."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from onecard.cli import console, fail

if TYPE_CHECKING:
    from onecard.access.types import Actor

app = typer.Typer(no_args_is_help=True, help="The first administrators, and the way back in.")


@app.command()
def begin(
    system: Annotated[
        str, typer.Option(prompt="System administrator (number name)", help="Operator number and name: 'zhao 赵磊'.")
    ],
    security: Annotated[str, typer.Option(prompt="Security administrator (number name)", help="The same; another person.")],
    auditor: Annotated[str, typer.Option(prompt="Auditor (number name)", help="The same; a third person.")],
) -> None:
    """Create the three administrators of a new installation, with one-time passwords that are shown once.

    They create everybody else on the pages. Refused when one of the three posts is held already.
    """
    from onecard.cli.ready import database_ready

    database_ready()
    from onecard.access.actions.begin_access import AdministratorsRefused, begin_access
    from onecard.access.types import Post

    said = {Post.SYSTEM_ADMINISTRATOR: system, Post.SECURITY_ADMINISTRATOR: security, Post.AUDITOR: auditor}
    persons = {post: _person(text) for post, text in said.items()}
    try:
        passwords = begin_access(_actor(), persons=persons)
    except AdministratorsRefused as refusal:
        raise fail(str(refusal)) from None
    console.print("One-time passwords, shown this once; each serves for one log-in within three days:")
    for post, (username, _name) in persons.items():
        console.print(f"  {post.value:<24}{username:<16}{passwords[username]}", highlight=False)


@app.command()
def rescue(username: Annotated[str, typer.Argument(help="The operator's number.")]) -> None:
    """Let an operator in again: a one-time password, no second factor, no lock. For the day when no colleague can do it."""
    from onecard.cli.ready import database_ready

    database_ready()
    from onecard.access.actions.rescue_operator import rescue_operator
    from onecard.access.models import Operator
    from onecard.access.types import AccessOutcome

    try:
        told = rescue_operator(_actor(), username)
    except Operator.DoesNotExist:
        raise fail(f"there is no operator {username}") from None
    if told.outcome is not AccessOutcome.DONE:
        raise fail(f"{username}: {told.outcome.value}")
    console.print(f"One-time password of {username}, shown this once: {told.password}", highlight=False)
    console.print("It serves for one log-in within three days. The second factor has to be set up anew.")


def _person(text: str) -> tuple[str, str]:
    username, _blank, full_name = text.strip().partition(" ")
    if not username or not full_name.strip():
        raise fail(f"{text!r}: write the operator number, a blank and the name, for example 'zhao 赵磊'")
    return username, full_name.strip()


def _actor() -> Actor:
    from onecard.access.types import Actor

    return Actor.system(f"command line ({getpass.getuser()})")
