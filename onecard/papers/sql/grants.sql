-- Papers come through papers_issue_v1 only; a signature is added and stays.
revoke insert, update, delete, truncate on papers_paper, papers_series from onecard_app;
revoke update, delete, truncate on papers_signature from onecard_app;
