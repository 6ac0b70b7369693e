"""Numbers of bank accounts: as people write them, and as lists and papers show them."""

from __future__ import annotations


def plain_account_no(text: str) -> str:
    """The number without the spaces and hyphens that people write; ValueError when it is none."""
    plain = "".join(text.split()).replace("-", "")
    if not (plain.isascii() and plain.isalnum() and 8 <= len(plain) <= 34):
        raise ValueError("an account number has 8 to 34 letters and digits")
    return plain


def masked_account_no(account_no: str) -> str:
    """The account number as lists and papers show it: its last four digits."""
    return f"…{account_no[-4:]}"
