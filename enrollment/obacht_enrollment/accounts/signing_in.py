"""Proving who one is with login and password, or setting one with a one-time code; failures make one wait."""

import ipaddress
from typing import Final

from obacht_enrollment.accounts import browsers, lockout, passwords, users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.accounts.session_store import SessionStore
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.errors import AccountError, SignInError
from obacht_enrollment.office import Office

_MOST_LOGIN: Final = 200
_SITE: Final = 64
"""Bits of an IPv6 address that belong to one site; the others everybody there chooses freely (RFC 4291, 2.5.4)."""


def sign_in(office: Office, login: str, password: str, address: str, now: int, *, browser: str = "") -> User:
    """Find out who somebody is.

    What is said, and how long it takes, does not depend on whether there is such a user.

    Args:
        office: Unlocked.
        login: As typed.
        password: As typed.
        address: From where; empty if it is not known.
        now: Unix seconds.
        browser: The mark that the browser holds. Where it is this login's, only failures in this browser count, so that
            nobody is kept out by somebody else's; elsewhere those for the login and those from the address do.

    Raises:
        SignInError: ``sign-in``; ``sign-in-locked`` with the ``minutes`` to wait; ``sign-in-busy``.
    """
    login = _typed(login)
    marked = browsers.counted_as(office, login, browser)
    if marked is None:
        # what is typed as a login may be a password that slipped into the wrong field: only a keyed hash is kept
        one = office.vault.fingerprint(b"login|" + login.encode())
        return _check(_Attempt(office, now, one=one, shared=_of_address(office, address)), login, password)
    return _check(_Attempt(office, now, one=marked), login, password)


def at_command_line(office: Office, login: str, password: str, now: int) -> User:
    """Find out who acts at the command line; failures at the pages do not make them wait.

    Raises:
        SignInError: As :func:`sign_in`.
    """
    login = _typed(login)
    return _check(_Attempt(office, now, one=office.vault.fingerprint(b"command|" + login.encode())), login, password)


def confirm(office: Office, user: User, password: str, now: int) -> None:
    """Let whoever is signed in prove once more who they are; failures anywhere else do not make them wait.

    Raises:
        SignInError: As :func:`sign_in`.
    """
    _check(_Attempt(office, now, one=office.vault.fingerprint(b"confirm|%d" % user.id)), user.login, password)


def redeem(office: Office, login: str, code: str, password: str, *, address: str, now: int) -> User:
    """Set a password with a one-time code, which is too long to be guessed: only attempts from the address count.

    Raises:
        SignInError: ``code``, or as :func:`sign_in`.
        AccountError: The password will not do; the code stays good.
    """
    attempt = _Attempt(office, now, shared=_of_address(office, address))
    try:
        user = users.redeem(office, _typed(login), code, password, now)
    except AccountError:
        attempt.succeeded()  # the code was right
        raise
    attempt.succeeded()
    return user


def _check(attempt: "_Attempt", login: str, password: str) -> User:
    office = attempt.office
    store = UserStore(office.store.database)
    row = store.by_login(login)
    kept = passwords.check(password, row.password if row else "")
    if row is None or row.disabled:
        raise SignInError("sign-in")
    attempt.succeeded()
    if kept != row.password:
        store.keep_password(row.id, row.password, kept)
    return users.user_of(office, row)


class _Attempt:
    def __init__(self, office: Office, now: int, *, one: bytes | None = None, shared: bytes | None = None) -> None:
        """Count the attempt for one user's sake, and for that of an address; ``SignInError`` if one must wait."""
        self.office = office
        self._one, self._shared = one, shared
        counted = {one: lockout.LOGIN, shared: lockout.ADDRESS}
        self._store = SessionStore(office.store.database)
        self._store.take_try({subject: patience for subject, patience in counted.items() if subject}, now)

    def succeeded(self) -> None:
        """Forget the attempt, and those before it for the same user's sake."""
        self._store.succeeded(self._one, self._shared)


def _typed(login: str) -> str:
    return login.strip().lower()[:_MOST_LOGIN]


def _of_address(office: Office, address: str) -> bytes | None:
    return office.vault.fingerprint(b"address|" + _site(address).encode()) if address else None


def _site(address: str) -> str:
    """Give the network in which somebody can choose their address: all of IPv6's that are one site's are one."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(told, ipaddress.IPv4Address):
        return str(told)
    return str(told.ipv4_mapped or ipaddress.IPv6Network((int(told), _SITE), strict=False))
