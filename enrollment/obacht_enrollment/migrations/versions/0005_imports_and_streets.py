"""How far files of records were taken in, and the town's street list."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "imports",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("begun_by", _NUMBER, sa.ForeignKey("users.id"), nullable=True),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "streets",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("postcode", sa.String(5), nullable=False),
        sa.UniqueConstraint("name", "key", "postcode"),
        sqlite_autoincrement=True,
    )
