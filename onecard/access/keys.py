"""Security keys (WebAuthn): a key that one touches takes the place of the app's code. It is bound to the site's name, so nobody
can be led to use it elsewhere. The library checks origin, challenge and signature; we see to it that no answer serves twice.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from onecard.access.models import Operator, SecurityKey
from onecard.access.rules import is_counter_plausible
from onecard.kernel import clock, env

MOST_KEYS = 5
MOST_OF_AN_ANSWER = 20_000
NAME = "Onecard"
_TOUCH = UserVerificationRequirement.DISCOURAGED
"""The password was asked before: the key need not ask for a PIN or finger of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """The host name that keys are bound to, and the address under which browsers see the pages."""

    host: str
    origin: str


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked (JSON for the page), and the challenge that its answer has to carry (kept in the session, once)."""

    options: str
    state: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What a browser answered (JSON), and on which site and challenge. Without a challenge no answer is right."""

    site: Site | None
    state: Mapping[str, Any] | None
    answer: str


def site_of(address: str) -> Site | None:
    """The site by ONECARD_ORIGIN, or else by the address under which a page was opened; None where that is a number, no name."""
    origin = (env.text("ONECARD_ORIGIN") or address).rstrip("/")
    host = urlsplit(origin).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Site(host, origin) if host else None
    return None


def ask_for_new_key(operator: Operator, site: Site) -> Asked:
    """What makes a key for this operator; a key that is registered already is not taken again."""
    user = PublicKeyCredentialUserEntity(
        id=str(operator.pk).encode(), name=operator.username, display_name=operator.get_full_name()
    )
    options, state = _server(site).register_begin(
        user,
        credentials=list(_credentials(operator).values()),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_TOUCH,
    )
    return Asked(json.dumps(dict(options)), dict(state))


def keep_key(operator: Operator, answer: KeyAnswer, *, title: str) -> bool:
    """Keep the key that answered; False for an answer that is not right. Call it in a transaction."""
    if answer.site is None or answer.state is None:
        return False
    try:
        made = _server(answer.site).register_complete(answer.state, json.loads(answer.answer))
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    if made.credential_data is None or SecurityKey.objects.filter(credential_id=made.credential_data.credential_id).exists():
        return False
    SecurityKey.objects.create(
        operator=operator,
        title=title,
        credential_id=made.credential_data.credential_id,
        credential=bytes(made.credential_data),
        counter=made.counter,
        registered_at=clock.now(),
    )
    return True


def ask_for_key(operator_id: int, site: Site) -> Asked | None:
    """What asks for one of the operator's keys; None when there is none."""
    keys = _credentials(Operator.objects.get(pk=operator_id))
    if not keys:
        return None
    options, state = _server(site).authenticate_begin(list(keys.values()), user_verification=_TOUCH)
    return Asked(json.dumps(dict(options)), dict(state))


def use_key(operator: Operator, answer: KeyAnswer) -> bool:
    """Whether one of the operator's keys signed the challenge, and counted on. Call it in a transaction."""
    if answer.site is None or answer.state is None:
        return False
    try:
        said = AuthenticationResponse.from_dict(json.loads(answer.answer))
        keys = _credentials(operator)
        used = _server(answer.site).authenticate_complete(answer.state, list(keys.values()), said)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    kept = SecurityKey.objects.select_for_update().get(operator=operator, credential_id=used.credential_id)
    counter = said.response.authenticator_data.counter
    if not is_counter_plausible(kept=kept.counter, said=counter):
        return False
    kept.counter, kept.last_used_at = counter, clock.now()
    kept.save(update_fields=["counter", "last_used_at"])
    return True


def _server(site: Site) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(id=site.host, name=NAME)
    return Fido2Server(rp, verify_origin=lambda origin: origin == site.origin)


def _credentials(operator: Operator) -> dict[int, AttestedCredentialData]:
    rows = SecurityKey.objects.filter(operator=operator).order_by("pk")
    return {row.pk: AttestedCredentialData(bytes(row.credential)) for row in rows}
