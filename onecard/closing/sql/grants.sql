-- The application adds seals and reports; it never changes one.
revoke update, delete, truncate on closing_seal, closing_dayreport, closing_sealkey from onecard_app;
