"""Passkeys (WebAuthn Level 2): registering them, and signing in with them instead of login and password.

The authenticator must verify the person (PIN, finger, face), so that a passkey alone proves who somebody is. It holds
the user's random handle, so nobody types a login, and nothing tells whether there is such a user.
"""

import ipaddress
import json
import os
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from obacht_enrollment.accounts import flows
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.accounts.tables import PasskeyRow, UserRow
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.accounts.users import user_of
from obacht_enrollment.errors import AccountError, SignInError
from obacht_enrollment.office import Office
from obacht_protocol.encoding import unbase64url
from obacht_protocol.errors import EncodingError

MOST: Final = 10
"""Passkeys of one user at most."""
_MOST_LABEL: Final = 60
_CHALLENGE: Final = 32
_NAME: Final = "Obacht"
_REGISTER: Final = "passkey-register"
_SIGN_IN: Final = "passkey-sign-in"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its user sees it.

    Attributes:
        number: Of the passkey.
        label: What its user calls it.
        added: Unix seconds.
        used: Unix seconds; 0 if never.
    """

    number: int
    label: str
    added: int
    used: int


def are_possible(office: Office) -> bool:
    """Tell whether browsers can make passkeys for this office: not for an address without a name."""
    try:
        ipaddress.ip_address(_host(office))
    except ValueError:
        return True
    return False


def own(office: Office, user: User) -> list[Passkey]:
    """List a user's passkeys, the oldest first."""
    store = UserStore(office.store.database)
    row = _row(store, user)
    key = office.vault.record_key(row.handle, row.wrapped_key)
    return [
        Passkey(each.number, key.open("passkey", each.label).decode(), each.added, each.used)
        for each in store.passkeys(user.id)
    ]


def begin_registering(office: Office, user: User, now: int) -> str:
    """Give the options for ``navigator.credentials.create`` (JSON); the caller has seen a fresh proof of who it is."""
    store = UserStore(office.store.database)
    row, challenge = _row(store, user), os.urandom(_CHALLENGE)
    flows.begin(office, challenge, _REGISTER, now, user=user.id)
    options = webauthn.generate_registration_options(
        rp_id=_host(office),
        rp_name=_NAME,
        user_id=row.handle,
        user_name=user.login,
        user_display_name=user.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(each.credential) for each in store.passkeys(user.id)],
    )
    return webauthn.options_to_json(options)


def register(office: Office, user: User, credential: dict[str, Any], label: str, now: int) -> None:
    """Keep a passkey that the browser has made.

    Args:
        office: Unlocked.
        user: Who is signed in.
        credential: What ``navigator.credentials.create`` gave, as JSON.
        label: What the user calls it.
        now: Unix seconds.

    Raises:
        SignInError: ``passkey``: it does not belong to a request of this user, or is not as it must be.
        AccountError: ``passkey-label``, ``passkey-known`` or ``passkey-many``.
    """
    label = " ".join(label.split())
    if not 0 < len(label) <= _MOST_LABEL or not label.isprintable():
        raise AccountError("passkey-label")
    challenge = _challenge(credential)
    if flows.take(office, challenge, _REGISTER, now, user=user.id) is None:
        raise SignInError("passkey")
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(office),
            expected_origin=office.settings.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise SignInError("passkey") from error
    store = UserStore(office.store.database)
    row = _row(store, user)
    key = office.vault.record_key(row.handle, row.wrapped_key)
    store.add_passkey(
        PasskeyRow(
            user=user.id,
            credential=verified.credential_id,
            public_key=verified.credential_public_key,
            counter=verified.sign_count,
            label=key.seal("passkey", label.encode()),
            added=now,
        ),
        MOST,
    )


def remove(office: Office, user: User, number: int, now: int) -> None:
    """Remove one of a user's passkeys; ``AccountError`` (``only-way``) if they could not sign in without it."""
    UserStore(office.store.database).remove_passkey(user.id, number, now)


def begin_sign_in(office: Office, now: int) -> str:
    """Give the options for ``navigator.credentials.get`` (JSON), the same for everybody."""
    challenge = os.urandom(_CHALLENGE)
    flows.begin(office, challenge, _SIGN_IN, now)
    options = webauthn.generate_authentication_options(
        rp_id=_host(office), challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


def sign_in(office: Office, credential: dict[str, Any], now: int) -> User:
    """Find out who somebody is by what ``navigator.credentials.get`` gave, as JSON.

    Raises:
        SignInError: ``passkey``: it is not known, not for this request, a copy, or its user is disabled.
    """
    challenge = _challenge(credential)
    if flows.take(office, challenge, _SIGN_IN, now) is None:
        raise SignInError("passkey")
    store = UserStore(office.store.database)
    found = store.passkey(_bytes(credential.get("rawId")))
    if found is None or found[1].disabled:
        raise SignInError("passkey")
    row, user = found
    handle = credential["response"].get("userHandle")
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(office),
            expected_origin=office.settings.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.counter,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise SignInError("passkey") from error
    if handle and _bytes(handle) != user.handle:
        raise SignInError("passkey")
    store.passkey_used(row, verified.new_sign_count, now)
    return user_of(office, user)


def _host(office: Office) -> str:
    return urlsplit(office.settings.origin).hostname or ""


def _row(store: UserStore, user: User) -> UserRow:
    row = store.get(user.id)
    if row is None:
        raise AccountError("user-unknown")
    return row


def _challenge(credential: dict[str, Any]) -> bytes:
    """Read the challenge that the browser says it answered; that it did, the signature over the same bytes tells."""
    try:
        told = json.loads(_bytes(credential["response"]["clientDataJSON"]))
        return _bytes(told["challenge"])
    except (KeyError, TypeError, ValueError) as error:
        raise SignInError("passkey") from error


def _bytes(text: object) -> bytes:
    try:
        return unbase64url(text)
    except EncodingError as error:
        raise SignInError("passkey") from error
