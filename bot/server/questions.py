"""What addresses ask after their `?`, as JSON Schemas: printed in the API's description, read by the handlers."""

from __future__ import annotations

from typing import Any

from bot.analytics.definitions import DEFINITIONS
from bot.analytics.dictionary import EXPORTS
from bot.analytics.drilldown import PARTS
from bot.analytics.periods import GROUPS, NAMED
from bot.analytics.report import STEPS
from bot.analytics.writers import TYPES
from bot.domain.audits import AuditAction
from bot.domain.tickets import TicketStatus
from bot.locale.negotiate import LANGUAGES

Question = dict[str, dict[str, Any]]

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
DAY = {"type": "string", "format": "date"}
WORDS = {"type": "array", "items": TEXT, "maxItems": 100}


def one_of(*values: str) -> dict[str, Any]:
    """Return the schema of one word of several."""
    return {"type": "string", "enum": list(values)}


YES_NO = one_of("yes", "no")
PERIOD: Question = {
    "from": DAY,
    "to": DAY,
    "time_zone": TEXT,
    "by": one_of(*GROUPS),
    "sla_seconds": NUMBER,
    "agent_minutes": NUMBER,
    "figures": TEXT,
    **dict.fromkeys((*NAMED, "hour", "weekday"), WORDS),
}
SERIES: Question = {**PERIOD, "step": one_of(*STEPS)}
EPISODES: Question = {
    **PERIOD,
    "metric": one_of(*(name for name in DEFINITIONS if name != "load")),
    "part": one_of(*PARTS),
    "min": NUMBER,
    "max": NUMBER,
    "after": {"type": "integer", "minimum": 0},
    "limit": {"type": "integer", "minimum": 1, "maximum": 200},
}
EXPORT: Question = {
    **PERIOD,
    "format": one_of(*TYPES),
    **dict.fromkeys(("unmasked", "text", "coarse_times", "bom"), YES_NO),
}
EXPORTED = tuple(EXPORTS)
LANGUAGE: Question = {"language": one_of(*LANGUAGES)}
CONVERSATIONS: Question = {"list": one_of("mine", "waiting", "all", "bot"), "q": TEXT, "before": TEXT}
TICKETS: Question = {"status": one_of(*TicketStatus)}
AUDIT_EXPORT: Question = {
    "person": TEXT,
    "action": one_of(*AuditAction),
    "from": DAY,
    "to": DAY,
    "time_zone": TEXT,
}
AUDIT_LIST: Question = {**AUDIT_EXPORT, "before": {"type": "integer", "minimum": 1, "maximum": 999_999_999}}
