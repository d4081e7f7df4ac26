"""The users: adding them, their roles, disabling and resetting. They are never deleted.

Whoever is added, or reset, gets a one-time code and sets their own password with it, so that nobody else ever knows it.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.accounts import passwords
from obacht_enrollment.accounts.roles import Right, Role, User, check_roles, require
from obacht_enrollment.accounts.session_store import SessionStore
from obacht_enrollment.accounts.tables import UserEvent, UserRow
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.errors import AccountError, ForbiddenError, SignInError
from obacht_enrollment.office import Office

CODE_SECONDS: Final = 3 * 86_400
"""Seconds for which a one-time code is good."""
EVENTS: Final = frozenset(
    {"added", "roles", "disabled", "enabled", "reset", "password", "passkey-added", "passkey-removed", "linked"}
)
ENDING: Final = frozenset({"disabled", "reset", "password", "passkey-removed"})
"""Events after which somebody may no more have what they signed in with."""
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_MOST_NAME: Final = 100
_HANDLE: Final = 16
# 32 letters and digits without those that look alike: 20 of them are 100 bits
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUPS, _GROUP = 4, 5


@dataclass(frozen=True, slots=True)
class Account:
    """A user as those see them who manage users.

    Attributes:
        user: Who.
        added: Unix seconds.
        disabled: Unix seconds; 0 if not.
        has_password: Whether they can sign in with one.
        awaits_code: Whether a one-time code is open.
        single_sign_on: Whether they may come from the single sign-on service.
    """

    user: User
    added: int
    disabled: int
    has_password: bool
    awaits_code: bool
    single_sign_on: bool


@dataclass(frozen=True, slots=True)
class Added:
    """A user, and the code with which they set a password.

    Attributes:
        user: Who.
        code: To be handed to nobody but them, ``XXXXX-XXXXX-XXXXX-XXXXX``; empty where they come from single sign-on.
    """

    user: User
    code: str


def add(
    office: Office,
    actor: User | None,
    *,
    login: str,
    name: str,
    roles: Collection[str],
    now: int,
    single_sign_on: bool = False,
) -> Added:
    """Add a user.

    Args:
        office: Unlocked.
        actor: Who adds them; None is the operator at the command line.
        login: 2 to 40 of a-z, 0-9, dot, hyphen, underscore; capitals are made small.
        name: What others read.
        roles: At least one.
        now: Unix seconds.
        single_sign_on: Whether they come from the single sign-on service instead of setting a password.

    Raises:
        ForbiddenError: The actor does not manage users.
        AccountError: ``login-form``, ``login-taken``, ``name-form``, ``roles-...``.
    """
    if actor is not None:
        require(actor, Right.MANAGE_USERS)
    code = "" if single_sign_on else _new_code()
    row = new_row(office, login=login, name=name, roles=check_roles(roles), now=now)
    row.single_sign_on = single_sign_on
    row.code, row.code_until = _kept(code, now)
    UserStore(office.store.database).add(row, actor.id if actor else None)
    return Added(user_of(office, row), code)


def new_row(office: Office, *, login: str, name: str, roles: Collection[Role], now: int) -> UserRow:
    """Make the row of a new user; ``AccountError`` if login or name will not do."""
    login, name = login.strip().lower(), " ".join(name.split())
    if not _LOGIN.fullmatch(login):
        raise AccountError("login-form")
    if not 0 < len(name) <= _MOST_NAME or not name.isprintable():
        raise AccountError("name-form")
    handle = os.urandom(_HANDLE)
    key, wrapped = office.vault.new_record_key(handle)
    return UserRow(
        handle=handle,
        login=login,
        wrapped_key=wrapped,
        name=key.seal("name", name.encode()),
        roles=",".join(sorted(roles)),
        added=now,
    )


def set_roles(office: Office, actor: User | None, user: int, roles: Collection[str], now: int) -> None:
    """Give a user other roles.

    Raises:
        ForbiddenError: The actor does not manage users.
        AccountError: ``user-unknown``, ``user-self``, ``user-last-head``, ``roles-...``.
    """
    _check_actor(actor, user)
    names = ",".join(sorted(check_roles(roles)))
    UserStore(office.store.database).change(user, "roles", actor=_id(actor), now=now, roles=names)


def disable(office: Office, actor: User | None, user: int, now: int) -> None:
    """Let a user sign in no more, and end their sessions; errors as those of :func:`set_roles`."""
    _check_actor(actor, user)
    UserStore(office.store.database).change(
        user, "disabled", actor=_id(actor), now=now, disabled=now, code=b"", code_until=0
    )
    SessionStore(office.store.database).end_all(user)


def enable(office: Office, actor: User | None, user: int, now: int) -> None:
    """Let a disabled user sign in again; errors as those of :func:`set_roles`."""
    _check_actor(actor, user)
    UserStore(office.store.database).change(user, "enabled", actor=_id(actor), now=now, disabled=0)


def reset(office: Office, actor: User | None, user: int, now: int) -> str:
    """Take a user's password and passkeys away, end their sessions, and give a new one-time code.

    Raises:
        ForbiddenError: As :func:`set_roles`.
        AccountError: The same.
    """
    _check_actor(actor, user)
    code = _new_code()
    kept, until = _kept(code, now)
    UserStore(office.store.database).change(
        user, "reset", actor=_id(actor), now=now, without_passkeys=True, password="", code=kept, code_until=until
    )
    SessionStore(office.store.database).end_all(user)
    return code


def redeem(office: Office, login: str, code: str, password: str, now: int) -> User:
    """Set the password of whoever has the one-time code; the caller counts attempts (``signing_in``).

    Raises:
        SignInError: ``code``: it is not this user's, or has expired.
        AccountError: The password will not do; the code stays good.
    """
    store = UserStore(office.store.database)
    row = store.by_login(login.strip().lower())
    given = _digest(code)
    if row is None or row.disabled or now >= row.code_until or not hmac.compare_digest(row.code, given):
        raise SignInError("code")
    kept = passwords.new_hash(password, row.login)
    store.change(row.id, "password", actor=row.id, now=now, password=kept, code=b"", code_until=0)
    return user_of(office, row)


def set_password(office: Office, user: User, password: str, now: int, *, session: int) -> None:
    """Change one's own password, and end one's other sessions; the caller has seen a fresh proof of who it is.

    Raises:
        AccountError: The password will not do.
    """
    kept = passwords.new_hash(password, user.login)
    UserStore(office.store.database).change(user.id, "password", actor=user.id, now=now, password=kept)
    SessionStore(office.store.database).end_all(user.id, but=session)


def find(office: Office, login: str) -> User:
    """Find a user by login; ``AccountError`` (``user-unknown``) if there is none."""
    row = UserStore(office.store.database).by_login(login.strip().lower())
    if row is None:
        raise AccountError("user-unknown")
    return user_of(office, row)


def get(office: Office, user: int) -> Account:
    """Give a user by number; ``AccountError`` (``user-unknown``) if there is none."""
    row = UserStore(office.store.database).get(user)
    if row is None:
        raise AccountError("user-unknown")
    return _account(office, row)


def all_users(office: Office) -> list[Account]:
    """List all users, by login; the caller sees to who may know."""
    return [_account(office, row) for row in UserStore(office.store.database).all()]


def events(office: Office, user: int) -> Sequence[UserEvent]:
    """List what was done to a user's account, the newest first."""
    return UserStore(office.store.database).events(user)


def latest_event(office: Office) -> int:
    """Give the number of what was done last to any account; 0 if nothing ever was."""
    return UserStore(office.store.database).latest_event()


def user_of(office: Office, row: UserRow) -> User:
    """Open a user's row; ``VaultError`` if it was tampered with."""
    name = office.vault.record_key(row.handle, row.wrapped_key).open("name", row.name).decode()
    return User(row.id, row.login, name, frozenset(Role(role) for role in row.roles.split(",")))


def _account(office: Office, row: UserRow) -> Account:
    return Account(
        user_of(office, row), row.added, row.disabled, bool(row.password), bool(row.code), row.single_sign_on
    )


def _check_actor(actor: User | None, user: int) -> None:
    if actor is None:
        return
    require(actor, Right.MANAGE_USERS)
    if actor.id == user:
        raise ForbiddenError("user-self")


def _id(actor: User | None) -> int | None:
    return actor.id if actor else None


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _kept(code: str, now: int) -> tuple[bytes, int]:
    return (_digest(code), now + CODE_SECONDS) if code else (b"", 0)


def _digest(code: str) -> bytes:
    """Hash a code as it is typed: with or without hyphens, in capitals or not; its 100 bits need no slow hash."""
    return hashlib.sha256("".join(code.upper().split()).replace("-", "").encode()).digest()
