"""Passwords: what one must be like, and how it is kept and checked (Argon2id, RFC 9106)."""

import contextlib
import threading
import unicodedata
from collections.abc import Iterator
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from obacht_enrollment.errors import AccountError, SignInError

LEAST: Final = 12
MOST: Final = 256
_DIFFERENT: Final = 5
_AT_ONCE: Final = 2
_WAITING: Final = 6
_PATIENCE: Final = 8.0

HASHER: argon2.PasswordHasher = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)
"""64 MiB for every check (RFC 9106, section 4, second recommended option)."""
# Each check takes much memory, so a crowd at the door waits instead of taking the machine down. Who waits there holds a
# thread, so only a few may: the others would keep those who are at work from their pages.
_turns: Final = threading.BoundedSemaphore(_AT_ONCE)
_places: Final = threading.BoundedSemaphore(_AT_ONCE + _WAITING)


def new_hash(password: str, login: str) -> str:
    """Accept a new password for the user of this login, and give what is kept of it.

    Raises:
        AccountError: ``password-short``, ``password-long`` or ``password-plain``.
        SignInError: ``sign-in-busy``.
    """
    normal = _normal(password)
    if len(normal) < LEAST:
        raise AccountError("password-short", least=LEAST)
    if len(normal) > MOST:
        raise AccountError("password-long", most=MOST)
    if len(set(normal)) < _DIFFERENT or (login in normal.casefold() and len(normal) < LEAST + len(login)):
        raise AccountError("password-plain")
    with _turn():
        return HASHER.hash(normal)


def check(password: str, kept: str) -> str:
    """Check a password against what is kept of it; where nothing is kept, that takes as long and fails.

    Returns:
        What is to be kept from now on, made with today's parameters.

    Raises:
        SignInError: ``sign-in`` if it is another one, ``sign-in-busy``.
    """
    normal = _normal(password[: MOST + 1])
    with _turn():
        try:
            HASHER.verify(kept or _nobodys(), normal)
        except (VerificationError, InvalidHashError) as error:
            raise SignInError("sign-in") from error
        return HASHER.hash(normal) if HASHER.check_needs_rehash(kept) else kept


def _normal(password: str) -> str:
    """Give the form in which every keyboard types it alike (RFC 8265, section 4.2.2)."""
    return unicodedata.normalize("NFC", password)


def _nobodys() -> str:
    """Give a hash that no password has, with today's parameters."""
    cost = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    with _taking(_places, 0), _taking(_turns, _PATIENCE):
        yield


@contextlib.contextmanager
def _taking(places: threading.BoundedSemaphore, patience: float) -> Iterator[None]:
    if not places.acquire(timeout=patience):
        raise SignInError("sign-in-busy")
    try:
        yield
    finally:
        places.release()
