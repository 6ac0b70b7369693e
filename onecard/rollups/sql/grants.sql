-- The day close alone writes the sums, through its function; the application reads them.
revoke insert, update, delete, truncate on rollups_day, rollups_movement, rollups_takings from onecard_app;
