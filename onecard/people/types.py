"""Words of the room: kinds and states of people."""

from __future__ import annotations

import dataclasses

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
    """Whether the person belongs to the university now."""

    PRESENT = "present", _("Present")
    LEFT = "left", _("Left")


@dataclasses.dataclass(frozen=True, slots=True)
class NewPerson:
    """What is needed to register someone: number (学号/工号, unique), name, kind, unit (院系/部门)."""

    person_no: str
    full_name: str
    kind: PersonKind
    unit: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class RosterLine:
    """A good line of a roster file: its number in the file and whom it names."""

    line: int
    person: NewPerson


@dataclasses.dataclass(frozen=True, slots=True)
class RosterCounts:
    """What a roster did, or would do: people registered, people whose particulars changed, people who are as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: RosterCounts) -> RosterCounts:
        return RosterCounts(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)
