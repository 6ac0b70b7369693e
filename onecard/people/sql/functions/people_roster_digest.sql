-- SHA-256 over a roster's lines and what the comparison finds now: equal digests mean the same report about the same content.
create or replace function people_roster_digest_v1(p_roster bigint) returns bytea
language sql stable set search_path from current set enable_nestloop = off
as $$
  select sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(
      f.line, f.person_no, f.finding, f.problem, f.detail, f.person_id, f.other_id, f.before,
      l.full_name, l.kind, l.unit, l.valid_until, l.born_on, l.id_digest, l.phone_digest)::text, 'utf8')), ''::bytea
    order by f.line nulls last, f.person_no), ''::bytea))
  from people_roster_findings_v1(p_roster) as f
  left join people_rosterline as l on l.id = f.id
$$;
