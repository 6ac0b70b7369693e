from __future__ import annotations

from onecard.web.tests.conftest import site as site
