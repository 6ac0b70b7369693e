-- Number and sum of the transfers of a range.
select count(*), coalesce(sum(amount_fen), 0)::bigint from ledger_transfer where id between %(first_id)s and %(last_id)s
