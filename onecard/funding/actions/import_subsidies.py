"""导入补助名单: prepare a batch of subsidies from a list, checked line by line (BUSINESS: Money in)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.actions.check_grants import prepare
from onecard.funding.models import SubsidyBatch
from onecard.funding.subsidy_reading import read_subsidies
from onecard.funding.types import BatchState, Prepared, SubsidyOutcome, Terms
from onecard.kernel import sql
from onecard.kernel.csv_lines import FileRefused
from onecard.people.types import DeliveredFile


@action("funding.import_subsidies")
def import_subsidies(actor: Actor, title: str, *, file: DeliveredFile, terms: Terms) -> Prepared:
    """Keep the list as a batch that waits to be granted; lines with a problem are kept beside it and get nothing.

    The same file under the same title is REPEATED, whoever brings it. Refused when the file cannot be read (in words), when the
    last day is over, and when nobody would get anything.
    """
    sql.call("select pg_advisory_xact_lock(hashtextextended(%t, 0))", [f"subsidies {file.digest.hex()}"])
    before = SubsidyBatch.objects.filter(title=title, file_digest=file.digest).exclude(state=BatchState.DISCARDED).first()
    if before is not None:
        return Prepared(SubsidyOutcome.REPEATED, before.pk)
    try:
        wanted = read_subsidies(file.content, name=file.name)
    except FileRefused as refused:
        return Prepared(SubsidyOutcome.REFUSED_FILE, what=str(refused))
    return prepare(actor, title, wanted=wanted, terms=terms, file=file)
