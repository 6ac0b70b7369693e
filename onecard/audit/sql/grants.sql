-- Events come through audit_append_v1 only.
revoke insert, update, delete, truncate on audit_event from onecard_app;
