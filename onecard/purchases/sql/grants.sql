-- Purchases are written by the booking functions alone, like the money that they moved (DESIGN §4.3).
revoke insert, update, delete, truncate on purchases_purchase, purchases_reversal from onecard_app;
