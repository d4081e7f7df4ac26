"""Browsers in which somebody has signed in before: failures elsewhere do not make their user wait there.

Whoever knows a login can fail with it on purpose, again and again. So a browser gets a mark when somebody signs in
there, and its failures are counted apart from all others for this login. A mark lets nobody in.
"""

import hmac
import os
from typing import Final

from obacht_enrollment.office import Office
from obacht_enrollment.vault import FINGERPRINT_LENGTH
from obacht_protocol.encoding import base64url, unbase64url
from obacht_protocol.errors import EncodingError

SECONDS: Final = 180 * 86_400
"""For so long after the last time a browser keeps its mark."""
_RANDOM: Final = 16


def mark(office: Office, login: str) -> str:
    """Make a mark for the browser in which the user of a login has just signed in."""
    random = os.urandom(_RANDOM)
    return base64url(random + _proof(office, login, random))


def counted_as(office: Office, login: str, given: str) -> bytes | None:
    """Give what failures in a browser count for (32 bytes); None where its mark is not for this login, or is none."""
    try:
        data = unbase64url(given, _RANDOM + FINGERPRINT_LENGTH)
    except EncodingError:
        return None
    if not hmac.compare_digest(data[_RANDOM:], _proof(office, login, data[:_RANDOM])):
        return None
    return office.vault.fingerprint(b"failures|" + data)


def _proof(office: Office, login: str, random: bytes) -> bytes:
    return office.vault.fingerprint(b"browser|" + random + login.encode())
