"""The permission table's lines of contracts, statements and payments, and of the merchants' own pages (test_permissions.py)."""

from __future__ import annotations

MONEY = (200, 403, 200, 403, 403)
PLACES = (200, 403, 200, 200, 403)
SETTLEMENT = (403, 403, 200, 403, 403)
APPROVAL = (403, 403, 403, 403, 403)
"""The director's, finance's, or a merchant's; test_approvals.py and portal/tests have them."""
MERCHANT_DEEDS = ("sign-contract", "enter-bank-account", "name-staff", "place-in-unit")
PORTAL: dict[str, list[object]] = {
    "today": [],
    "statements": [],
    "statement": [1],
    "transfers": [1],
    "confirm": [1],
    "pdf": [1],
    "excel": [1],
    "terminals": [],
    "people": [],
    "disable": ["hu"],
    "corrections": [],
    "correction": [1],
}
"""The merchants' pages with what their addresses need; nobody of the centre's opens them (portal/tests)."""
SETTLEMENT_TABLE: dict[str, tuple[int, int, int, int, int]] = {
    **{f"admin:merchants_merchant_{deed}": SETTLEMENT for deed in MERCHANT_DEEDS},
    "admin:merchants_incomeunit_changelist": PLACES,
    "admin:merchants_incomeunit_change": PLACES,
    "admin:merchants_incomeunit_add": SETTLEMENT,
    "admin:merchants_contract_changelist": PLACES,
    "admin:merchants_contract_change": PLACES,
    "admin:merchants_contract_set-rate": SETTLEMENT,
    "admin:merchants_contract_end-contract": SETTLEMENT,
    "admin:merchants_bankaccount_changelist": MONEY,
    "admin:merchants_bankaccount_change": MONEY,
    "admin:merchants_bankaccount_adopt-bank-account": SETTLEMENT,
    "admin:merchants_bankaccount_reveal-bank-account": SETTLEMENT,
    "admin:merchants_merchantstaff_changelist": MONEY,
    "admin:merchants_merchantstaff_change": MONEY,
    "admin:merchants_merchantstaff_disable-staff": SETTLEMENT,
    "admin:settlement_statement_changelist": MONEY,
    "admin:settlement_statement_change": MONEY,
    "admin:settlement_statement_transfers": MONEY,
    "admin:settlement_statement_add": SETTLEMENT,
    "admin:settlement_statement_check-statement": SETTLEMENT,
    "admin:settlement_statement_record-confirmation": SETTLEMENT,
    "admin:settlement_statement_approve-statement": APPROVAL,
    "admin:settlement_statement_pay-again": SETTLEMENT,
    "admin:settlement_paymentfile_changelist": MONEY,
    "admin:settlement_paymentfile_change": MONEY,
    "admin:settlement_paymentfile_add": SETTLEMENT,
    "admin:settlement_paymentfile_csv": SETTLEMENT,
    "admin:settlement_paymentfile_excel": SETTLEMENT,
    "admin:settlement_paymentfile_record-payment": APPROVAL,
    "admin:settlement_payment_changelist": MONEY,
    "admin:settlement_payment_change": MONEY,
    "admin:settlement_payment_record-payment": APPROVAL,
    "admin:settlement_payment_fail-payment": APPROVAL,
    "admin:settlement_correctionrequest_changelist": MONEY,
    "admin:settlement_correctionrequest_change": MONEY,
    "admin:settlement_correctionrequest_book-correction": SETTLEMENT,
    "admin:settlement_correctionrequest_reject-correction": SETTLEMENT,
    **{f"portal:{name}": APPROVAL for name in PORTAL},
}
