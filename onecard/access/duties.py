"""Permissions in groups that belong together, for posts to hold: what is seen, what is done, what is approved."""

from __future__ import annotations

SEE_MONEY = {
    "funding.view_bankfile",
    "funding.view_bankline",
    "funding.view_subsidybatch",
    "funding.view_subsidygrant",
    "leavers.view_leaverbatch",
    "leavers.view_leaver",
    "leavers.view_refundfile",
    "leavers.view_unclaimedlist",
    "leavers.view_unclaimedbalance",
    "ledger.view_account",
    "ledger.view_businessday",
    "ledger.view_daybalance",
    "ledger.view_heldrecord",
    "ledger.view_source",
    "ledger.view_transfer",
    "purchases.view_purchase",
    "closing.view_seal",
    "closing.view_dayreport",
    "months.view_monthclose",
    "rollups.view_movement",
    "reports.view_subscription",
    "reports.view_sending",
    "months.view_financefigure",
    "months.view_reconciliation",
}
SEE_STOCK = {
    "cards.view_stockpile",
    "cards.view_cardbox",
    "cards.view_stockslip",
    "cards.view_stockmovement",
    "cards.view_cardjob",
    "cards.view_jobcard",
    "cards.view_handout",
    "cards.view_testcard",
}
SEE_PEOPLE = {"people.view_person", "cards.view_card", "cards.view_blacklistchange"} | SEE_STOCK
SEE_ROSTERS = {"people.view_rosterimport", "people.view_rosterline", "people.view_rostersource"}
SEE_FEEDS = {"feeds.view_consumer", "feeds.view_delivery"}
SEE_PLACES = {
    "merchants.view_merchant",
    "merchants.view_contract",
    "merchants.view_incomeunit",
    "terminals.view_terminal",
    "terminals.view_terminalbatch",
    "terminals.view_terminalstatus",
    "terminals.view_enrolment",
    "terminals.view_parameterset",
    "terminals.view_recollection",
    "terminals.view_lostnumbers",
    "cards.view_blacklistchange",
}
SEE_SETTLEMENT = {
    "merchants.view_bankaccount",
    "merchants.view_merchantstaff",
    "settlement.view_statement",
    "settlement.view_paymentfile",
    "settlement.view_payment",
    "settlement.view_correctionrequest",
}
SEE_ACCESS = {"access.view_operator", "access.view_postassignment", "access.view_limit"}
DASHBOARD = {"web.view_dashboard", "rollups.view_day"}
SEE_PROPOSALS = {"access.view_proposal"}
SEE_POLICIES = {"policies.view_adoptedpolicy", "policies.view_policyvalue"}
SEE_PAPERS = {"papers.view_paper"}
OWN_ACCOUNT = {
    "access.change_own_password",
    "access.set_up_factor",
    "access.renew_recovery_codes",
    "access.remove_own_factor",
    "access.add_security_key",
    "access.remove_security_key",
    "access.end_own_sessions",
}
"""What everybody who holds a post may do about the own account."""
ACCESS_WORK = {
    "access.create_operator",
    "access.assign_posts",
    "access.appoint_operator",
    "access.deactivate_operator",
    "access.reset_password",
    "access.reset_factor",
    "access.unlock_operator",
    "access.end_operator_sessions",
    "access.limit_operator",
    "access.limit_post",
}
ACCESS_APPROVAL = {"access.appoint_operator.approve", "access.reset_factor.approve"}

CARD_WORK = {
    "people.register_person",
    "people.change_person",
    "people.mark_left",
    "people.mark_present",
    "people.reveal_particulars",
    "people.show_photo",
    "people.store_photo",
    "people.store_photos",
    "cards.merge_people",
    "cards.issue_card",
    "cards.issue_card_batch",
    "cards.activate_card",
    "cards.report_loss",
    "cards.withdraw_loss_report",
    "cards.replace_card",
    "cards.cancel_card",
    "cards.freeze_card",
    "cards.unfreeze_card",
    "cards.replace_card_at_once",
    "cards.extend_card",
    "cards.return_card",
    "cards.scrap_card",
    "cards.set_pin",
    "cards.change_pin",
    "cards.unblock_pin",
    "cards.lower_pin_limits",
    "cards.register_test_card",
    "cards.receive_box",
    "cards.send_cards",
    "cards.receive_slip",
    "cards.refuse_slip",
    "cards.give_to_desk",
    "cards.scrap_blanks",
    "cards.create_card_job",
    "cards.begin_encoding",
    "cards.end_encoding",
    "cards.requeue_card",
    "cards.spoil_job_card",
    "cards.make_sheet",
    "cards.print_job_cards",
    "cards.check_made_card",
    "cards.open_hand_out",
    "cards.box_cards",
    "cards.hand_out_card",
    "cards.close_hand_out",
}
CARD_APPROVAL = {"cards.replace_card_at_once.approve", "cards.close_hand_out.approve"}
COUNTER_WORK = {
    "counter.take_deposit",
    "counter.book_charge",
    "counter.pay_withdrawal",
    "counter.pay_large_withdrawal",
    "counter.reverse_slip",
    "counter.open_shift",
    "counter.count_drawer",
    "counter.close_shift",
    "counter.close_differing_shift",
    "counter.allow_outside_windows",
    "counter.hand_over_cash",
    "counter.put_into_safe",
    "counter.take_out_of_safe",
}
SEE_COUNTER = {
    "counter.view_till",
    "counter.view_shift",
    "counter.view_slip",
    "counter.view_handover",
    "workdays.view_campusday",
}
COUNTER_APPROVAL = {
    "counter.pay_large_withdrawal.approve",
    "counter.close_differing_shift.approve",
    "counter.allow_outside_windows.approve",
    "counter.fill_till.approve",
}
ROSTER_WORK = {
    "people.name_roster_source",
    "people.receive_roster",
    "people.map_roster_columns",
    "people.read_roster",
    "people.compare_roster",
    "people.discard_roster",
    "people.apply_roster",
}
FEED_WORK = {"feeds.register_consumer", "feeds.deliver_feed", "feeds.fetch_feed", "feeds.acknowledge_feed", "feeds.issue_token"}
PEOPLE_APPROVAL = {"people.apply_roster.approve", "cards.merge_people.approve", "leavers.list_leavers_by_file.approve"}
FEED_APPROVAL = {"feeds.register_consumer.approve"}
SETTLEMENT_WORK = {
    "workdays.set_days",
    "counter.register_till",
    "counter.fill_till",
    "people.enter_bank_account",
    "people.enter_bank_accounts",
    "leavers.list_leavers",
    "leavers.list_leavers_by_file",
    "leavers.freeze_leavers",
    "leavers.cancel_leavers",
    "leavers.pay_refunds",
    "leavers.fail_refund",
    "leavers.claim_refund",
    "leavers.fetch_refunds",
    "leavers.write_off_debt",
    "leavers.list_unclaimed",
    "leavers.book_unclaimed",
    "leavers.claim_unclaimed",
    "leavers.fail_claim",
    "merchants.register_merchant",
    "merchants.register_income_unit",
    "merchants.place_in_unit",
    "merchants.sign_contract",
    "merchants.set_rate",
    "merchants.end_contract",
    "merchants.enter_bank_account",
    "merchants.adopt_bank_account",
    "merchants.reveal_bank_account",
    "merchants.name_staff",
    "merchants.disable_staff",
    "settlement.build_statement",
    "settlement.check_statement",
    "settlement.record_confirmation",
    "settlement.make_payment_file",
    "settlement.fetch_payment_file",
    "settlement.book_correction",
    "settlement.reject_correction",
    "settlement.pay_again",
    "funding.receive_bank_file",
    "funding.book_bank_file",
    "funding.discard_bank_file",
    "funding.settle_bank_line",
    "funding.import_subsidies",
    "funding.subsidise_group",
    "funding.check_batch",
    "funding.discard_batch",
    "funding.grant_batch",
    "funding.take_back_subsidies",
    "funding.end_batch",
    "funding.collect_subsidies",
    "closing.open_first_day",
    "closing.close_day",
    "months.close_month",
    "months.reconcile_difference",
    "reports.subscribe",
    "reports.unsubscribe",
    "purchases.book_held_record",
    "purchases.correct_held_record",
    "purchases.write_off_held_record",
}
MONEY_APPROVAL = {
    "merchants.sign_contract.approve",
    "merchants.set_rate.approve",
    "merchants.adopt_bank_account.approve",
    "settlement.approve_statement",
    "settlement.pay_again.approve",
    "funding.settle_bank_line.approve",
    "funding.grant_batch.approve",
    "funding.take_back_subsidies.approve",
    "leavers.pay_refunds.approve",
    "leavers.claim_refund.approve",
    "leavers.write_off_debt.approve",
    "leavers.book_unclaimed.approve",
    "leavers.claim_unclaimed.approve",
    "purchases.correct_held_record.approve",
    "purchases.write_off_held_record.approve",
}
FINANCE_WORK = {
    "months.give_finance_figure",
    "months.import_finance_figure",
    "months.reconcile_difference.approve",
}
PAYMENT_WORK = {
    "settlement.check_statement",
    "settlement.record_payment",
    "settlement.fail_payment",
    "leavers.fetch_refunds",
    "leavers.fail_refund",
    "leavers.fail_claim",
    "merchants.reveal_bank_account",
}
"""Finance's: it pays, and may check what one settlement clerk alone built."""
MERCHANT_WORK = {
    "portal.view_merchant",
    "settlement.confirm_statement",
    "settlement.ask_correction",
    "merchants.invite_staff",
    "merchants.disable_staff",
}
"""On the merchants' own pages, each about the merchant that the operator acts for (portal/pages.py)."""
TERMINAL_WORK = {
    "terminals.register_terminal",
    "terminals.move_terminal",
    "terminals.enable_terminal",
    "terminals.disable_terminal",
    "terminals.issue_enrolment_code",
    "terminals.revoke_terminal",
    "terminals.publish_parameters",
    "terminals.ask_again",
}
GAP_WORK = {"terminals.ask_again", "terminals.declare_lost"}
PLACE_APPROVAL = {"terminals.publish_parameters.approve", "terminals.declare_lost.approve"}

POLICY_WORK = {"policies.set_policy", "policies.withdraw_value"}
POLICY_APPROVAL = {"policies.set_policy.approve", "policies.withdraw_value.approve"}
