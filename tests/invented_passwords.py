"""The password of every user in tests, and the cheap hash under which it is kept."""

from pathlib import Path
from typing import Final

import argon2
import pytest

from obacht_enrollment.accounts import passwords, users
from obacht_enrollment.office import Office

PASSWORD: Final = "invented words in a row"
CHEAP: Final = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)


def give_password(office: Office, login: str, code: str, now: int) -> None:
    """Let a user who was just added set :data:`PASSWORD`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", CHEAP)
        users.redeem(office, login, code, PASSWORD, now)


def write_secret(path: Path, secret: bytes) -> Path:
    """Write a secret to a file that only its owner may read."""
    path.write_bytes(secret + b"\n")
    path.chmod(0o600)
    return path
