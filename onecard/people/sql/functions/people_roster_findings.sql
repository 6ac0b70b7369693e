-- What each line of a roster means for the people that we know now; reads only. A full roster without errors also finds who is
-- not in it any more (line null). Errors and conflicts stand in order of precedence. Joins by hash: tables just filled have no statistics.
create or replace function people_roster_findings_v1(p_roster bigint)
returns table (id bigint, line integer, person_no text, finding text, problem text, detail text, person_id bigint, other_id bigint, before jsonb)
language sql stable set search_path from current set enable_nestloop = off set work_mem = '32MB'
as $$
  with roster as (
    select i.id, i.is_full, s.kinds from people_rosterimport as i join people_rostersource as s on s.id = i.source_id
    where i.id = p_roster
  ), unread as (
    -- Lines that could not be read have no name.
    select l.* from people_rosterline as l where l.roster_id = p_roster and l.line is not null and l.full_name = ''
  ), read as (
    select l.*, min(l.line) over (partition by l.person_no) as first_line
    from people_rosterline as l where l.roster_id = p_roster and l.line is not null and l.full_name <> ''
  ), twice as (
    select r.id_digest from read as r where r.id_digest is not null group by r.id_digest having count(distinct r.person_no) > 1
  ), known as (
    select p.*, q.id_digest, q.phone_digest, q.born_on
    from people_person as p left join people_particulars as q on q.person_id = p.id
  ), same_identity as (
    select r.id, min(o.id) as other_id from read as r join known as o on o.id_digest = r.id_digest
    where o.state <> 'merged' and o.person_no <> r.person_no group by r.id
  ), same_birth as (
    select r.id, min(o.id) as other_id from read as r join known as o on o.full_name = r.full_name and o.born_on = r.born_on
    where o.state <> 'merged' and o.person_no <> r.person_no and (o.id_digest is null or r.id_digest is null) group by r.id
  ), judged as (
    select r.*, p.id as known_id, coalesce(s.other_id, b.other_id) as found_id,
      case
        when r.line > r.first_line then 'number_twice'
        when p.state = 'merged' then 'merged_number'
        when p.id_digest <> r.id_digest then 'identity_differs'
        when p.full_name <> r.full_name and p.born_on <> r.born_on then 'another_human'
        when t.id_digest is not null then 'identity_twice'
        when s.other_id is not null then 'identity_known'
        when p.id is null and b.other_id is not null then 'likely_known'
        else '' end as found_problem,
      jsonb_strip_nulls(jsonb_build_object(
        'full_name', nullif(p.full_name, r.full_name),
        'kind', nullif(p.kind, r.kind),
        'unit', case when r.unit not in ('', p.unit) then p.unit end,
        'valid_until', case when r.valid_until is distinct from p.valid_until and r.valid_until is not null
          then coalesce(p.valid_until::text, '') end,
        'born_on', case when r.born_on is distinct from p.born_on and r.born_on is not null then coalesce(p.born_on::text, '') end,
        'id_number', case when r.id_digest is not null and p.id_digest is null then '' end,
        'phone', case when r.phone_digest is not null and r.phone_digest is distinct from p.phone_digest
          then case when p.phone_digest is null then '' else '***' end end,
        'state', case when p.state = 'left' then 'left' end)) as found_before
    from read as r
    left join known as p on p.person_no = r.person_no
    left join twice as t on t.id_digest = r.id_digest
    left join same_identity as s on s.id = r.id
    left join same_birth as b on b.id = r.id
  ), found as (
    select u.id, u.line, u.person_no, 'error' as finding, u.problem, u.detail, null::bigint as person_id, null::bigint as other_id,
      '{}'::jsonb as before
    from unread as u
    union all
    select j.id, j.line, j.person_no,
      case when j.found_problem = 'number_twice' then 'error' when j.found_problem <> '' then 'conflict'
        when j.known_id is null then 'new' when j.found_before = '{}' then 'unchanged' else 'changed' end,
      j.found_problem,
      case when j.found_problem = 'number_twice' then j.first_line::text else '' end,
      j.known_id, case when j.found_problem not in ('', 'number_twice') then j.found_id end,
      case when j.known_id is null then '{}' else j.found_before end
    from judged as j
  )
  select f.* from found as f
  union all
  select null, null, p.person_no, 'left', '', '', p.id, null, '{"state": "present"}'
  from roster join people_person as p on p.kind = any (roster.kinds) and p.state = 'present'
  where roster.is_full and not exists (select from found as e where e.finding = 'error')
    and not exists (select from read as r where r.person_no = p.person_no)
    and not exists (select from found as o where o.other_id = p.id)
$$;
