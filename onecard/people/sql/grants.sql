-- Changes of people are only ever added.
revoke update, delete, truncate on people_personchange from onecard_app;
revoke delete, truncate on people_person, people_particulars, people_bankaccount, people_rosterimport from onecard_app;
