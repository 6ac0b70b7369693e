revoke update, delete, truncate on workdays_campusday from onecard_app;
revoke delete, truncate on workdays_officialday from onecard_app;
