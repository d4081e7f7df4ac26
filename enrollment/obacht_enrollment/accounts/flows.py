"""What begins with one request and ends with another: each can be ended once, and soon."""

import hashlib
import json
from typing import Any, Final

from obacht_enrollment.accounts.session_store import SessionStore
from obacht_enrollment.accounts.tables import FlowRow
from obacht_enrollment.office import Office

SECONDS: Final = 300
"""Seconds within which the second request must come."""


def begin(office: Office, token: bytes, kind: str, now: int, *, user: int | None = None, **data: str | int) -> None:
    """Keep what the second request will be checked against.

    Args:
        office: Unlocked.
        token: Random bytes that the second request brings along; only their hash is kept.
        kind: What is begun.
        now: Unix seconds.
        user: Who is signed in.
        data: What to keep.
    """
    row = FlowRow(token=_hash(token), kind=kind, user=user, data=json.dumps(data).encode(), until=now + SECONDS)
    SessionStore(office.store.database).begin_flow(row, now)


def take(office: Office, token: bytes, kind: str, now: int, *, user: int | None = None) -> dict[str, Any] | None:
    """Give what was kept, and forget it; None if nothing was, or it was for somebody else, or it has expired."""
    row = SessionStore(office.store.database).take_flow(_hash(token), kind, now)
    return json.loads(row.data) if row is not None and row.user == user else None


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
