-- Writes what changed, and for who is not in the roster any more that they left; keeps what was so before.
with changed as (
  select l.* from people_rosterline as l where l.roster_id = %(roster)b and l.finding in ('changed', 'left')
), kept as (
  insert into people_personchange (person_id, changed_at, changed_by, reason, before)
  select c.person_id, %(at)b::timestamptz, %(by)t::text, %(reason)t::text, c.before from changed as c
)
update people_person as p
set full_name = c.full_name, kind = c.kind, unit = coalesce(nullif(c.unit, ''), p.unit),
  pinyin = case when c.finding = 'left' then p.pinyin else c.pinyin end,
  initials = case when c.finding = 'left' then p.initials else c.initials end,
  valid_until = coalesce(c.valid_until, p.valid_until),
  state = case when c.finding = 'left' then 'left' else 'present' end,
  left_on = case when c.finding = 'left' then %(today)b::date end
from changed as c where p.id = c.person_id
