-- A decided roster keeps its report, not a second copy of private values, and not the lines that say nothing new.
with unchanged as (
  delete from people_rosterline where roster_id = %(roster)b and (finding in ('unchanged', 'unread') or %(discarded)b::boolean)
)
update people_rosterline set id_number = null, phone = null
where roster_id = %(roster)b and finding not in ('unchanged', 'unread') and not %(discarded)b::boolean
  and (id_number is not null or phone is not null)
