-- The blacklist's changes come through cards_list_v1 only, and so do its versions.
revoke insert, update, delete, truncate on cards_blacklistchange from onecard_app;
revoke usage on sequence cards_blacklist_version from onecard_app;
