"""Words of the room: kinds and states of people, what a roster says and what is found about it, outcomes."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonKind(models.TextChoices):
    """人员类别 (BUSINESS: Cards and people)."""

    UNDERGRADUATE = "undergraduate", _("Undergraduate")
    POSTGRADUATE = "postgraduate", _("Postgraduate")
    STAFF = "staff", _("Staff")
    RETIRED = "retired", _("Retired")
    FAMILY = "family", _("Family")
    CONTRACTOR = "contractor", _("Contractor")
    VISITOR = "visitor", _("Visitor")


class PersonState(models.TextChoices):
    """Whether the person belongs to the university now; a merged record leads to the one that stays (decision 30)."""

    PRESENT = "present", _("Present")
    LEFT = "left", _("Left")
    MERGED = "merged", _("Merged")


class PersonOutcome(enum.Enum):
    """What became of an action on a person, in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_NO_REASON = "no reason given"
    REFUSED_MERGED = "the record is merged into another"
    REFUSED_LEFT = "has left"
    REFUSED_NUMBER = "not a number"
    REFUSED_NAME = "not a name"
    REFUSED_NUMBER_TAKEN = "number taken"
    REFUSED_ID_NUMBER = "identity number is wrong"
    REFUSED_PHONE = "not a telephone number"
    REFUSED_BIRTH_DATE = "birth date is not that of the identity number"
    REFUSED_IDENTITY_KNOWN = "identity number is somebody else's"
    REFUSED_FAMILY = "no such person to belong to"
    REFUSED_ACCOUNT = "not a bank account"
    REFUSED_NOTHING = "nothing there"


@dataclasses.dataclass(frozen=True, slots=True)
class NewPerson:
    """What is needed to register someone: number (学号/工号, unique), name, kind, unit (院系/部门), and until when it holds."""

    person_no: str
    full_name: str
    kind: PersonKind
    unit: str = ""
    valid_until: date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Private:
    """What is kept encrypted of a person, in the open: identity number and telephone (empty: unknown), and the birth date."""

    id_number: str = ""
    phone: str = ""
    born_on: date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Revealed:
    """What a person's page shows in full on request."""

    outcome: PersonOutcome
    id_number: str = ""
    phone: str = ""
    account_no: str = ""


MOST_OF_A_HOLDER = 80
MOST_OF_A_BANK = 80


@dataclasses.dataclass(frozen=True, slots=True)
class NewAccount:
    """A bank account as somebody wrote it; an empty holder is the person."""

    holder: str
    bank: str
    account_no: str


@dataclasses.dataclass(frozen=True, slots=True)
class WantedAccount:
    """A line of a delivered list of bank accounts; what could not be read is empty."""

    line: int
    person_no: str = ""
    account: NewAccount = NewAccount("", "", "")


class AccountFinding(models.TextChoices):
    """What became of a line of bank accounts. Those from NO_NUMBER on are left out."""

    ENTERED = "entered", _("Entered")
    UNCHANGED = "unchanged", _("Was entered before")
    NO_NUMBER = "no_number", _("Without a readable number: left out (in Excel the column must be text)")
    UNKNOWN = "unknown", _("Nobody has this number: left out")
    NO_ACCOUNT = "no_account", _("Not a bank account of 8 to 34 letters and digits: left out (in Excel the column must be text)")
    TWICE = "twice", _("On an earlier line already: left out")


class RosterField(models.TextChoices):
    """What a roster's column may hold."""

    PERSON_NO = "person_no", _("person's number")
    FULL_NAME = "full_name", _("full name")
    KIND = "kind", _("kind")
    UNIT = "unit", _("unit")
    ID_NUMBER = "id_number", _("identity number")
    PHONE = "phone", _("telephone")
    BORN_ON = "born_on", _("birth date")
    VALID_UNTIL = "valid_until", _("valid until")


class ImportState(models.TextChoices):
    """A roster is received, read and compared; then it waits until it is applied or discarded."""

    UNMAPPED = "unmapped", _("Columns to name")
    READING = "reading", _("Being read")
    STAGED = "staged", _("Waits to be applied")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


class Finding(models.TextChoices):
    """What a roster's line means for the people that we know."""

    UNREAD = "unread", _("Not compared yet")
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    LEFT = "left", _("Not in the roster any more")
    CONFLICT = "conflict", _("Conflict")
    ERROR = "error", _("Error")


class Problem(models.TextChoices):
    """What is wrong with a line, and what to do: first errors of the file, from MERGED_NUMBER on conflicts with what we know."""

    UNREADABLE = "unreadable", _("The line cannot be read.")
    NOT_TEXT = "not_text", _("Excel holds this as a number, so zeros may be lost: format the column as text.")
    NO_NUMBER = "no_number", _("The number is empty: fill it in.")
    BAD_NUMBER = "bad_number", _("The number is not at most 32 letters, digits, '-', '_' or '.': correct it.")
    NO_NAME = "no_name", _("The name is empty: fill it in.")
    TOO_LONG = "too_long", _("Name and unit have at most 80 characters: shorten them.")
    CONTROL = "control", _("Name or unit hold a control character: remove it.")
    BAD_KIND = "bad_kind", _("This kind of person is unknown.")
    BAD_ID_NUMBER = "bad_id_number", _("The identity number's check digit, date or length is wrong: look at the document.")
    BAD_PHONE = "bad_phone", _("This is not a telephone number.")
    BAD_DATE = "bad_date", _("This is not a date: write it like 2026-09-01.")
    OTHER_BIRTH = "other_birth", _("The birth date is not the one in the identity number.")
    NUMBER_TWICE = "number_twice", _("The number stands on an earlier line already: keep one of them.")
    MERGED_NUMBER = "merged_number", _("The record with this number is merged into another: use that number.")
    IDENTITY_DIFFERS = "identity_differs", _("We know this person with another identity number.")
    ANOTHER_HUMAN = "another_human", _("The number belongs to somebody of another name and birth date.")
    IDENTITY_TWICE = "identity_twice", _("The same identity number stands in the roster with another number.")
    IDENTITY_KNOWN = "identity_known", _("We know this identity number under another number: change that number, or merge.")
    LIKELY_KNOWN = "likely_known", _("Somebody of the same name and birth date has another number: the same person?")


class RosterOutcome(enum.Enum):
    """What became of a step with a roster, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_FILE = "not a roster"
    REFUSED_STATE = "not in this state"
    REFUSED_COLUMNS = "columns missing"
    REFUSED_CHANGED = "not the report that was shown"
    REFUSED_STALE = "people changed meanwhile"
    REFUSED_NAME_TAKEN = "name taken"


@dataclasses.dataclass(frozen=True, slots=True)
class RosterLine:
    """A good line of a roster: its number in the file, whom it names and what it says of them; empty says nothing."""

    line: int
    person: NewPerson
    private: Private


@dataclasses.dataclass(frozen=True, slots=True)
class BadRosterLine:
    """A line that cannot be used: its number in the file, what is wrong, and the value or words that show it."""

    line: int
    problem: Problem
    detail: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Received:
    """What became of a file: the import's id (None when refused), and in words what is wrong with it."""

    outcome: RosterOutcome
    import_id: int | None = None
    what: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class RosterReport:
    """An import as it stands: its columns by heading and place, how many lines of each finding, the report's digest.

    `is_alarming`: unusually many would leave.
    """

    state: ImportState
    source: str
    headings: list[str]
    places: dict[str, int]
    counts: dict[Finding, int]
    digest: bytes
    is_alarming: bool


class PhotoOutcome(enum.Enum):
    """What became of a picture, in order of precedence."""

    DONE = "done"
    REFUSED_TOO_BIG = "too big"
    REFUSED_NOT_A_PHOTO = "not a picture"
    REFUSED_TOO_SMALL = "too small"
    REFUSED_UNMATCHED = "nobody has a number like this"
    REFUSED_NOTHING = "no photo there"


class ArchiveProblem(enum.Enum):
    """Why an archive of photos cannot be taken."""

    NO_ARCHIVE = "no archive, or damaged"
    LOCKED = "locked by a password"
    EMPTY = "no picture in it"
    TOO_MANY = "too many pictures"
    TOO_BIG = "too big when unpacked"


class DeliveredFile:
    """A delivered file: its name, its content and the content's SHA-256. As text, and so in the audit log, name and hash."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name[-200:], content
        self.digest = hashlib.sha256(content).digest()

    def __str__(self) -> str:
        return f"{self.name} {self.digest.hex()}"


class RosterFile(DeliveredFile):
    """A roster as it was delivered."""


class PhotoFile(DeliveredFile):
    """A picture as it was delivered or taken."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A person's photo, as JPEG."""

    outcome: PhotoOutcome
    content: bytes = b""
