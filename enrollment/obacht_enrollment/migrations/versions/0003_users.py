"""The users of the workplace, their passkeys and sessions, failed attempts, and sign-ins under way."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "users",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("handle", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("login", sa.String(40), nullable=False, unique=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("code", sa.LargeBinary(32), nullable=False),
        sa.Column("code_until", sa.BigInteger(), nullable=False),
        sa.Column("single_sign_on", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=True, unique=True),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "user_events",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user", _NUMBER, sa.ForeignKey("users.id"), nullable=False, index=True),
        sa.Column("actor", _NUMBER, sa.ForeignKey("users.id"), nullable=True),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
    )
    op.create_table(
        "passkeys",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("user", _NUMBER, sa.ForeignKey("users.id"), nullable=False, index=True),
        sa.Column("credential", sa.LargeBinary(1023), nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("token", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("user", _NUMBER, sa.ForeignKey("users.id"), nullable=False, index=True),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("proved", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "login_failures",
        sa.Column("subject", sa.LargeBinary(32), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "login_flows",
        sa.Column("token", sa.LargeBinary(32), primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("user", _NUMBER, sa.ForeignKey("users.id"), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
