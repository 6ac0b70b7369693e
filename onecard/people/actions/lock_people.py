"""One writer of people at a time: who compares before writing must not be overtaken."""

from __future__ import annotations

from onecard.kernel import sql


def lock_people() -> None:
    """Keep other writers of people out until the transaction ends; readers, purchases among them, go on.

    Taken before any row of people is locked: two who lock rows first and the table then would wait for each other.
    """
    sql.call("lock table people_person, people_particulars in share row exclusive mode")
