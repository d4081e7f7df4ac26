"""Sessions: who is at work. The cookie holds 256 random bits, the database their hash.

A session ends by itself after some time without a request, and after some hours in any case; roles, and whether the
user is disabled, are looked up anew for every request.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Final, Literal

from obacht_enrollment.accounts.roles import User
from obacht_enrollment.accounts.session_store import SessionStore
from obacht_enrollment.accounts.tables import SessionRow, UserRow
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.accounts.users import ENDING, user_of
from obacht_enrollment.errors import SignInError
from obacht_enrollment.office import Office
from obacht_protocol.encoding import base64url, unbase64url
from obacht_protocol.errors import EncodingError

Method = Literal["password", "passkey", "single_sign_on"]
_TOKEN: Final = 32
_MINUTE: Final = 60
_CSRF: Final = b"obacht/v1/office/csrf"
_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class Origin:
    """From where somebody signed in.

    Attributes:
        address: Of the machine; empty if it is not known.
        browser: A few words.
    """

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session in which somebody is at work.

    Attributes:
        number: Of the session.
        user: Whose it is.
        method: How it began.
        begun: Unix seconds.
        proved: Unix seconds at which the user last proved who they are.
        csrf: What every form of this session carries.
    """

    number: int
    user: User
    method: str
    begun: int
    proved: int
    csrf: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its user sees it in the list.

    Attributes:
        number: Of the session.
        method: How it began.
        begun: Unix seconds.
        seen: Unix seconds of the last request, to the minute.
        origin: From where.
    """

    number: int
    method: str
    begun: int
    seen: int
    origin: Origin


def begin(
    office: Office,
    user: User,
    method: Method,
    origin: Origin,
    now: int,
    *,
    proved: int | None = None,
    since: int | None = None,
) -> str:
    """Begin a session, and give its token for the cookie.

    Args:
        office: Unlocked.
        user: Whose it is.
        method: How it begins.
        origin: From where.
        now: Unix seconds.
        proved: Unix seconds at which the user last proved who they are; None: just now.
        since: :func:`~obacht_enrollment.accounts.users.latest_event` before they did; checking a password takes a
            while, and what ended all sessions meanwhile is to end this one as well. None: nothing came between.

    Raises:
        SignInError: ``session-over``: since then the user was disabled or reset, or has another password.
    """
    token = secrets.token_bytes(_TOKEN)
    row, store = _user_row(office, user), SessionStore(office.store.database)
    told = json.dumps([origin.address[:_MOST], origin.browser[:_MOST]]).encode()
    store.begin(
        SessionRow(
            token=_hash(token),
            user=user.id,
            method=method,
            begun=now,
            seen=now,
            proved=now if proved is None else proved,
            origin=office.vault.record_key(row.handle, row.wrapped_key).seal("session", told),
        ),
        begun_before=now - _most_seconds(office),
        seen_before=now - _idle_seconds(office),
        since=since,
        ending=ENDING,
    )
    return base64url(token)


def find(office: Office, cookie: str, now: int) -> Session:
    """Give the session that a cookie stands for, and note that it was used.

    Raises:
        SignInError: ``session-over``: there is none, it is over, or its user is disabled.
    """
    token = _token(cookie)
    found = SessionStore(office.store.database).find(_hash(token))
    if found is None:
        raise SignInError("session-over")
    row, user = found
    if user.disabled or _is_over(office, row, now):
        SessionStore(office.store.database).end(row.user, row.number)
        raise SignInError("session-over")
    if now - row.seen >= _MINUTE:
        SessionStore(office.store.database).touch(row.number, seen=now)
    csrf = base64url(hmac.digest(token, _CSRF, "sha256"))
    return Session(row.number, user_of(office, user), row.method, row.begun, row.proved, csrf)


def end(office: Office, user: User, number: int) -> None:
    """End one of a user's sessions."""
    SessionStore(office.store.database).end(user.id, number)


def end_others(office: Office, session: Session) -> None:
    """End all of a user's sessions but this one."""
    SessionStore(office.store.database).end_all(session.user.id, but=session.number)


def prove(office: Office, number: int, now: int) -> None:
    """Note that the user of a session has just proved again who they are."""
    SessionStore(office.store.database).touch(number, proved=now)


def is_proved(office: Office, session: Session, now: int) -> bool:
    """Tell whether the last proof is fresh enough for a grave act."""
    return now < session.proved + office.settings.login.confirm_minutes * _MINUTE


def own(office: Office, user: User, now: int) -> list[Listed]:
    """List a user's sessions that are not over, the newest first."""
    kept = _user_row(office, user)
    key = office.vault.record_key(kept.handle, kept.wrapped_key)
    return [
        Listed(row.number, row.method, row.begun, row.seen, Origin(*json.loads(key.open("session", row.origin))))
        for row in SessionStore(office.store.database).of(user.id)
        if not _is_over(office, row, now)
    ]


def _user_row(office: Office, user: User) -> UserRow:
    row = UserStore(office.store.database).get(user.id)
    if row is None:
        raise SignInError("session-over")
    return row


def _is_over(office: Office, row: SessionRow, now: int) -> bool:
    return now >= row.begun + _most_seconds(office) or now >= row.seen + _idle_seconds(office)


def _most_seconds(office: Office) -> int:
    return office.settings.login.hours * 60 * _MINUTE


def _idle_seconds(office: Office) -> int:
    return office.settings.login.idle_minutes * _MINUTE


def _token(cookie: str) -> bytes:
    try:
        return unbase64url(cookie, _TOKEN)
    except EncodingError as error:
        raise SignInError("session-over") from error


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
