"""Logged-in clients of Django's for tests of pages, and the quick password hasher that such tests use."""

from __future__ import annotations

from ipaddress import ip_address

from django.test import Client

from onecard.access.middleware import SESSION
from onecard.access.models import Operator
from onecard.access.sessions import start_session

FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Argon2 is slow on purpose; where a password's strength is not the subject, this one does."""


def client_of(name: str | None, *, language: str = "en") -> Client:
    """A browser, logged in as this operator; a stranger's for None."""
    client = Client(HTTP_HOST="127.0.0.1", headers={"accept-language": language})
    if name is not None:
        operator = Operator.objects.get(username=name)
        client.force_login(operator)
        inside = client.session
        inside[SESSION] = start_session(operator, address=ip_address("127.0.0.1"), has_factor=True).pk
        inside.save()
    return client
