-- Keeps the number of a held record that a person wrote off, if it is free: when the record comes again it is REPEATED, and other
-- content under the number is a conflict (DESIGN §4.4). Only for what the terminal surely wrote: a forged or torn record (bad MAC)
-- takes no number, nor does one without an amount, which can never be booked. Outcome 36 is purchases.types.Outcome.WRITTEN_OFF.
create or replace function purchases_write_off_v1(p_held bigint) returns boolean
language plpgsql volatile security definer set search_path from current
as $$
declare
  v_date date := ledger_share_open_day_v1();
begin
  insert into purchases_purchase (
    terminal_id, batch_no, seq, mode, outcome, flags, card_no, card_id, merchant_id, amount_fen,
    subsidy_fen, cash_fen, lost_fen, surcharge_fen, occurred_at, received_at, business_date,
    blacklist_version, card_counter, purse_after_fen, sam_id, sam_seq, tac)
  select t.id, r.batch_no, r.seq, 2, 36, 0, r.card_no, c.id, t.merchant_id, r.amount_fen,
    0, 0, 0, 0, r.occurred_at, h.received_at, v_date,
    r.blacklist_version, r.card_counter, r.purse_after_fen, r.sam_id, r.sam_seq, decode(r.tac, 'hex')
  from ledger_heldrecord as h
  cross join lateral jsonb_to_record(h.raw) as r (
    terminal_id bigint, batch_no integer, seq bigint, card_no bigint, amount_fen bigint, occurred_at timestamptz,
    blacklist_version bigint, card_counter bigint, purse_after_fen bigint, sam_id bigint, sam_seq bigint, tac text,
    online boolean, mac_ok boolean)
  join terminals_terminal as t on t.id = r.terminal_id and t.source_id = h.source_id
  left join cards_card as c on c.card_no = r.card_no
  where h.id = p_held and h.settled_at is null and r.mac_ok and not r.online and r.amount_fen > 0
  on conflict do nothing;
  return found;
end
$$;
