-- What was said about a month and that it was closed is added; it is never changed.
revoke update, delete, truncate on months_financefigure, months_reconciliation, months_reconciliationline, months_monthclose
  from onecard_app;
