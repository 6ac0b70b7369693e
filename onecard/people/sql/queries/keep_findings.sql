-- Writes the comparison's findings on the roster's lines; those who are not in it any more get lines without a number.
with gone as (
  delete from people_rosterline where roster_id = %(roster)b and line is null
), found as materialized (
  select * from people_roster_findings_v1(%(roster)b)
), kept as (
  update people_rosterline as l
  set finding = f.finding, problem = f.problem, detail = f.detail, person_id = f.person_id, other_id = f.other_id, before = f.before
  from found as f where f.id = l.id
)
insert into people_rosterline (roster_id, line, finding, problem, detail, person_no, full_name, pinyin, initials, kind, unit, person_id, before)
select %(roster)b, null, f.finding, '', '', p.person_no, p.full_name, '', '', p.kind, p.unit, p.id, f.before
from found as f join people_person as p on p.id = f.person_id where f.line is null
