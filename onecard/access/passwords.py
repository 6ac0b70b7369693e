"""Password profiles: `mlps` (等级保护, the default) and `nist` (SP 800-63B); chosen by ONECARD_PASSWORD_PROFILE (clause R19)."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import secrets
import string
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext as _

from onecard.kernel import env

MOST_LENGTH = 128
"""Longer ones are refused: hashing is slow on purpose."""
LEAST_DIFFERENT = 5
ONE_TIME_LIFETIME = timedelta(days=3)
"""A password that somebody else set serves this long."""
REMIND_BEFORE = timedelta(days=7)
LOCAL = frozenset({"onecard", "yikatong", "xiaoyuan", "campuscard", "一卡通", "校园卡", "5201314", "woaini"})
"""What people of a card centre would think of first; nothing may be made of it."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """What passwords must be like. `max_age` None: they never expire; `remembered`: so many old ones are refused."""

    least_length: int
    least_classes: int = 1
    max_age: timedelta | None = None
    min_age: timedelta = timedelta()
    remembered: int = 1


PROFILES = {
    "mlps": Profile(least_length=12, least_classes=3, max_age=timedelta(days=90), min_age=timedelta(days=1), remembered=5),
    "nist": Profile(least_length=15),
}
MOST_REMEMBERED = 12
"""So many old hashes are kept, whatever the profile."""


def profile() -> Profile:
    """The site's profile."""
    return PROFILES[env.text("ONECARD_PASSWORD_PROFILE")]


def expires_at(changed_at: datetime | None) -> datetime | None:
    """When a password chosen at that moment must be changed; None when it need not."""
    max_age = profile().max_age
    return None if max_age is None or changed_at is None else changed_at + max_age


def rules_in_words() -> str:
    """What a new password has to be like under the site's profile."""
    rules = profile()
    found = [_("At least %(count)d characters.") % {"count": rules.least_length}]
    if rules.least_classes > 1:
        found.append(_("Three of: small letters, capitals, digits, other characters."))
    if rules.remembered > 1:
        found.append(_("None of the last %(count)d passwords.") % {"count": rules.remembered})
    if rules.max_age is not None:
        found.append(_("It serves for %(count)d days.") % {"count": rules.max_age.days})
    return " ".join(found)


def weaknesses(password: str, *, username: str, rules: Profile | None = None) -> list[str]:
    """What is wrong with the password under the rules (the site's profile without), in words; empty when it is good enough."""
    rules, lower = rules or profile(), password.lower()
    in_words = (
        (
            len(password) < rules.least_length,
            _("The password needs at least %(count)d characters.") % {"count": rules.least_length},
        ),
        (len(password) > MOST_LENGTH, _("The password may have at most %(count)d characters.") % {"count": MOST_LENGTH}),
        (_classes(password) < rules.least_classes, _("Use three of: small letters, capitals, digits, other characters.")),
        (len(set(lower)) < LEAST_DIFFERENT or _is_a_run(lower), _("The password repeats or counts too much.")),
        (bool(username) and username.lower() in lower, _("The password must not contain the operator number.")),
        (_is_common(lower), _("This password, or what it is made of, is among the most common ones.")),
    )
    return [words for applies, words in in_words if applies]


def one_time_password() -> str:
    """20 random letters and digits in groups: good under every profile, easy to read out."""
    while True:
        groups = ["".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4)]
        password = "-".join(groups)
        if all(not weaknesses(password, username="", rules=rules) for rules in PROFILES.values()):
            return password


@functools.cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _is_common(lower: str) -> bool:
    """Whether it is on the block list, or becomes so without the digits and signs around it that people add."""
    bare = lower.strip(string.digits + string.punctuation)
    return lower in _common() or bare in _common() | LOCAL or any(word in lower for word in LOCAL)


def _is_a_run(lower: str) -> bool:
    """Whether it only counts up or down, 0 after 9 included."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(lower)}
    return len(lower) > 1 and (steps <= {1, -9} or steps <= {-1, 9})


def _classes(password: str) -> int:
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    known = [any(character in kind for character in password) for kind in kinds]
    other = any(all(character not in kind for kind in kinds) for character in password)
    return sum(known) + other
