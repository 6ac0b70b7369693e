-- Sales of an id range and the reversals of the same business days.
select (select coalesce(sum(amount_fen), 0) from purchases_purchase
    where id between %(first_id)b::bigint and %(last_id)b::bigint and outcome in (10, 30, 31))
  - (select coalesce(sum(amount_fen), 0) from purchases_reversal
    where business_date between %(first)b::date and %(last)b::date) as sales_fen
