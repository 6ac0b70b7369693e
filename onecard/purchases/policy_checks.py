"""Whether purchases can do what the centre's policies say (policies/plausibility.py finds this)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from onecard.policies.plausibility import Check, Finding, Values

SURCHARGE = "cards.temporary_surcharge_bp"


def surcharges(values: Values) -> Iterator[Finding]:
    """A surcharge on temporary cards: neither terminals nor the booking functions know one, so a campus must not count on it."""
    if values[SURCHARGE]:
        yield Finding((SURCHARGE,), _("Purchases do not charge this surcharge yet: leave it at 0.00 %."))


CHECKS: tuple[Check, ...] = (surcharges,)
