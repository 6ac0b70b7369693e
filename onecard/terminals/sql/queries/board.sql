-- What is known of every terminal, or of one: a row each, in order of code. What waits or is missing is counted from its own indexes;
-- of a terminal's batches only the newest one is looked up.
with due as (
  select distinct on (p.terminal_id, p.merchant_id) p.terminal_id, p.merchant_id, p.version
  from terminals_parameterset as p
  where p.effective_from <= %(at)s
  order by p.terminal_id, p.merchant_id, p.version desc
), gap as (
  select m.terminal_id, count(*) as places, sum(upper(r) - lower(r))::bigint as missing
  from terminals_missing_v1() as m cross join lateral unnest(m.missing) as r
  group by m.terminal_id
), held as (
  select h.source_id, count(*) as held, count(*) filter (where h.reason like '%%CONFLICT') as conflicts
  from ledger_heldrecord as h where h.settled_at is null
  group by h.source_id
), session as (
  select s.terminal_id, count(*) as opened
  from terminals_terminalsession as s where s.expires_at > %(at)s and s.opened_at > %(sessions_since)s
  group by s.terminal_id
)
select t.id as terminal_id, t.code, t.name, t.merchant_id, m.name as merchant, t.state = 1 as is_enabled, t.single_limit_fen,
  t.opens_at, t.closes_at, e.enrolled_at, s.heard_at, b.last_received_at as last_record_at,
  coalesce(s.unsent, 0) as unsent, coalesce(s.storage_pct, 0) as storage_pct, coalesce(s.clock_offset_us, 0) as clock_offset_us,
  coalesce(s.blacklist_version, 0) as blacklist_version, coalesce(s.parameters_version, 0) as parameters_version,
  s.allowances_version,
  coalesce(own.version, shop.version, everyone.version, 0) as parameters_due,
  array(select jsonb_array_elements_text(s.faults)) as faults,
  coalesce(g.missing, 0) as missing, coalesce(g.places, 0) as places, coalesce(h.held, 0) as held,
  coalesce(h.conflicts, 0) as conflicts, coalesce(o.opened, 0) as sessions
from terminals_terminal as t
join merchants_merchant as m on m.id = t.merchant_id
left join terminals_enrolment as e on e.terminal_id = t.id and e.ended_at is null
left join terminals_terminalstatus as s on s.terminal_id = t.id
left join due as own on own.terminal_id = t.id
left join due as shop on shop.merchant_id = t.merchant_id
left join due as everyone on everyone.terminal_id is null and everyone.merchant_id is null
left join gap as g on g.terminal_id = t.id
left join held as h on h.source_id = t.source_id
left join session as o on o.terminal_id = t.id
left join lateral (
  select n.last_received_at from terminals_terminalbatch as n where n.terminal_id = t.id order by n.batch_no desc limit 1
) as b on true
where %(terminal_id)s::bigint is null or t.id = %(terminal_id)s
order by t.code
