"""按类别发放补助: prepare a batch of subsidies by a rule: everybody of these kinds, of one unit or of all, gets the same."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.actions.check_grants import prepare
from onecard.funding.subsidy_reading import MAX_GRANTS, WantedGrant
from onecard.funding.types import Prepared, SubsidyOutcome, Terms
from onecard.people.models import Person
from onecard.people.types import PersonKind, PersonState
from onecard.policies import queries as policies


@action("funding.subsidise_group")
def subsidise_group(
    actor: Actor, title: str, *, kinds: Sequence[PersonKind], unit: str, amount_fen: int, terms: Terms
) -> Prepared:
    """A batch of all who are present, are of one of these kinds and whose unit begins so (empty: any), in order of their numbers.

    Refused for more than MAX_GRANTS people (take unit by unit), an amount that nobody may get, and when there is nobody.
    """
    if not 0 < amount_fen <= policies.fen("funding.most_subsidy_fen"):
        return Prepared(SubsidyOutcome.REFUSED_AMOUNT)
    who = Person.objects.filter(state=PersonState.PRESENT, kind__in=[kind.value for kind in kinds], unit__startswith=unit)
    numbers = list(who.order_by("person_no").values_list("person_no", flat=True)[: MAX_GRANTS + 1])
    if len(numbers) > MAX_GRANTS:
        return Prepared(SubsidyOutcome.REFUSED_TOO_MANY)
    wanted = [WantedGrant(line, person_no, amount_fen) for line, person_no in enumerate(numbers, start=1)]
    return prepare(actor, title, wanted=wanted, terms=terms)
