-- D2: a newer version of a paper replaces the one before it, under the same number, kind and subject.
select p.id, p.number, p.version
from papers_paper as p
join papers_paper as b on b.id = p.replaces_id
where (p.number, p.kind, p.subject) <> (b.number, b.kind, b.subject) or p.version <> b.version + 1
