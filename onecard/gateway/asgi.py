"""The gateway as granian loads it: one application a worker process."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")
django.setup()

from onecard.gateway.app import Gateway  # noqa: E402 - Django must be set up first
from onecard.kernel import env  # noqa: E402

application = Gateway(terminal_rate=env.integer("ONECARD_GATEWAY_RATE", least=1, most=1_000_000))
