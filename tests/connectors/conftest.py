"""The servers that connectors talk with."""

from __future__ import annotations

from tests.mail_server import mail_server, one_mail_server  # noqa: F401  # fixtures are found by their names here
from tests.order_server import order_server  # noqa: F401
