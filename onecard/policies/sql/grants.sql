-- Values are history: of their columns the application writes the withdrawal's alone (trigger decided_once says the same).
revoke update, delete, truncate on policies_adoptedpolicy, policies_policyvalue from onecard_app;
grant update (withdrawn_on, withdrawn_by, withdrawal_reason) on policies_policyvalue to onecard_app;
