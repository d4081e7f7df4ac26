"""From any released form of the tables to today's, one revision after another (Alembic; no ``alembic.ini`` is needed).

To add a revision:

1. Change the tables: those in :mod:`obacht_enrollment.tables`, or new ones on its ``Base`` in a module of their
   own, which ``migrations/env.py`` then imports.
2. Add ``versions/NNNN_what.py`` with the next number: ``revision = "NNNN"``, ``down_revision`` the one before it, and
   ``upgrade()``. Revisions are linear, and nobody downgrades: the way back is the backup. A revision uses Alembic's
   operations and the types of :mod:`sqlalchemy`, never the classes of today's tables, which will have moved on. It
   runs over SQLite and PostgreSQL; what SQLite cannot alter goes through ``op.batch_alter_table``. All of an upgrade is
   one transaction, on SQLite with foreign keys checked only at its end.
3. Run ``tests/enrollment/test_migrations.py``, which holds the migrated tables against those of the code.

Of two revisions that were added at the same time, the one committed later takes the next number and names the other as
its ``down_revision``.
"""

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, column, inspect, select, table, text

_FOLDER: Final = Path(__file__).parent
TABLE: Final = "alembic_version"
"""Where Alembic keeps the revision; no table of ours."""
_BEFORE_ALEMBIC: Final = ("0001", 2)
"""The revision that is version 2 of the table ``about``, which told the version before there were revisions."""


@cache
def revisions() -> tuple[str, ...]:
    """Name all revisions, the oldest first; read from the files' names, since importing Alembic takes half a second."""
    return tuple(sorted(path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py")))


def current(connection: Connection) -> str | None:
    """Tell at which revision the tables are; None if they are none of ours."""
    tables = set(inspect(connection).get_table_names())
    if TABLE in tables:
        return connection.scalar(select(column("version_num")).select_from(table(TABLE)))
    revision, version = _BEFORE_ALEMBIC
    if "about" in tables and connection.scalars(text("SELECT version FROM about")).all() == [version]:
        return revision
    return None


def is_used(connection: Connection) -> bool:
    """Tell whether there are tables in the database, whosever they are."""
    return bool(inspect(connection).get_table_names())


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables, or a database without any, up to a revision, in the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - half a second that opening a database should not cost
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    stands = current(connection)
    if stands is not None and not inspect(connection).has_table(TABLE):
        command.stamp(config, stands)
    command.upgrade(config, to)
