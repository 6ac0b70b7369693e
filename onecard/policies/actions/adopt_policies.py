"""Take over the policies that a release brings."""

from __future__ import annotations

from onecard.kernel import clock
from onecard.policies.catalogue import POLICIES
from onecard.policies.models import AdoptedPolicy


def adopt_policies() -> None:
    """Keep the default of every policy that this campus has not yet; repeat-safe, called at install and upgrade.

    From then on only people change what is in force: a release with other defaults does not.
    """
    now = clock.now()
    missing = (AdoptedPolicy(name=policy.name, initial=policy.default, adopted_at=now) for policy in POLICIES.values())
    AdoptedPolicy.objects.bulk_create(missing, ignore_conflicts=True)
