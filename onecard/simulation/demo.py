"""The demo: a simulated campus in the installation's own database, up to today, and operators to look at it with."""

from __future__ import annotations

import dataclasses
import os
import secrets
import string
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator
from onecard.access.types import AccessOutcome, Actor, Post
from onecard.closing.actions.close_day import close_day
from onecard.kernel.env import var_folder
from onecard.ledger import queries as ledger
from onecard.merchants.actions.name_staff import name_staff
from onecard.merchants.queries import merchant_with
from onecard.simulation.campus import build_campus
from onecard.simulation.counter import Staff
from onecard.simulation.demo_money_in import show_money_in
from onecard.simulation.import_journal import Progress
from onecard.simulation.run import DayResult, Run, open_campus
from onecard.simulation.statements import DAILY

SEED = 2026
HEAD = "merchant"
"""The operator who acts for the last of the merchants that are settled daily."""
OPERATORS = (
    ("clerk", "陈晓", Post.CARD_CLERK),
    ("clerk2", "何苗", Post.CARD_CLERK),
    ("settlement", "李敏", Post.SETTLEMENT_CLERK),
    ("finance", "周静", Post.FINANCE),
    ("auditor", "吴强", Post.AUDITOR),
    ("director", "王建国", Post.DIRECTOR),
    ("admin", "赵磊", Post.SYSTEM_ADMINISTRATOR),
    ("security", "孙丽", Post.SECURITY_ADMINISTRATOR),
    (HEAD, "何萍", Post.MERCHANT),
)

AT_THE_COUNTER = {"clerk": "clerk", "second": "clerk2", "finance": "finance"}


class DemoRefused(Exception):
    """The installation holds something else than the demo; the message says what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Login:
    """A demo operator's log-in."""

    username: str
    password: str
    post: str


def run_demo(*, days: int, today: date, progress: Progress) -> list[DayResult]:
    """Bring the demo's books up to today, which stays open, and say what happened in this run; repeat-safe."""
    known = ledger.business_dates()
    if known and merchant_with("M01") is None:
        raise DemoRefused("this installation holds other books; give the demo its own: set ONECARD_VAR to an empty folder")
    first_day = known[0] if known else today - timedelta(days=days - 1)
    campus = build_campus(seed=SEED, first_day=first_day)
    actor = Actor.system("demo")
    run = Run(campus, actor=actor, faults=True, progress=progress, staff=_counter_staff())
    open_campus(run)
    name_staff(actor, HEAD, code=DAILY[-1], is_head=True)
    day, is_done, is_true = _catch_up(run)
    results = []
    while day < today or not is_done:
        following = max(day + timedelta(days=1), today - timedelta(days=days - 1))
        if is_done:
            results.append(DayResult.of_close(close_day(actor, day, next_date=following), day=day))
            day, is_done = following, False
            continue
        next_day = following if day < today else None
        results.append(run.run_day(day, next_day=next_day, compare=is_true))
        day, is_done = (day, True) if next_day is None else (next_day, False)
    with transaction.atomic():
        show_money_in(actor, campus, day=day)
    return results


def _counter_staff() -> Staff:
    """Who works at the demo's counter: the operators that people log in as."""
    ensure_logins()
    operators = Operator.objects.in_bulk(AT_THE_COUNTER.values(), field_name="username")
    return Staff(**{post: Actor.of(operators[name]) for post, name in AT_THE_COUNTER.items()})


def _catch_up(run: Run) -> tuple[date, bool, bool]:
    """Replay in truth what the books hold: the open day, whether it has happened, whether the books are the true ones so far."""
    *closed, open_day = ledger.business_dates()
    for day in closed:
        run.replay(day)
    is_done = ledger.has_transfers_today()
    if is_done:
        run.replay(open_day)
    return open_day, is_done, not run.continue_from_books()


def logins_file() -> Path:
    """Where the demo's passwords are kept, readable by the owner of the installation alone."""
    return var_folder() / "demo-logins.txt"


def ensure_logins() -> list[Login]:
    """Create the demo's operators that are missing; passwords are random, made once and kept in `logins_file`."""
    kept = _kept_passwords()
    logins = [Login(name, kept.get(name) or _password(), str(post.value)) for name, _, post in OPERATORS]
    _keep(logins)
    actor = Actor.system("demo")
    for login, (_, full_name, post) in zip(logins, OPERATORS, strict=True):
        with transaction.atomic():
            outcome = create_operator(
                actor, login.username, full_name=full_name, password=login.password, must_change_password=False
            )
            if outcome is AccessOutcome.DONE:
                assign_posts(actor, login.username, posts=[post])
    return logins


def _kept_passwords() -> dict[str, str]:
    if not logins_file().exists():
        return {}
    lines = (line.split() for line in logins_file().read_text(encoding="utf-8").splitlines())
    return {parts[0]: parts[1] for parts in lines if len(parts) == 3}


def _keep(logins: list[Login]) -> None:
    draft = logins_file().with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{login.username} {login.password} {login.post}\n" for login in logins)
    draft.replace(logins_file())


def _password() -> str:
    """20 random signs of all classes in groups: good under every password profile."""
    letters = "".join(char for char in string.ascii_letters + string.digits if char not in "lIO01")
    random = ["".join(secrets.choice(letters) for _ in range(5)) for _ in range(3)]
    return "-".join(random) + secrets.choice("23456789") + secrets.choice("ABCDEFGH") + secrets.choice("abcdefgh")
