"""Proving who one is with login and password, or setting one with a one-time code; failures make one wait."""

from typing import Final

from obacht_enrollment.accounts import lockout, passwords, users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.accounts.session_store import SessionStore
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.errors import AccountError, SignInError
from obacht_enrollment.office import Office

_MOST_LOGIN: Final = 200


def sign_in(office: Office, login: str, password: str, address: str, now: int) -> User:
    """Find out who somebody is.

    What is said, and how long it takes, does not depend on whether there is such a user.

    Args:
        office: Unlocked.
        login: As typed.
        password: As typed.
        address: From where; empty if it is not known, and then only the attempts for the login count.
        now: Unix seconds.

    Raises:
        SignInError: ``sign-in``; ``sign-in-locked`` with the ``minutes`` to wait; ``sign-in-busy``.
    """
    attempt = _Attempt(office, login, address, now)
    store = UserStore(office.store.database)
    row = store.by_login(attempt.login)
    kept = passwords.check(password, row.password if row else "")
    if row is None or row.disabled:
        raise SignInError("sign-in")
    attempt.succeeded()
    if kept != row.password:
        store.keep_password(row.id, row.password, kept)
    return users.user_of(office, row)


def redeem(office: Office, login: str, code: str, password: str, *, address: str, now: int) -> User:
    """Set a password with a one-time code.

    Raises:
        SignInError: ``code``, or as :func:`sign_in`.
        AccountError: The password will not do; the code stays good.
    """
    attempt = _Attempt(office, login, address, now)
    try:
        user = users.redeem(office, attempt.login, code, password, now)
    except AccountError:
        attempt.succeeded()  # the code was right
        raise
    attempt.succeeded()
    return user


class _Attempt:
    def __init__(self, office: Office, login: str, address: str, now: int) -> None:
        """Count the attempt; ``SignInError`` if one must wait."""
        self.login = login.strip().lower()[:_MOST_LOGIN]
        self._store = SessionStore(office.store.database)
        # what is typed as a login may be a password that slipped into the wrong field: only a keyed hash is kept
        self._login = office.vault.fingerprint(b"login|" + self.login.encode())
        self._address = office.vault.fingerprint(b"address|" + address.encode()) if address else None
        subjects = {self._login: lockout.LOGIN}
        if self._address:
            subjects[self._address] = lockout.ADDRESS
        self._store.take_try(subjects, now)

    def succeeded(self) -> None:
        """Forget the attempt, and those before it for this login."""
        self._store.succeeded(self._login, self._address)
