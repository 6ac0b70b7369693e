"""Reports by mail, taken in by a real SMTP server: once a period, again when it failed, with the tables as Excel."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from python_calamine import CalamineWorkbook

from onecard.access.types import Actor
from onecard.reports.actions.send_report import due_span, send_report
from onecard.reports.actions.subscribe import subscribe
from onecard.reports.actions.unsubscribe import unsubscribe
from onecard.reports.models import Cadence, Sending, Subscription
from onecard.reports.types import ReportOutcome
from tests.serving import free_port
from tests.world import DAY, World, close_day

SYSTEM = Actor.system("reports")


class Mailbox:
    """What the server took; it refuses while it is `full`."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.is_full = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.is_full:
            return "452 mailbox is full"
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server on this machine, which the setting names."""
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("ONECARD_MAIL_URL", f"mailto://127.0.0.1:{port}?from=card@example.edu")
    try:
        yield box
    finally:
        server.stop()


def subscribed(board: str = "finance", *, cadence: str = "daily", language: str = "zh-hans") -> int:
    address = f"{board}@example.edu"
    assert subscribe(SYSTEM, board, cadence=cadence, address=address, language=language) is ReportOutcome.DONE
    return Subscription.objects.get(board=board, cadence=cadence).pk


def parts_of(message: Message) -> tuple[str, bytes]:
    """The text, and the attached file."""
    text, file = "", b""
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.get_filename():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            text = content.decode()
        elif part.get_filename():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            file = content
    return text, file


def test_a_report_goes_out_once_a_day(world: World, mailbox: Mailbox) -> None:
    one = subscribed()
    assert send_report(SYSTEM, one) is ReportOutcome.REFUSED_NOTHING_DUE
    close_day(world, DAY, next_date=DAY.replace(day=2))
    assert send_report(SYSTEM, one) is ReportOutcome.DONE
    assert send_report(SYSTEM, one) is ReportOutcome.REPEATED
    [message] = mailbox.messages
    text, file = parts_of(message)
    assert message["To"].endswith("finance@example.edu>") or message["To"] == "finance@example.edu"
    assert "累计存款余额: ¥785.00" in text
    assert CalamineWorkbook.from_filelike(io.BytesIO(file)).sheet_names[0] == "财务"
    sending = Sending.objects.get()
    assert (sending.since, sending.until, sending.is_sent, sending.problem) == (DAY, DAY, True, "")


def test_what_failed_is_kept_and_sent_again(world: World, mailbox: Mailbox) -> None:
    one = subscribed(language="en")
    close_day(world, DAY, next_date=DAY.replace(day=2))
    mailbox.is_full = True
    assert send_report(SYSTEM, one) is ReportOutcome.FAILED
    assert "full" in Sending.objects.get().problem
    mailbox.is_full = False
    assert send_report(SYSTEM, one) is ReportOutcome.DONE
    assert [sending.is_sent for sending in Sending.objects.order_by("pk")] == [False, True]
    assert len(mailbox.messages) == 1


def test_without_a_server_nothing_is_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONECARD_MAIL_URL", raising=False)
    one = subscribed()
    close_day(world, DAY, next_date=DAY.replace(day=2))
    assert send_report(SYSTEM, one) is ReportOutcome.REFUSED_NO_SERVER
    assert Sending.objects.count() == 0


def test_weeks_and_months_are_sent_when_they_are_over(world: World) -> None:
    assert due_span(Cadence.MONTHLY) is None
    close_day(world, DAY, next_date=DAY.replace(day=9))
    week = due_span(Cadence.WEEKLY)
    assert week is not None
    assert (week.since, week.until) == (DAY.replace(month=8, day=31), DAY.replace(day=6))


def test_who_ends_it_gets_nothing_more(world: World, mailbox: Mailbox) -> None:
    one = subscribed()
    close_day(world, DAY, next_date=DAY.replace(day=2))
    assert unsubscribe(SYSTEM, one) is ReportOutcome.DONE
    assert unsubscribe(SYSTEM, one) is ReportOutcome.REPEATED
    assert send_report(SYSTEM, one) is ReportOutcome.REPEATED
    assert mailbox.messages == []


def test_refusals(world: World) -> None:
    said = {"cadence": "daily", "language": "en"}
    assert subscribe(SYSTEM, "nobody", address="a@example.edu", **said) is ReportOutcome.REFUSED_BOARD
    assert subscribe(SYSTEM, "finance", address="a b", **said) is ReportOutcome.REFUSED_ADDRESS
    assert subscribe(SYSTEM, "finance", address="a@example.edu", **said) is ReportOutcome.DONE
    assert subscribe(SYSTEM, "finance", address="a@example.edu", **said) is ReportOutcome.REPEATED
