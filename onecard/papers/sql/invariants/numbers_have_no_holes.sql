-- D1: the papers of a kind and year are numbered from 1 to the last number given, without a hole.
select s.kind, s.year, s.last_no, count(p.id) as papers, max(right(p.number, 6)::integer) as highest
from papers_series as s
left join papers_paper as p on p.kind = s.kind and p.version = 1 and split_part(p.number, '-', 2)::integer = s.year
group by s.kind, s.year, s.last_no
having count(p.id) <> s.last_no or coalesce(max(right(p.number, 6)::integer), 0) <> s.last_no
