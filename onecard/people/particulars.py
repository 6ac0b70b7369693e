"""Seal and open what is private of a person: each value for its row and column alone (DESIGN §6)."""

from __future__ import annotations

from onecard.kernel.secrets import KeyRing

ID_NUMBER = "id_number"
PHONE = "phone"
TABLE = "people_particulars"


def place_of(person_id: int, column: str) -> str:
    """Where a person's value stands."""
    return f"{TABLE}.{column}:{person_id}"


def photo_place(person_id: int) -> str:
    """Where a person's photo stands."""
    return f"people_photo.content:{person_id}"


def account_place(person_id: int) -> str:
    """Where the number of a person's bank account stands."""
    return f"people_bankaccount.account_no:{person_id}"


def line_place(roster_id: int, line: int, column: str) -> str:
    """Where a value of a roster's line stands."""
    return f"people_rosterline.{column}:{roster_id}/{line}"


def file_place(file_digest: bytes) -> str:
    """Where a roster's file stands until it is read."""
    return f"people_rosterimport.content:{file_digest.hex()}"


def sealed(text: str, *, place: str, ring: KeyRing) -> bytes | None:
    """The text sealed for its place; None for an empty one."""
    return ring.seal(text.encode(), place=place) if text else None


def opened(value: bytes | memoryview | None, *, place: str, ring: KeyRing) -> str:
    """The text that was sealed; empty for None."""
    return "" if value is None else ring.open(value, place=place).decode()


def digest_of(text: str, *, column: str, ring: KeyRing) -> bytes | None:
    """By what an exact value is found; None for an empty one. The same for a roster's line and for a person."""
    return ring.digest(text, purpose=column) if text else None
