-- What was delivered stays; only its acknowledgement is written.
revoke update, delete, truncate on feeds_delivery from onecard_app;
grant update (held, acknowledged_at) on feeds_delivery to onecard_app;
