"""What a stolen database tells of the users: logins and roles, and nothing that lets anybody in."""

import base64
from pathlib import Path

import pytest

from obacht_enrollment.accounts import passwords, sessions, signing_in, users
from obacht_enrollment.accounts.sessions import Origin
from obacht_enrollment.errors import SignInError
from obacht_enrollment.home import RECORDS
from obacht_protocol.encoding import unbase64url
from safety_office import NOW, Site
from workplace import CHEAP

PASSWORD = "invented words in a row"
TYPED_IN_THE_WRONG_FIELD = "a-password-typed-as-login"


def test_the_file_holds_no_password_code_token_name_or_address(empty: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    office = empty.office
    added = users.add(office, None, login="wanda", name="Wanda Wörkmann", roles=["head"], now=NOW)
    open_code = users.add(office, None, login="zoe", name="Zoë", roles=["head"], now=NOW).code
    users.redeem(office, "wanda", added.code, PASSWORD, NOW)
    token = sessions.begin(office, added.user, "password", Origin("192.0.2.77", "Firefox, Linux"), NOW)
    with pytest.raises(SignInError):
        signing_in.sign_in(office, TYPED_IN_THE_WRONG_FIELD, "x", "192.0.2.78", NOW)
    csrf = sessions.find(office, token, NOW).csrf
    folder = Path(office.home.path(RECORDS)).parent
    kept = b"".join(path.read_bytes() for path in folder.glob("office.db*"))
    assert b"wanda" in kept
    secrets = [
        PASSWORD,
        "Wörkmann",
        "192.0.2.7",
        TYPED_IN_THE_WRONG_FIELD,
        csrf,
        token,
        *(form for code in (added.code, open_code) for form in (code, code.replace("-", ""))),
    ]
    for secret in secrets:
        for form in (secret, secret.casefold(), secret.upper()):
            for encoding in ("utf-8", "utf-16-le", "latin-1"):
                assert form.encode(encoding) not in kept
            assert base64.b64encode(form.encode()).rstrip(b"=") not in kept
    for raw in (unbase64url(token), unbase64url(csrf)):
        assert raw not in kept
        assert raw.hex().encode() not in kept
