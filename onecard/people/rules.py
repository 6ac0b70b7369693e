"""Pure decisions of the room: how what others deliver is written, checked and masked (BUSINESS: Cards and people)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from onecard.kernel.bank_accounts import plain_account_no
from onecard.people.types import MOST_OF_A_BANK, MOST_OF_A_HOLDER, NewAccount, PersonKind

MAX_ROSTER_BYTES = 32 * 1024 * 1024
MAX_ROSTER_LINES = 200_000
PIECE_LINES = 10_000
"""How many lines of a roster one step reads: between two steps the work can be interrupted."""
ALARMING_LEAVERS_PERCENT = 10
"""When more than this part of those whom a full roster covers would leave, the report warns: the file may be torn."""

KINDS = {
    **{kind.value: kind for kind in PersonKind},
    "student": PersonKind.UNDERGRADUATE,
    "学生": PersonKind.UNDERGRADUATE,
    "本科生": PersonKind.UNDERGRADUATE,
    "本专科生": PersonKind.UNDERGRADUATE,
    "研究生": PersonKind.POSTGRADUATE,
    "硕士研究生": PersonKind.POSTGRADUATE,
    "博士研究生": PersonKind.POSTGRADUATE,
    "教职工": PersonKind.STAFF,
    "教工": PersonKind.STAFF,
    "职工": PersonKind.STAFF,
    "离退休": PersonKind.RETIRED,
    "退休": PersonKind.RETIRED,
    "家属": PersonKind.FAMILY,
    "外聘": PersonKind.CONTRACTOR,
    "访客": PersonKind.VISITOR,
}
"""What the kind column may say, after normalisation and in lower case."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_DOTS = str.maketrans("•‧・･∙⋅", "······")
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003FFFF]+")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")
EARLIEST_BIRTH = date(1900, 1, 1)


def normalised(text: str) -> str:
    """Full width to half width (NFKC), runs of space to one, none at the ends: "２０２６ １ " and "2026 1" are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def normalised_name(text: str) -> str:
    """The same of a name: no spaces between Chinese characters ("王　伟" is 王伟), one kind of dot (买买提·艾力)."""
    name = normalised(text).translate(_DOTS)
    return name.replace(" ", "") if _HAN.fullmatch(name.replace(" ", "").replace("·", "")) else name


def normalised_code(text: str) -> str:
    """A number that people write: half width, no spaces, capitals."""
    return normalised(text).replace(" ", "").upper()


def is_person_no(code: str) -> bool:
    """Whether a normalised code can be a person's number: 1 to 32 letters, digits, '-', '_' or '.'."""
    return 0 < len(code) <= 32 and all(sign.isalnum() or sign in "-_." for sign in code)


def check_digit(first_17: str) -> str:
    """The last sign of an 18-digit identity number (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def is_id_number(code: str, *, today: date) -> bool:
    """Whether a normalised code can be an identity number: 18 digits by GB 11643, or another document's number.

    Other documents (passports, permits) have 5 to 20 letters, digits or '-', and are not long numbers: those are identity numbers
    with a digit too many, too few or of the old 15-digit kind.
    """
    if len(code) == 18 and code[:17].isascii() and code[:17].isdecimal():
        born_on = birth_date_in(code)
        return code[17] == check_digit(code[:17]) and born_on is not None and EARLIEST_BIRTH <= born_on <= today
    if not code.isascii() or not 5 <= len(code) <= 20 or not code.replace("-", "").isalnum():
        return False
    return not (len(code) >= 13 and code.rstrip("X").isdecimal())


def birth_date_in(id_number: str) -> date | None:
    """The birth date in an 18-digit identity number; None for other documents and for a date that is none."""
    if len(id_number) != 18 or not id_number[6:14].isdecimal():
        return None
    return read_date(id_number[6:14])


def read_date(text: str) -> date | None:
    """A date written like 2026-09-01, 2026/9/1, 2026.9.1, 20260901 or 2026年9月1日; None for anything else."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def normalised_phone(text: str) -> str:
    """A telephone number without the signs that people put between digits."""
    return re.sub(r"[\s()-]", "", normalised(text))


def is_phone(number: str) -> bool:
    """5 to 20 digits, perhaps after a '+'."""
    return re.fullmatch(r"\+?[0-9]{5,20}", number) is not None


def masked(code: str) -> str:
    """An identity number as every page shows it: 110***********1234; of a short one only the last two signs."""
    if len(code) < 12:
        return "*" * max(len(code) - 2, 0) + code[-2:]
    return code[:3] + "*" * (len(code) - 7) + code[-4:]


def masked_phone(number: str) -> str:
    """A telephone number as every page shows it: 138****5678."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * max(len(number) - 2, 0) + number[-2:]


def plain_account(account: NewAccount) -> NewAccount | None:
    """The account as it is kept; None when its number is none, or holder or bank are too long or hold invisible signs."""
    holder, bank = normalised_name(account.holder), normalised(account.bank)
    try:
        number = plain_account_no(account.account_no)
    except ValueError:
        return None
    fits = len(holder) <= MOST_OF_A_HOLDER and len(bank) <= MOST_OF_A_BANK and (holder + bank).isprintable()
    return NewAccount(holder, bank, number) if fits else None


def is_name(text: str) -> bool:
    """Whether a normalised name can be one: 1 to 80 signs, all of them visible."""
    return 0 < len(text) <= 80 and text.isprintable()


def is_alarming(leavers: int, *, present: int) -> bool:
    """Whether so many would leave that the roster may not be whole."""
    return leavers * 100 > present * ALARMING_LEAVERS_PERCENT
