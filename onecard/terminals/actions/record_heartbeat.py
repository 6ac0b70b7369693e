"""Keep what a terminal says of itself."""

from __future__ import annotations

from datetime import datetime

from onecard.terminals.models import TerminalStatus
from onecard.terminals.rules import clock_offset_us
from onecard.terminals.types import HeartbeatReport


def record_heartbeat(terminal_id: int, report: HeartbeatReport, *, heard_at: datetime) -> int:
    """Keep the report as the terminal's status; the clock offset in microseconds: what the terminal has to add to its clock."""
    offset_us = clock_offset_us(report.sent_at, heard_at=heard_at)
    TerminalStatus.objects.update_or_create(
        terminal_id=terminal_id,
        defaults={
            "heard_at": heard_at,
            "clock_offset_us": offset_us,
            "batch_no": report.batch_no,
            "last_seq": report.last_seq,
            "unsent": report.unsent,
            "storage_pct": report.storage_pct,
            "firmware": report.firmware,
            "blacklist_version": report.blacklist_version,
            "parameters_version": report.parameters_version,
            "allowances_version": report.allowances_version,
            "faults": list(report.faults),
        },
    )
    return offset_us


def record_parameters_applied(terminal_id: int, version: int, *, heard_at: datetime) -> None:
    """The terminal works by these parameters from now on."""
    TerminalStatus.objects.update_or_create(
        terminal_id=terminal_id, defaults={"parameters_version": version, "heard_at": heard_at}
    )
