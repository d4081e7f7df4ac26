"""The table ``about`` goes: the revision tells the version now, and without it older programs refuse the database."""

from typing import Final

from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    """Drop the table."""
    op.drop_table("about")
