"""A version of the help center is kept and noted: what answers shoppers from now on, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.audits import AuditAction
from bot.store.transaction import Transaction


def publish_version(tx: Transaction, version: str, content: Mapping[str, Any]) -> bool:
    """Keep this version as the newest; False when it already is."""
    published = tx.publications.publish(version, content, tx.now)
    if published:
        tx.audit.record(AuditAction.KB_PUBLISHED, about=version[:64], files=len(content["files"]))
    return published
