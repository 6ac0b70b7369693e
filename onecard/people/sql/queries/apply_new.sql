-- Registers the people of these new lines, each with the purse opened for it.
insert into people_person (person_no, full_name, pinyin, initials, kind, unit, state, valid_until, cash_account_id, registered_at)
select l.person_no, l.full_name, l.pinyin, l.initials, l.kind, l.unit, 'present', l.valid_until, w.account_id, %(at)b::timestamptz
from unnest(%(lines)b::bigint[], %(accounts)b::bigint[]) as w (line_id, account_id)
join people_rosterline as l on l.id = w.line_id
order by l.line
