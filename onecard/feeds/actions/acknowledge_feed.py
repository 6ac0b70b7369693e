"""A consumer says up to which number it has taken its feed in, and how many people it holds now."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.feeds.models import Consumer, Delivery
from onecard.feeds.types import Acknowledged, FeedOutcome
from onecard.kernel import clock


@action("feeds.acknowledge_feed")
def acknowledge_feed(actor: Actor, code: str, *, number: int, held: int) -> Acknowledged:
    """Note both: the next delivery begins after this number. Refused for one that was not delivered, or is below the last one.

    COUNT_DIFFERS when the system holds more or fewer than it was told of by then; then a full delivery puts it right.
    """
    consumer = Consumer.objects.select_for_update(no_key=True).get(code=code)
    delivery = Delivery.objects.filter(consumer=consumer, number=number).first()
    if delivery is None or number < consumer.acknowledged_no or held < 0:
        return Acknowledged(FeedOutcome.REFUSED_NUMBER)
    is_again = delivery.held == held and consumer.acknowledged_no == number
    if not is_again:
        Delivery.objects.filter(pk=delivery.pk).update(held=held, acknowledged_at=clock.now())
        Consumer.objects.filter(pk=consumer.pk).update(acknowledged_no=number)
    if held != delivery.total:
        return Acknowledged(FeedOutcome.COUNT_DIFFERS, delivery.total, held)
    return Acknowledged(FeedOutcome.REPEATED if is_again else FeedOutcome.DONE, delivery.total, held)
