"""Failures are told at once: a run that is cut off, or that hangs, has then said what it knows."""

from __future__ import annotations

import pytest


class FailuresAtOnce:
    """A plugin of the process that reports, not of its workers."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name the test, and the line that says what was wrong."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message.partition("\n")[0] if crash else ""
            self._reporter.write_line(f"\n{report.nodeid} failed in {report.when}: {message[:300]}")
