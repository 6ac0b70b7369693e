-- K6: a test card's number is no card's, so no purchase with it can be booked.
select t.card_no from cards_testcard as t
where exists (select from cards_card as c where c.card_no = t.card_no)
  or exists (select from cards_jobcard as j where j.card_no = t.card_no)
