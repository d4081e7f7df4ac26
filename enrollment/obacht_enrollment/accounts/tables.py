"""The tables of the users. Names and labels are sealed with the user's own key; secrets are kept as hashes alone."""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from obacht_enrollment.tables import Base

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class UserRow(Base):
    """A user. Users are disabled and never deleted: what they did keeps their number.

    Attributes:
        id: Number, never given twice.
        handle: 16 random bytes, to which everything sealed of this user is bound, and which passkeys carry.
        login: In lower case.
        wrapped_key: The user's own key under the office key.
        name: Sealed.
        roles: Names of roles, in order, separated by commas.
        password: Hash with its parameters (Argon2id); empty if there is none.
        code: SHA-256 of the one-time code with which the user sets a password; empty if there is none.
        code_until: Unix seconds.
        single_sign_on: Whether the user may come from the single sign-on service.
        subject: SHA-256 of the service's issuer and of its name for the user, once they came from there.
        added: Unix seconds.
        disabled: Unix seconds; 0 if the user is not.
    """

    __tablename__ = "users"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    handle: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    wrapped_key: Mapped[bytes]
    name: Mapped[bytes]
    roles: Mapped[str] = mapped_column(String(200))
    password: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")
    code_until: Mapped[int] = mapped_column(BigInteger, default=0)
    single_sign_on: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, default=None)
    added: Mapped[int] = mapped_column(BigInteger)
    disabled: Mapped[int] = mapped_column(BigInteger, default=0)


class UserEvent(Base):
    """What was done to a user's account; rows are only ever added.

    Attributes:
        number: In the order of the acts.
        at: Unix seconds.
        user: Whose account.
        actor: Who did it; None if it was the operator at the command line, or the single sign-on service.
        what: One of :data:`obacht_enrollment.accounts.users.EVENTS`.
        roles: Roles from then on, as in :class:`UserRow`.
    """

    __tablename__ = "user_events"

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    actor: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    what: Mapped[str] = mapped_column(String(24))
    roles: Mapped[str] = mapped_column(String(200))


class PasskeyRow(Base):
    """A passkey (WebAuthn Level 2, section 4).

    Attributes:
        number: What its user calls it by when they remove it.
        user: Whose it is.
        credential: Its id.
        public_key: COSE.
        counter: Of signatures, as far as the authenticator counts.
        label: Sealed: what its user calls it.
        added: Unix seconds.
        used: Unix seconds; 0 if never.
    """

    __tablename__ = "passkeys"

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes]
    counter: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[bytes]
    added: Mapped[int] = mapped_column(BigInteger)
    used: Mapped[int] = mapped_column(BigInteger, default=0)


class SessionRow(Base):
    """A session.

    Attributes:
        number: What its user calls it by when they end it.
        token: SHA-256 of what the cookie holds.
        user: Whose it is.
        method: ``password``, ``passkey`` or ``single_sign_on``.
        begun: Unix seconds.
        seen: Unix seconds of the last request, to the minute.
        proved: Unix seconds at which the user last proved who they are.
        origin: Sealed: from where, with which browser.
    """

    __tablename__ = "sessions"

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    method: Mapped[str] = mapped_column(String(16))
    begun: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[int] = mapped_column(BigInteger)
    proved: Mapped[int] = mapped_column(BigInteger)
    origin: Mapped[bytes]


class FailureRow(Base):
    """Failed attempts for one login, from one browser or address, or to confirm who is signed in.

    Attributes:
        subject: Keyed hash of what they count for, 32 bytes.
        count: Attempts in a row.
        last: Unix seconds.
        until: Unix seconds before which no further attempt is looked at.
    """

    __tablename__ = "login_failures"

    subject: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    last: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)


class FlowRow(Base):
    """Something begun that ends with a second request: a passkey's challenge, a visit to the single sign-on service.

    Attributes:
        token: SHA-256 of what the second request brings along.
        kind: Which.
        user: Who is signed in; None if nobody is.
        data: What the second request is checked against (JSON).
        until: Unix seconds.
    """

    __tablename__ = "login_flows"

    token: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    user: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    data: Mapped[bytes]
    until: Mapped[int] = mapped_column(BigInteger)
