"""Password profiles: `mlps` (等级保护, the default) and `nist`; chosen by ONECARD_PASSWORD_PROFILE (clause R19)."""

from __future__ import annotations

import string

from django.utils.translation import gettext as _

from onecard.kernel import env

MLPS_LEAST_LENGTH = 8
MLPS_LEAST_CLASSES = 3
MLPS_MAX_AGE_DAYS = 90
NIST_LEAST_LENGTH = 15
COMMON = frozenset({"password", "passw0rd", "12345678", "qwertyui", "iloveyou", "11111111", "88888888", "abcd1234"})


def weaknesses(password: str, *, username: str, profile: str | None = None) -> list[str]:
    """What is wrong with the password under the profile (the site's without one), in words; empty when it is good enough."""
    profile = profile or env.text("ONECARD_PASSWORD_PROFILE")
    found = []
    least = MLPS_LEAST_LENGTH if profile == "mlps" else NIST_LEAST_LENGTH
    if len(password) < least:
        found.append(_("The password needs at least %(count)d characters.") % {"count": least})
    if profile == "mlps" and _classes(password) < MLPS_LEAST_CLASSES:
        found.append(_("Use three of: small letters, capitals, digits, other characters."))
    if username and username.lower() in password.lower():
        found.append(_("The password must not contain the operator number."))
    if password.lower() in COMMON:
        found.append(_("This password is among the most common ones."))
    return found


def _classes(password: str) -> int:
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    known = [any(character in kind for character in password) for kind in kinds]
    other = any(all(character not in kind for kind in kinds) for character in password)
    return sum(known) + other
