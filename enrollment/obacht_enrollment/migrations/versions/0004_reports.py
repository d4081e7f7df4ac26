"""Departments' sealed reports, the devices they come from, the nonces these have used, and who opened what."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reporting_devices",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "report_nonces",
        sa.Column("device", sa.String(22), sa.ForeignKey("reporting_devices.id"), primary_key=True),
        sa.Column("nonce", sa.LargeBinary(16), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False, index=True),
    )
    op.create_table(
        "reports",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("id", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("receipt", sa.String(14), nullable=False, unique=True),
        sa.Column("device", sa.String(22), sa.ForeignKey("reporting_devices.id"), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("case", sa.BigInteger(), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", _NUMBER, sa.ForeignKey("users.id"), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("device", "digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "report_looks",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("report", _NUMBER, sa.ForeignKey("reports.number", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("user", _NUMBER, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
