"""The records, their enrolments, publications and destructions: version 2 of the table ``about``."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    about = op.create_table("about", sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False))
    op.bulk_insert(about, [{"version": 2}])
    op.create_table(
        "records",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("id", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("contact", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False, index=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("ground", sa.LargeBinary(), nullable=False),
        sa.Column("file_number", sa.LargeBinary(), nullable=False),
        sa.Column("taken_in", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "enrolments",
        sa.Column("key", _NUMBER, primary_key=True),
        sa.Column("record", _NUMBER, sa.ForeignKey("records.number", ondelete="CASCADE"), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("epoch_id", sa.LargeBinary(16), nullable=False),
        sa.Column("prks", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("record", "epoch_id"),
    )
    op.create_table(
        "publications",
        sa.Column("sequence", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("epoch_id", sa.LargeBinary(16), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("real_rows", sa.Integer(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("next_expiry", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "destructions",
        sa.Column("key", _NUMBER, primary_key=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
    )
