"""What the demo's pages of bank files and subsidies show: nothing here moves money, so the books stay the true ones."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time, timedelta

from onecard.access.types import Actor
from onecard.funding.actions.grant_batch import grant_batch
from onecard.funding.actions.import_subsidies import import_subsidies
from onecard.funding.actions.receive_bank_file import receive_bank_file
from onecard.funding.bank_writing import write_bank_file
from onecard.funding.layouts import BANK, CSV
from onecard.funding.models import BankFile, SubsidyBatch
from onecard.funding.queries import booked_under, ours_alone
from onecard.funding.types import BankSays, GrantForm, Terms
from onecard.kernel import clock
from onecard.kernel.money import yuan
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import SourceKind
from onecard.people.types import DeliveredFile
from onecard.simulation.campus import Campus

WINTER, HARDSHIP = "冬季取暖补助", "困难补助"
GETS_WINTER, GETS_HARDSHIP = 60, 25


def show_money_in(actor: Actor, campus: Campus, *, day: date) -> None:
    """A bank's file of the day that waits to be booked, a batch to be collected, one that waits to be granted; each once."""
    if not BankFile.objects.filter(day=day).exists():
        receive_bank_file(actor, CSV.name, file=_bank_file(day))
    if not SubsidyBatch.objects.exists():
        _show_subsidies(actor, campus)


def _bank_file(day: date) -> DeliveredFile:
    """What the bank's file of the day would say, with one of each difference."""
    zone = clock.campus_zone()
    source = register_source(SourceKind.JOB, name=BANK)
    alone = ours_alone(source, until=datetime.combine(day + timedelta(days=1), time(), zone))
    amounts = {number: sum(stands.values()) for number, stands in booked_under(source, [one.reference for one in alone]).items()}
    lines = [
        BankSays(0, one.reference, one.person_no, one.full_name, amounts[one.reference], one.occurred_at.astimezone(zone))
        for one in alone
        if amounts.get(one.reference)
    ]
    if len(lines) > 3:
        waits, differs, *equal = lines
        new = dataclasses.replace(waits, reference=waits.reference + 10**12)
        unknown = dataclasses.replace(new, reference=new.reference + 1, person_no="4711", full_name="查无此人")
        lines = [dataclasses.replace(differs, amount_fen=differs.amount_fen + 1_000), *equal, new, unknown]
    return DeliveredFile(f"{day:%Y%m%d}.csv", write_bank_file(CSV, day=day, lines=lines, encoding="gbk"))


def _show_subsidies(actor: Actor, campus: Campus) -> None:
    terms = Terms(GrantForm.COLLECTED, clock.today() + timedelta(days=60))
    batch_id = import_subsidies(actor, WINTER, file=_list(campus, GETS_WINTER, amount_fen=20_000), terms=terms).batch_id
    batch = SubsidyBatch.objects.get(pk=batch_id or 0)
    grant_batch(actor, batch.pk, people=batch.people, total_fen=batch.total_fen, digest=bytes(batch.digest).hex())
    at_once = Terms(GrantForm.AT_ONCE, takes_back=True)
    import_subsidies(actor, HARDSHIP, file=_list(campus, GETS_HARDSHIP, amount_fen=30_000, more="4711,300\n"), terms=at_once)


def _list(campus: Campus, people: int, *, amount_fen: int, more: str = "") -> DeliveredFile:
    rows = "".join(f"{holder.person_no},{yuan(amount_fen)}\n" for holder in campus.holders[:people])
    return DeliveredFile("补助名单.csv", f"学工号,金额\n{rows}{more}".encode())
