"""Give an operator a password: what choosing, resetting and creating share."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password

from onecard.access.models import Operator, PastPassword
from onecard.access.passwords import MOST_REMEMBERED, profile
from onecard.kernel import clock


def is_remembered(operator: Operator, password: str) -> bool:
    """Whether it is one of the operator's last passwords, as many as the profile remembers."""
    hashes = operator.past_passwords.order_by("-pk").values_list("hash", flat=True)[: profile().remembered]
    return any(check_password(password, known) for known in hashes)


def set_password(operator: Operator, password: str, *, is_one_time: bool) -> None:
    """Hash, keep and remember the password; a one-time one must be changed at the next log-in and is not remembered."""
    operator.set_password(password)
    operator.must_change_password, operator.password_changed_at = is_one_time, clock.now()
    operator.save()
    if is_one_time:
        return
    PastPassword.objects.create(operator=operator, hash=operator.password, set_at=clock.now())
    kept = operator.past_passwords.order_by("-pk").values("pk")[:MOST_REMEMBERED]
    operator.past_passwords.exclude(pk__in=kept).delete()
