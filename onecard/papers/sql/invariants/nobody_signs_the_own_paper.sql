-- D3: who made a paper does not sign it as somebody else.
select s.id, s.paper_id, s.role
from papers_signature as s
join papers_paper as p on p.id = s.paper_id
where s.operator_id = p.made_by_id
