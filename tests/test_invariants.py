"""The invariants (`sql/invariants`) see what they are there to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections, transaction

from onecard.cards.types import MAX_LISTED
from onecard.kernel import sql
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.web.tests import campus
from tests.world import DAY, NOON, World, broken_invariants, close_day

SETTLED = "update ledger_heldrecord set settled_at = now(), settled_by = 'x', settlement = 'x', settled_as"
HELD_SOURCE = "insert into ledger_source (kind, name) values ('job', 'held records');"
FIRST = "where id = (select min(id) from ledger_transfer)"
FIRST_LISTED = "where version = (select min(version) from cards_blacklistchange)"
PLANTED = (
    ("zero_sum", "update ledger_account set balance_fen = balance_fen + 1 where subject = 1010"),
    ("balances_equal_sums", "update ledger_account set balance_fen = balance_fen + 1 where subject = 2001"),
    ("transfers_have_parents", f"update ledger_transfer set source_id = 0 {FIRST}"),
    ("transfers_have_parents", f"update ledger_transfer set debit_account_id = 0 {FIRST}"),
    ("transfers_have_parents", f"update ledger_transfer set credit_account_id = 0 {FIRST}"),
    ("transfers_have_parents", f"update ledger_transfer set business_date = '2001-01-01' {FIRST}"),
    ("transfers_have_parents", f"update ledger_transfer set reverses_id = 1e9 {FIRST}"),
    ("days_do_not_overlap", "update ledger_transfer set business_date = '2026-09-02'"),
    ("days_do_not_overlap", "update ledger_businessday set first_transfer_id = null, last_transfer_id = null"),
    (
        "legs_are_one_event",
        "update ledger_transfer set occurred_at = now() where leg = 2",
    ),
    ("purchases_equal_transfers", "update ledger_transfer set amount_fen = amount_fen + 1 where leg = 2"),
    ("purchases_equal_transfers", "update ledger_transfer set leg = 9 where leg = 2"),
    ("purchases_equal_transfers", "delete from ledger_transfer where kind = 1"),
    ("purchases_equal_transfers", "update purchases_purchase set outcome = 21, subsidy_fen = 0, cash_fen = 0"),
    ("transfers_have_purchases", "delete from purchases_purchase"),
    ("transfers_have_purchases", "update ledger_transfer set kind = 1"),
    ("transfers_have_purchases", "update ledger_transfer set credit_account_id = 1 where kind = 1"),
    ("transfers_have_purchases", "update purchases_purchase set business_date = '2026-09-03'"),
    ("records_are_in_the_watch", "delete from terminals_terminalbatch"),
    ("records_are_in_the_watch", "update terminals_terminalbatch set received = '{[7,8)}'"),
    ("online_never_overdraws", "update ledger_account set balance_fen = -1 where subject = 2002"),
    ("online_never_overdraws", "update ledger_account set balance_fen = -1 where subject = 2001"),
    ("reversals_mirror_purchases", "delete from ledger_transfer where kind = 9 and leg = 2"),
    ("reversals_mirror_purchases", "update ledger_transfer set amount_fen = amount_fen + 1 where kind = 9"),
    ("reversals_mirror_purchases", "update ledger_transfer set credit_account_id = 1 where kind = 9"),
    ("reversals_mirror_purchases", "update ledger_transfer set business_date = '2026-09-02' where kind = 9"),
    ("reversals_mirror_purchases", "update ledger_transfer set reverses_id = null where kind = 9"),
    ("reversals_mirror_purchases", "update purchases_reversal set amount_fen = 1 where outcome = 6"),
    ("reversals_mirror_purchases", "update purchases_reversal set outcome = 3, amount_fen = 0"),
    ("reversals_mirror_purchases", "update purchases_purchase set mode = 2"),
    ("reversals_mirror_purchases", "delete from purchases_purchase"),
    ("reversing_transfers_have_reversals", "delete from purchases_reversal where outcome = 6"),
    ("reversing_transfers_have_reversals", "delete from purchases_reversal where outcome = 3"),
    ("reversing_transfers_have_reversals", "update ledger_transfer set kind = 10 where kind = 9"),
    ("reversing_transfers_have_reversals", "update ledger_transfer set reverses_id = null where kind = 9"),
    ("reversing_transfers_have_reversals", "update ledger_transfer set source_seq = -source_seq where source_seq > 1e9 + 3"),
    ("blacklist_agrees_with_cards", "update cards_card set state = 2 where state = 4"),
    ("blacklist_agrees_with_cards", "update cards_card set state = 4 where state = 2"),
    ("blacklist_agrees_with_cards", "update cards_card set state = 4 where state = 3"),
    ("blacklist_agrees_with_cards", "update cards_blacklistchange set card_id = card_id + 1"),
    ("blacklist_agrees_with_cards", "delete from cards_blacklistchange where reason = 5"),
    ("blacklist_counts_its_set", f"update cards_blacklistchange set checksum = checksum # 1 {FIRST_LISTED}"),
    ("blacklist_counts_its_set", f"update cards_blacklistchange set listed_count = 9 {FIRST_LISTED}"),
    ("blacklist_counts_its_set", f"delete from cards_blacklistchange {FIRST_LISTED}"),
    ("stock_piles_equal_movements", "update cards_stockpile set count = count + 1 where place = 'making'"),
    ("stock_book_balances", "delete from cards_stockmovement where from_pile_id is null"),
    ("stock_piles_hold_their_cards", "update cards_card set pile_id = null where medium = 1"),
    ("stock_piles_hold_their_cards", "update cards_card set medium = 2 where medium = 1"),
    ("made_is_handed_out_and_left_over", "update cards_card set medium = 2 where medium = 1"),
    ("made_is_handed_out_and_left_over", "update cards_handout set closed_at = now(), closed_by = 'x'"),
    ("checked_cards_are_made", "update cards_jobcard set state = 6"),
    ("checked_cards_are_made", "update cards_jobcard set person_id = person_id + 1000"),
    ("test_cards_are_nobodys", "update cards_testcard set card_no = (select min(card_no) from cards_card)"),
    ("deposits_are_in_the_ledger", "update cards_card set deposit_fen = 1, deposit_paid_by = 'purse' where medium = 1"),
    ("losses_have_their_version", "update cards_card set loss_version = loss_version + 1 where state = 3"),
    ("losses_have_their_version", "update cards_card set loss_version = null where state = 3"),
    ("blacklist_is_bounded", f"update cards_blacklistchange set listed_count = {MAX_LISTED + 1}"),
    ("held_records_are_settled_once", f"{SETTLED} = 'corrected'"),
    (
        "held_records_are_settled_once",
        f"{HELD_SOURCE} update ledger_transfer set source_id = currval(pg_get_serial_sequence('ledger_source', 'id')) {FIRST}",
    ),
    (
        "held_records_are_settled_once",
        "alter table ledger_heldrecord drop constraint settled_record_says_how; update ledger_heldrecord set settled_at = now()",
    ),
    ("statements_chain", "update settlement_statement set opening_fen = 1, payable_fen = payable_fen + 1, due_fen = due_fen + 1"),
    ("statements_chain", "update settlement_statement set after_id = 1"),
    ("statements_equal_transfers", "update settlement_statement set last_id = last_id - 1"),
    ("statements_equal_transfers", "update ledger_transfer set amount_fen = amount_fen + 1 where kind = 1"),
    ("lines_add_up", "update settlement_line set amount_fen = amount_fen + 1"),
    ("lines_add_up", "delete from settlement_line"),
    ("fees_and_payments_are_statements", "delete from ledger_transfer where kind = 11"),
    ("fees_and_payments_are_statements", "update ledger_transfer set amount_fen = amount_fen + 1 where kind = 11"),
    ("fees_and_payments_are_statements", "delete from settlement_payment"),
    ("payable_is_what_is_due", "update ledger_account set balance_fen = balance_fen + 1 where subject = 2101"),
    ("payable_is_what_is_due", "update settlement_statement set state = 5"),
    ("held_records_are_where_they_say", f"{SETTLED} = 'booked', source_seq = 5"),
    ("held_records_are_where_they_say", "update purchases_purchase set outcome = 36, subsidy_fen = 0, cash_fen = 0"),
)


@pytest.mark.slow
def test_invariants_catch_what_is_planted(own_world: World, tmp_path: Path) -> None:
    """Each invariant finds the damage that somebody with the owner's rights and the triggers off can do."""
    bought = [own_world.record(seq, amount_fen=fen) for seq, fen in ((1, 2_000), (3, 500), (2, 2_000), (4, 100))]
    back = [own_world.record(5, amount_fen=1), bought[2]]
    authorise_purchases(bought, received_at=NOON)
    reverse_purchases(back, received_at=NOON)
    collect_purchases([own_world.record(1, amount_fen=999)], received_at=NOON)
    close_day(own_world, DAY, next_date=DAY.replace(day=2))
    campus.open_card_office(tmp_path)
    campus.settle()
    assert broken_invariants() == {}
    for name, damage in PLANTED:
        assert name in _broken_by(damage), f"{name} does not see: {damage}"
    connections["owner"].close()


def test_every_invariant_of_these_rooms_is_planted() -> None:
    rooms = {"cards", "ledger", "purchases", "settlement", "terminals"}
    files = {path.stem for path in sql.files_in("invariants") if path.parents[2].name in rooms}
    assert files == {name for name, _ in PLANTED}


def _broken_by(damage: str) -> set[str]:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(damage)
        found = {path.stem for path in sql.files_in("invariants") if sql.call(path.read_text(encoding="utf-8"), alias="owner")}
        transaction.set_rollback(True, using="owner")
    return found
