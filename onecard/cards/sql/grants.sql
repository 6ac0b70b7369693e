-- The blacklist's changes come through cards_list_v1 only, and so do its versions.
revoke insert, update, delete, truncate on cards_blacklistchange from onecard_app;
revoke usage on sequence cards_blacklist_version from onecard_app;
-- History and stock book only grow; cards, boxes and slips are never deleted.
revoke update, delete, truncate on cards_cardstep, cards_stockmovement, cards_cardbox, cards_testcard from onecard_app;
revoke delete, truncate on cards_card, cards_stockpile, cards_stockslip, cards_cardjob, cards_jobcard, cards_handout,
  cards_handoutcard from onecard_app;
