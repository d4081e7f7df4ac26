"""Sessions, failed attempts and what is under way of a sign-in, in the database; every method is one transaction."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select, update

from obacht_enrollment.accounts.lockout import Patience
from obacht_enrollment.accounts.tables import FailureRow, FlowRow, SessionRow, UserEvent, UserRow
from obacht_enrollment.database import Database
from obacht_enrollment.errors import SignInError

_DAY = 86_400


class SessionStore:
    """Reads and writes what passes with time."""

    def __init__(self, database: Database) -> None:
        """Take the database, which other stores use beside this one."""
        self._database = database

    def begin(
        self,
        row: SessionRow,
        *,
        begun_before: int,
        seen_before: int,
        since: int | None = None,
        ending: Collection[str] = (),
    ) -> SessionRow:
        """Keep a new session, and forget those that began or were last used before these moments.

        Args:
            row: The session.
            begun_before: Unix seconds.
            seen_before: Unix seconds.
            since: Number of the last event before its user proved who they are; None: nothing can have come between.
            ending: Events that must not have befallen the user's account since then.

        Raises:
            SignInError: ``session-over``: one of them has.
        """
        with self._database.writing() as session:
            later = select(UserEvent.number).where(UserEvent.user == row.user, UserEvent.what.in_(ending))
            if since is not None and session.scalar(later.where(UserEvent.number > since).limit(1)) is not None:
                raise SignInError("session-over")
            session.execute(
                delete(SessionRow).where((SessionRow.begun <= begun_before) | (SessionRow.seen <= seen_before))
            )
            session.add(row)
        return row

    def find(self, token: bytes) -> tuple[SessionRow, UserRow] | None:
        """Find a session, and whose it is, by the hash of its token."""
        with self._database.reading() as session:
            row = session.execute(
                select(SessionRow, UserRow)
                .join(UserRow, UserRow.id == SessionRow.user)
                .where(SessionRow.token == token)
            ).one_or_none()
            return None if row is None else (row[0], row[1])

    def of(self, user: int) -> Sequence[SessionRow]:
        """List the sessions of a user, the newest first."""
        with self._database.reading() as session:
            return session.scalars(
                select(SessionRow).where(SessionRow.user == user).order_by(SessionRow.number.desc())
            ).all()

    def touch(self, number: int, **moments: int) -> None:
        """Set ``seen`` or ``proved`` of a session."""
        with self._database.writing() as session:
            session.execute(update(SessionRow).where(SessionRow.number == number).values(**moments))

    def end(self, user: int, number: int) -> None:
        """End one of a user's sessions."""
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.user == user, SessionRow.number == number))

    def end_all(self, user: int, *, but: int = 0) -> None:
        """End all of a user's sessions but the one with this number."""
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.user == user, SessionRow.number != but))

    def take_try(self, subjects: Mapping[bytes, Patience], now: int) -> None:
        """Count an attempt for each of these, before it is known how it ends: many at once count as many.

        Raises:
            SignInError: ``sign-in-locked``: one of them must wait; then nothing is counted.
        """
        with self._database.writing() as session:
            session.execute(delete(FailureRow).where(FailureRow.last < now - _DAY, FailureRow.until < now))
            rows = {subject: session.get(FailureRow, subject) for subject in subjects}
            until = max((row.until for row in rows.values() if row), default=0)
            if until > now:
                raise SignInError("sign-in-locked", minutes=-(-(until - now) // 60))
            for subject, patience in subjects.items():
                row = rows[subject]
                if row is None:
                    row = FailureRow(subject=subject, count=0, last=now, until=0)
                    session.add(row)
                if row.last <= now - patience.forget:
                    row.count = 0
                row.count += 1
                row.last = now
                row.until = now + patience.wait(row.count) if patience.wait(row.count) else 0

    def succeeded(self, one: bytes | None, shared: bytes | None) -> None:
        """Forget all attempts that count for one user, and of those that count for several the last one."""
        with self._database.writing() as session:
            if one is not None:
                session.execute(delete(FailureRow).where(FailureRow.subject == one))
            if shared is not None:
                session.execute(
                    update(FailureRow).where(FailureRow.subject == shared).values(count=FailureRow.count - 1, until=0)
                )

    def begin_flow(self, row: FlowRow, now: int) -> None:
        """Keep what a second request will be checked against, and forget what has expired."""
        with self._database.writing() as session:
            session.execute(delete(FlowRow).where(FlowRow.until <= now))
            session.add(row)

    def take_flow(self, token: bytes, kind: str, now: int) -> FlowRow | None:
        """Give what :meth:`begin_flow` kept, once; None if there is none, or it has expired."""
        with self._database.writing() as session:
            row = session.get(FlowRow, token)
            if row is None or row.kind != kind:
                return None
            session.delete(row)
            return row if row.until > now else None
