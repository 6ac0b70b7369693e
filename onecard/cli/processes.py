"""Run the centre's processes together, as a small campus does: all of them in one terminal, ended by one Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from onecard.cli import console, errors

RESTART_S = 1.0
STOP_S = 30.0


class Processes:
    """`onecard` commands by name, each in a process of its own. One that dies is started again; stop() ends them all."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._commands = commands
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._is_stopping = threading.Event()

    def run(self) -> None:
        """Start them and keep them running until stop() or a signal (SIGINT, SIGTERM)."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        for name in self._commands:
            self._start(name)
        try:
            while not self._is_stopping.wait(RESTART_S):
                self._start_the_dead()
        finally:
            self._end_all()

    def stop(self, *_signal: Any) -> None:
        """End them all; run() returns when they have."""
        self._is_stopping.set()

    def _start(self, name: str) -> None:
        # Their own process groups: Ctrl-C reaches this process alone, which ends them in order.
        command = [sys.executable, "-m", "onecard", *self._commands[name]]
        self._running[name] = subprocess.Popen(command, start_new_session=True)

    def _start_the_dead(self) -> None:
        for name, process in list(self._running.items()):
            if process.poll() is not None and not self._is_stopping.is_set():
                errors.print(f"[yellow]onecard:[/yellow] {name} ended with code {process.returncode}; starting it again.")
                self._start(name)

    def _end_all(self) -> None:
        for process in self._running.values():
            process.terminate()
        for name, process in self._running.items():
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                errors.print(f"[yellow]onecard:[/yellow] {name} did not end within {STOP_S:.0f} s and is killed.")
                process.kill()
                process.wait()
        console.print("All ended.")
