"""登录: by name and password, then by the second factor (clauses Y05, Y07, R19). Not an `@action`: nobody acts yet.

Wrong tries are counted by name and address together, so that nobody can lock a colleague out or a whole hall; those of the second
factor by operator, wherever they come from. Every try that is looked at is an audit event about the address; while a name waits,
tries are answered unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from onecard.access import queries
from onecard.access.action import audit
from onecard.access.factors import has_factor, use_code
from onecard.access.keys import KeyAnswer, use_key
from onecard.access.models import LogInTries, Operator
from onecard.access.passwords import ONE_TIME_LIFETIME
from onecard.access.rules import FORGET_TRIES_AFTER, LogInFacts, judge_log_in, wait_after
from onecard.access.types import Actor, Address, LogInAnswer, LogInOutcome, request_id_now
from onecard.kernel import clock

NAME = "access.log_in"
WITNESS = "access.witness"
"""What the log calls a colleague's password at somebody else's session: no log-in, but tries of it are counted as such."""
UNKNOWN_NAME = "(unknown name)"
PURGED_AT_ONCE = 100
FACTOR_TRIES = "second factor of "


def name_digest(name: str) -> bytes:
    """What is kept of a name that somebody typed."""
    return hashlib.sha256(name.encode()).digest()


def factor_digest(operator: Operator) -> bytes:
    """Under what the operator's tries of the second factor are counted."""
    return name_digest(f"{FACTOR_TRIES}{operator.pk}")


def forget_tries(operator: Operator) -> bool:
    """Forget the wrong tries under the operator's name, from every address, and of the second factor; whether there were any."""
    digests = [name_digest(operator.username), factor_digest(operator)]
    forgotten, _rows = LogInTries.objects.filter(name_digest__in=digests).delete()
    return bool(forgotten)


@transaction.atomic
def try_password(username: str, password: str, *, address: Address | None, event: str = NAME) -> LogInAnswer:
    """The first step. DONE and NEEDS_FACTOR have the operator's id; refusals in order: rules.judge_log_in.

    An unknown name costs the time of a wrong password and waits like a known one. `event` is what the audit log calls the try.
    """
    tries = _locked_tries(name_digest(username), address=address)
    if (until := _waits_until(tries)) is not None:
        return LogInAnswer(LogInOutcome.REFUSED_LOCKED, until=until)
    operator = Operator.objects.filter(username=username).first()
    outcome = judge_log_in(_facts(operator, password=password, address=address))
    if outcome is LogInOutcome.REFUSED_WRONG:
        until = _count(tries)
        _record(operator, outcome=outcome, address=address, is_proven=False, event=event)
        return LogInAnswer(outcome, until=until)
    tries.delete()
    _record(operator, outcome=outcome, address=address, is_proven=True, event=event)
    return LogInAnswer(outcome, operator_id=operator.pk if operator else None)


@transaction.atomic
def try_factor(operator_id: int, code: str, *, address: Address | None) -> LogInAnswer:
    """The second step, after NEEDS_FACTOR: the app's code or a recovery code. DONE, REFUSED_LOCKED or REFUSED_WRONG."""
    return _try_second(operator_id, lambda operator: use_code(operator, code), address=address)


@transaction.atomic
def try_key(operator_id: int, answer: KeyAnswer, *, address: Address | None) -> LogInAnswer:
    """The second step with a security key; wrong answers count with the wrong codes."""
    return _try_second(operator_id, lambda operator: use_key(operator, answer), address=address)


def _try_second(operator_id: int, is_right: Callable[[Operator], bool], *, address: Address | None) -> LogInAnswer:
    operator = Operator.objects.get(pk=operator_id)
    tries = _locked_tries(factor_digest(operator), address=None)
    if (until := _waits_until(tries)) is not None:
        return LogInAnswer(LogInOutcome.REFUSED_LOCKED, until=until)
    if not (operator.is_active and is_right(operator)):
        until = _count(tries)
        _record(operator, outcome=LogInOutcome.REFUSED_WRONG, address=address, is_proven=False)
        return LogInAnswer(LogInOutcome.REFUSED_WRONG, until=until)
    tries.delete()
    _record(operator, outcome=LogInOutcome.DONE, address=address, is_proven=True)
    return LogInAnswer(LogInOutcome.DONE, operator_id=operator.pk)


def _facts(operator: Operator | None, *, password: str, address: Address | None) -> LogInFacts:
    if operator is None:
        make_password(password)
        return LogInFacts(is_right=False)
    if not (operator.check_password(password) and operator.is_active):
        return LogInFacts(is_right=False)
    changed_at = operator.password_changed_at
    limits = (queries.read_limits(row) for row in queries.limits_of(operator.pk))
    return LogInFacts(
        has_post=operator.is_active and bool(operator.posts()),
        is_one_time_over=operator.must_change_password
        and changed_at is not None
        and clock.now() >= changed_at + ONE_TIME_LIFETIME,
        limits=queries.limits_forbid(limits, address=address),
        has_factor=has_factor(operator),
    )


def _locked_tries(digest: bytes, *, address: Address | None) -> LogInTries:
    """The count of this name from this address, made when missing; guesses sent at once are looked at one by one."""
    key = {"name_digest": digest, "address": None if address is None else str(address)}
    LogInTries.objects.bulk_create([LogInTries(**key, failed_at=clock.now())], ignore_conflicts=True)
    return LogInTries.objects.select_for_update().get(**key)


def _waits_until(tries: LogInTries) -> datetime | None:
    return tries.locked_until if tries.locked_until and tries.locked_until > clock.now() else None


def _count(tries: LogInTries) -> datetime | None:
    """One wrong try more; until when the next one waits. Tries of yesterday are forgotten."""
    now = clock.now()
    is_old = tries.failed_at <= now - FORGET_TRIES_AFTER
    tries.failures = 1 if is_old else tries.failures + 1
    wait = wait_after(tries.failures)
    tries.failed_at, tries.locked_until = now, now + wait if wait else None
    tries.save()
    old = LogInTries.objects.filter(failed_at__lte=now - FORGET_TRIES_AFTER).exclude(pk=tries.pk)
    LogInTries.objects.filter(
        pk__in=list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:PURGED_AT_ONCE])
    ).delete()
    return tries.locked_until


def _record(
    operator: Operator | None, *, outcome: LogInOutcome, address: Address | None, is_proven: bool, event: str = NAME
) -> None:
    """The event of the try; a name that nobody has is not written down: it may be a password."""
    if operator is not None and is_proven:
        actor = Actor.of(operator)
    else:
        name = operator.username if operator is not None else UNKNOWN_NAME
        actor = Actor(operator_id=None, name=name, permissions=frozenset(), request_id=request_id_now.get())
    audit(actor, name=event, subject=str(address or ""), payload={"address": str(address or "")}, outcome=outcome.name)
