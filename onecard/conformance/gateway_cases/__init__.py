"""The cases of a gateway, one file a chapter or two of docs/terminal-protocol.md."""

from __future__ import annotations

from onecard.conformance.cases import Cases
from onecard.conformance.kit import Kit

GATEWAY_CASES: Cases[Kit] = Cases()

# In the order in which they are run: whatever else is tried needs an enrolled terminal.
from onecard.conformance.gateway_cases import (  # noqa: E402, F401, I001 - the order matters
    enrolment,
    transport,
    sessions,
    records,
    online,
    reversals,
    collecting,
    keeping,
    waiting,
)
