"""Register a source of transfers."""

from __future__ import annotations

from onecard.ledger.models import Source
from onecard.ledger.types import SourceKind


def register_source(kind: SourceKind, *, name: str) -> int:
    """The id of the source with this kind and name, registered now if it is new."""
    return Source.objects.get_or_create(kind=kind, name=name)[0].pk
