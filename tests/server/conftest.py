"""The people and their server, for the tests of this folder."""

from __future__ import annotations

from tests.mail_server import mail_server, one_mail_server  # noqa: F401
from tests.order_server import order_server  # noqa: F401
from tests.people import (  # noqa: F401  # fixtures are found by their names here
    _quiet,
    amir,
    beth,
    carol,
    ground,
    mallory,
    open_shop,
    people,
    premises,
    shop,
    zoe,
)
from tests.server.mail_desk import desk  # noqa: F401
from tests.server.order_desk import dora, order_shop  # noqa: F401
from tests.sign_in_server import sign_in_server  # noqa: F401
