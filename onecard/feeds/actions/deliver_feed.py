"""外发: make a consumer's next delivery, all of it or what changed since it last acknowledged."""

from __future__ import annotations

from django.db.models import Count, Q

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.feeds.models import Consumer, Delivery, Entry
from onecard.feeds.types import Delivered, FeedOutcome
from onecard.kernel import clock, sql


@action("feeds.deliver_feed")
def deliver_feed(actor: Actor, code: str, *, is_full: bool = False) -> Delivered:
    """Number what changed; the delivery holds everything since the number that the consumer acknowledged (0 with `is_full`).

    REPEATED, with the delivery there is, when nothing changed and that one begins where this would. Consumer.DoesNotExist
    for an unknown consumer.
    """
    consumer = Consumer.objects.select_for_update(no_key=True).get(code=code)
    number, since = consumer.delivered_no + 1, 0 if is_full else consumer.acknowledged_no
    [(changed,)] = sql.call("select feeds_refresh_v1(%b::bigint, %b::integer)", [consumer.pk, number])
    last = Delivery.objects.filter(consumer=consumer, number=consumer.delivered_no).first()
    if not changed and last is not None and last.number == since:
        return Delivered(FeedOutcome.REPEATED, last.number, since, kept=0, removed=0, total=last.total)
    if not changed and last is not None and last.since == since:
        return Delivered(FeedOutcome.REPEATED, last.number, since, last.kept, last.removed, last.total)
    is_told, is_later = Q(content__isnull=False), Q(number__gt=since)
    counts = Entry.objects.filter(consumer=consumer).aggregate(
        kept=Count("pk", filter=is_told & is_later),
        removed=Count("pk", filter=Q(content__isnull=True) & is_later),
        total=Count("pk", filter=is_told),
    )
    if not since:  # who knows nobody has nobody to remove
        counts["removed"] = 0
    Delivery.objects.create(consumer=consumer, number=number, since=since, made_by=actor.name, made_at=clock.now(), **counts)
    consumer.delivered_no = number
    consumer.save(update_fields=["delivered_no"])
    return Delivered(FeedOutcome.DONE, number, since, **counts)
