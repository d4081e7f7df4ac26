"""Signing in by the public body's single sign-on service: who comes back from there, and what they may do here."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from obacht_enrollment import home as homes
from obacht_enrollment.accounts import flows, users
from obacht_enrollment.accounts.provider import LEEWAY, Provider
from obacht_enrollment.accounts.roles import Role, User, check_roles
from obacht_enrollment.accounts.sessions import Session
from obacht_enrollment.accounts.settings import SingleSignOn
from obacht_enrollment.accounts.tables import UserRow
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.errors import AccountError, SignInError
from obacht_enrollment.office import Office
from obacht_protocol.encoding import base64url, unbase64url
from obacht_protocol.errors import EncodingError

CALLBACK: Final = "/oidc/callback"
SECRET: Final = "single-sign-on"  # noqa: S105 - what the sealed secret is called
_FLOW: Final = "single-sign-on"
_RANDOM: Final = 32


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back from the service.

    Attributes:
        user: Who.
        next_path: Where they wanted to go.
        session: Number of the session in which they proved anew who they are; 0 if they came to sign in.
        proved: Unix seconds at which the service last asked them who they are; 0 if it does not say. It lets those in
            whom it knows from earlier in the day, and that proves nothing of who sits there now.
    """

    user: User
    next_path: str
    session: int
    proved: int


@dataclass(frozen=True, slots=True)
class Departure:
    """A visitor on their way to the service.

    Attributes:
        address: Where they are sent.
        browser: What their browser keeps until they are back, so that nobody else can come back in their place.
    """

    address: str
    browser: str


def keep_secret(office: Office, secret: str) -> None:
    """Keep, sealed, what the office proves itself with to the service."""
    office.home.replace(homes.SINGLE_SIGN_ON, office.vault.seal_file(SECRET, secret.encode()))


def provider(office: Office) -> Provider | None:
    """Give the service that ``office.toml`` names; None if it names none."""
    settings = office.settings.login.oidc
    if settings is None:
        return None
    sealed = office.home.read(homes.SINGLE_SIGN_ON) if office.home.has(homes.SINGLE_SIGN_ON) else b""
    return Provider(settings, office.vault.open_file(SECRET, sealed).decode() if sealed else "")


def depart(
    office: Office, service: Provider, now: int, *, next_path: str, confirming: Session | None = None
) -> Departure:
    """Send a visitor to the service.

    Args:
        office: Unlocked.
        service: Where to.
        now: Unix seconds.
        next_path: Where they want to go afterwards.
        confirming: In which they must prove anew who they are; None to sign in.

    Raises:
        SignInError: ``single-sign-on-unreachable`` or ``single-sign-on``.
    """
    state, browser, nonce, verifier = (os.urandom(_RANDOM) for _ in range(4))
    address = service.authorization(
        redirect=office.settings.origin + CALLBACK,
        state=base64url(state),
        nonce=base64url(nonce),
        verifier=base64url(verifier),
        again=confirming is not None,
        now=now,
    )
    flows.begin(
        office,
        state,
        _FLOW,
        now,
        browser=hashlib.sha256(browser).hexdigest(),
        nonce=base64url(nonce),
        verifier=base64url(verifier),
        next=next_path,
        begun=now,
        session=confirming.number if confirming else 0,
        who=confirming.user.id if confirming else 0,
    )
    return Departure(address, base64url(browser))


def arrive(office: Office, service: Provider, *, state: str, code: str, browser: str, now: int) -> Arrival:
    """Find out who came back from the service.

    Args:
        office: Unlocked.
        service: From where.
        state: From the address.
        code: From the address.
        browser: What the browser kept; the session's cookie does not come along from another site.
        now: Unix seconds.

    Raises:
        SignInError: ``single-sign-on`` and others that begin so: it does not fit what was begun, or there is no account
            or no role for this person.
        AccountError: The login that the service gives will not do for a new account.
    """
    try:
        tokens = unbase64url(state, _RANDOM), unbase64url(browser, _RANDOM)
    except EncodingError as error:
        raise SignInError("single-sign-on") from error
    begun = flows.take(office, tokens[0], _FLOW, now)
    if begun is None or not hmac.compare_digest(hashlib.sha256(tokens[1]).hexdigest(), begun["browser"]):
        raise SignInError("single-sign-on")
    claims = service.claims(
        code,
        redirect=office.settings.origin + CALLBACK,
        nonce=begun["nonce"],
        verifier=begun["verifier"],
        again=bool(begun["session"]),
        now=now,
    )
    if not begun["session"]:
        return Arrival(_user(office, service.settings, claims, now), begun["next"], 0, _proved(claims, now))
    row = UserStore(office.store.database).get(begun["who"])
    if row is None or row.subject != _subject(service.settings, claims):
        raise SignInError("single-sign-on")
    if claims["auth_time"] < begun["begun"] - LEEWAY:
        raise SignInError("single-sign-on-old")
    return Arrival(users.user_of(office, row), begun["next"], begun["session"], _proved(claims, now))


def _user(office: Office, settings: SingleSignOn, claims: Mapping[str, Any], now: int) -> User:
    store, subject = UserStore(office.store.database), _subject(settings, claims)
    roles = _roles(settings, claims)
    row = store.by_subject(subject) or _newcomer(office, settings, claims, roles, now)
    if row.disabled:
        raise SignInError("single-sign-on-unknown")
    if row.subject is None:
        row = store.change(row.id, "linked", actor=None, now=now, subject=subject)
    named = ",".join(sorted(roles))
    if roles and named != row.roles:
        row = store.change(row.id, "roles", actor=None, now=now, headless=True, roles=named)
    return users.user_of(office, row)


def _newcomer(
    office: Office, settings: SingleSignOn, claims: Mapping[str, Any], roles: frozenset[Role], now: int
) -> UserRow:
    """Find the account that was prepared for whoever comes for the first time, or make one if that is wanted."""
    store = UserStore(office.store.database)
    login = claims.get(settings.login_claim)
    if not isinstance(login, str):
        raise SignInError("single-sign-on-unknown")
    row = store.by_login(login.strip().lower())
    if row is not None:
        if not row.single_sign_on or row.subject is not None:
            raise SignInError("single-sign-on-unknown")
        return row
    if not settings.create:
        raise SignInError("single-sign-on-unknown")
    name = claims.get(settings.name_claim)
    new = users.new_row(office, login=login, name=name if isinstance(name, str) else login, roles=roles, now=now)
    new.single_sign_on = True
    return store.add(new, None)


def _roles(settings: SingleSignOn, claims: Mapping[str, Any]) -> frozenset[Role]:
    """Give the roles that the service gives; none where ``office.toml`` leaves them to the head."""
    if not settings.roles:
        return frozenset()
    value: Any = claims
    for level in settings.roles_claim.split("."):
        value = value.get(level) if isinstance(value, Mapping) else None
    groups = value if isinstance(value, list) else [value]
    named = {settings.roles[group] for group in groups if isinstance(group, str) and group in settings.roles}
    if not named:
        raise SignInError("single-sign-on-roles")
    try:
        return check_roles(named)
    except AccountError as error:
        raise SignInError("single-sign-on-roles") from error


def _proved(claims: Mapping[str, Any], now: int) -> int:
    told = claims.get("auth_time")
    return min(int(told), now) if isinstance(told, (int, float)) else 0


def _subject(settings: SingleSignOn, claims: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(f"{settings.issuer}\0{claims['sub']}".encode()).digest()
