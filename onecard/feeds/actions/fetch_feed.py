"""Take a delivery's rows out, as a file or by the consumer itself; the audit log says who did."""

from __future__ import annotations

from collections.abc import Iterator

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.feeds.models import Consumer, Entry
from onecard.feeds.types import FeedOutcome, Row, Rows


@action("feeds.fetch_feed")
def fetch_feed(actor: Actor, code: str, *, since: int) -> Rows:
    """What changed after number `since` up to the newest delivery, in order of people's numbers; since 0, everything there is.

    Refused for a number that was never delivered. Consumer.DoesNotExist for an unknown consumer.
    """
    consumer = Consumer.objects.get(code=code)
    fields = ("person_no", *consumer.fields)
    if not 0 <= since <= consumer.delivered_no:
        return Rows(FeedOutcome.REFUSED_NUMBER, consumer.delivered_no, fields, iter(()))
    return Rows(FeedOutcome.DONE, consumer.delivered_no, fields, _rows(consumer, since=since))


def _rows(consumer: Consumer, *, since: int) -> Iterator[Row]:
    told = Entry.objects.filter(consumer=consumer, number__gt=since, number__lte=consumer.delivered_no).order_by(
        "person_no", "pk"
    )
    if not since:
        told = told.filter(content__isnull=False)
    for person_no, content in told.values_list("person_no", "content").iterator(chunk_size=5_000):
        yield {"person_no": person_no, "removed": content is None, **(content or {})}
