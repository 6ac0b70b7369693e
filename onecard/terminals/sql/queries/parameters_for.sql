-- The set that holds for a terminal at a moment: the narrowest scope first, then the newest version.
select p.version, p.effective_from, p.content
from terminals_parameterset as p
join terminals_terminal as t on t.id = %s
where (p.terminal_id = t.id or p.merchant_id = t.merchant_id or (p.terminal_id is null and p.merchant_id is null))
  and p.effective_from <= %s
order by p.terminal_id is null, p.merchant_id is null, p.version desc
limit 1
