"""The users and their passkeys in the database; every method is one transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from obacht_enrollment.accounts.roles import Role
from obacht_enrollment.accounts.tables import PasskeyRow, UserEvent, UserRow
from obacht_enrollment.database import Database
from obacht_enrollment.errors import AccountError, SignInError


class UserStore:
    """Reads and writes users, what was done to them, and their passkeys."""

    def __init__(self, database: Database) -> None:
        """Take the database, which other stores use beside this one."""
        self._database = database

    def add(self, row: UserRow, actor: int | None) -> UserRow:
        """Add a user; ``AccountError`` (``login-taken``) if there is one with this login."""
        with self._database.writing() as session:
            if session.scalar(select(UserRow.id).where(UserRow.login == row.login)) is not None:
                raise AccountError("login-taken")
            session.add(row)
            session.flush()
            session.add(UserEvent(at=row.added, user=row.id, actor=actor, what="added", roles=row.roles))
        return row

    def get(self, user: int) -> UserRow | None:
        """Find a user by number."""
        with self._database.reading() as session:
            return session.get(UserRow, user)

    def by_login(self, login: str) -> UserRow | None:
        """Find a user by login, in lower case."""
        with self._database.reading() as session:
            return session.scalars(select(UserRow).where(UserRow.login == login)).one_or_none()

    def by_subject(self, subject: bytes) -> UserRow | None:
        """Find a user by what the single sign-on service calls them (SHA-256)."""
        with self._database.reading() as session:
            return session.scalars(select(UserRow).where(UserRow.subject == subject)).one_or_none()

    def all(self) -> Sequence[UserRow]:
        """List all users, by login."""
        with self._database.reading() as session:
            return session.scalars(select(UserRow).order_by(UserRow.login)).all()

    def events(self, user: int) -> Sequence[UserEvent]:
        """List what was done to a user, the newest first."""
        with self._database.reading() as session:
            return session.scalars(
                select(UserEvent).where(UserEvent.user == user).order_by(UserEvent.number.desc())
            ).all()

    def latest_event(self) -> int:
        """Give the number of what was done last to any user; 0 if nothing ever was."""
        with self._database.reading() as session:
            return session.scalar(select(func.max(UserEvent.number))) or 0

    def change(
        self,
        user: int,
        what: str,
        *,
        actor: int | None,
        now: int,
        headless: bool = False,
        without_passkeys: bool = False,
        **values: Any,  # noqa: ANN401 - columns of several types
    ) -> UserRow:
        """Set columns of a user, and write down who did what.

        Args:
            user: Whose account.
            what: Is done.
            actor: Who does it.
            now: Unix seconds.
            headless: Whether it may leave nobody who manages users.
            without_passkeys: Whether the user's passkeys go.
            values: Of the columns.

        Raises:
            AccountError: ``user-unknown``, or ``user-last-head``: nobody would be left who manages users.
        """
        with self._database.writing() as session:
            row = session.get(UserRow, user)
            if row is None:
                raise AccountError("user-unknown")
            headed = _has_head(session)
            for name, value in values.items():
                setattr(row, name, value)
            if without_passkeys:
                session.execute(delete(PasskeyRow).where(PasskeyRow.user == user))
            session.add(UserEvent(at=now, user=user, actor=actor, what=what, roles=row.roles))
            session.flush()
            if headed and not headless and not _has_head(session):
                raise AccountError("user-last-head")
            return row

    def keep_password(self, user: int, before: str, after: str) -> None:
        """Replace what is kept of a password, unless it was changed meanwhile."""
        with self._database.writing() as session:
            session.execute(
                update(UserRow).where(UserRow.id == user, UserRow.password == before).values(password=after)
            )

    def add_passkey(self, row: PasskeyRow, most: int) -> None:
        """Add a passkey; ``AccountError`` if it is there already (``passkey-known``), or they are too many."""
        with self._database.writing() as session:
            if session.scalar(select(PasskeyRow.number).where(PasskeyRow.credential == row.credential)) is not None:
                raise AccountError("passkey-known")
            if (session.scalar(select(func.count()).where(PasskeyRow.user == row.user)) or 0) >= most:
                raise AccountError("passkey-many", most=most)
            session.add(row)
            self._note(session, row.user, "passkey-added", row.added)

    def passkeys(self, user: int) -> Sequence[PasskeyRow]:
        """List the passkeys of a user, the oldest first."""
        with self._database.reading() as session:
            return session.scalars(select(PasskeyRow).where(PasskeyRow.user == user).order_by(PasskeyRow.number)).all()

    def passkey(self, credential: bytes) -> tuple[PasskeyRow, UserRow] | None:
        """Find a passkey, and whose it is, by its id."""
        with self._database.reading() as session:
            row = session.execute(
                select(PasskeyRow, UserRow)
                .join(UserRow, UserRow.id == PasskeyRow.user)
                .where(PasskeyRow.credential == credential)
            ).one_or_none()
            return None if row is None else (row[0], row[1])

    def passkey_used(self, row: PasskeyRow, counter: int, now: int) -> None:
        """Keep how often a passkey has signed, and when it last did.

        Args:
            row: The passkey as it was when the signature was checked.
            counter: That came with the signature.
            now: Unix seconds.

        Raises:
            SignInError: ``passkey``: meanwhile it was removed, or another signature came, perhaps of a copy.
        """
        with self._database.writing() as session:
            there = session.get(PasskeyRow, row.number)
            if there is None or there.counter != row.counter:
                raise SignInError("passkey")
            there.counter, there.used = counter, now

    def remove_passkey(self, user: int, number: int, now: int) -> None:
        """Remove one of a user's passkeys, unless they could not sign in without it.

        Raises:
            AccountError: ``only-way``.
        """
        with self._database.writing() as session:
            row = session.get(UserRow, user)
            others = session.scalar(select(func.count()).where(PasskeyRow.user == user, PasskeyRow.number != number))
            if row is None or not (others or row.password or row.single_sign_on):
                raise AccountError("only-way")
            session.execute(delete(PasskeyRow).where(PasskeyRow.user == user, PasskeyRow.number == number))
            self._note(session, user, "passkey-removed", now)

    @staticmethod
    def _note(session: Session, user: int, what: str, now: int) -> None:
        roles = session.scalars(select(UserRow.roles).where(UserRow.id == user)).one()
        session.add(UserEvent(at=now, user=user, actor=user, what=what, roles=roles))


def _has_head(session: Session) -> bool:
    roles = session.scalars(select(UserRow.roles).where(UserRow.disabled == 0))
    return any(Role.HEAD in each.split(",") for each in roles)
