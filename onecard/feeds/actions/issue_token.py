"""Issue the token with which a consumer fetches its feed."""

from __future__ import annotations

import hashlib
import secrets

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.feeds.models import Consumer
from onecard.feeds.types import FeedOutcome, Token


@action("feeds.issue_token")
def issue_token(actor: Actor, code: str) -> Token:
    """Make a token of 256 random bits; an older one is void from now on. Consumer.DoesNotExist for an unknown consumer."""
    token = secrets.token_urlsafe(32)
    consumer = Consumer.objects.select_for_update(no_key=True).get(code=code)
    consumer.token_digest = token_digest(token)
    consumer.save(update_fields=["token_digest"])
    return Token(FeedOutcome.DONE, token)


def token_digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
