"""Who a session belongs to; permissions come from the operator's posts (models.Operator.has_perm).

There is no `authenticate` here: the one way in is actions/log_in.py, which counts tries and asks for the second factor.
"""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from onecard.access.models import Operator


class PostBackend(BaseBackend):
    """Personal accounts; an inactive one never gets in."""

    def get_user(self, user_id: int) -> Operator | None:
        """The operator of a session, unless deactivated since."""
        return Operator.objects.filter(pk=user_id, is_active=True).first()
