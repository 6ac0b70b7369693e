"""Log-in: by name and password; permissions come from the operator's posts (models.Operator.has_perm)."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from onecard.access.models import Operator


class PostBackend(BaseBackend):
    """Personal accounts with a password; an inactive one never gets in."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: object
    ) -> Operator | None:
        """The operator when name and password are right. An unknown name costs the same time as a wrong password."""
        if username is None or password is None:
            return None
        operator = Operator.objects.filter(username=username).first()
        if operator is None:
            make_password(password)
            return None
        return operator if operator.check_password(password) and operator.is_active else None

    def get_user(self, user_id: int) -> Operator | None:
        """The operator of a session, unless deactivated since."""
        return Operator.objects.filter(pk=user_id, is_active=True).first()
