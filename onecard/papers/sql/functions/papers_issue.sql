-- Issues a paper: the next number of its kind and year, or the next version of the subject's paper. The series stays locked until
-- the transaction ends, so numbers have no holes whatever is rolled back; the same content again changes nothing.
create or replace function papers_issue_v1(
  p_kind text, p_prefix text, p_subject text, p_dated date, p_content jsonb, p_digest text, p_correction text,
  p_made_at timestamptz, p_made_by_id bigint, p_made_by text,
  out o_outcome text, out o_id bigint, out o_number text, out o_version integer)
language plpgsql volatile security definer set search_path from current
as $$
declare
  v_year integer := extract(year from p_dated);
  v_before papers_paper;
begin
  insert into papers_series (kind, year, last_no) values (p_kind, v_year, 0) on conflict (kind, year) do nothing;
  perform from papers_series where kind = p_kind and year = v_year for update;
  select * into v_before from papers_paper where kind = p_kind and subject = p_subject order by version desc limit 1;
  o_id := coalesce(v_before.id, 0);
  o_number := coalesce(v_before.number, '');
  o_version := coalesce(v_before.version, 0);
  o_outcome := case
    when v_before.digest = p_digest then 'REPEATED'
    when v_before.id is not null and p_correction = '' then 'REFUSED_ISSUED'
    when v_before.id is null and p_correction <> '' then 'REFUSED_NOTHING_TO_CORRECT'
    else 'DONE' end;
  if o_outcome <> 'DONE' then
    return;
  end if;
  if v_before.id is null then
    update papers_series set last_no = last_no + 1 where kind = p_kind and year = v_year
      returning format('%s-%s-%s', p_prefix, v_year, lpad(last_no::text, 6, '0')) into o_number;
  end if;
  o_version := o_version + 1;
  insert into papers_paper (number, version, kind, subject, dated, content, digest, correction, replaces_id,
      made_at, made_by_id, made_by)
    values (o_number, o_version, p_kind, p_subject, p_dated, p_content, p_digest, p_correction, v_before.id,
      p_made_at, p_made_by_id, left(p_made_by, 150))
    returning id into o_id;
end
$$;
