revoke update, delete, truncate on counter_slip, counter_drawercount from onecard_app;
revoke delete, truncate on counter_till, counter_shift, counter_handover from onecard_app;
