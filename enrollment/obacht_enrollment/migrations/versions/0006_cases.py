"""Cases, their approvals, history, looks and documents, requests and calls; records stand for a case from now on."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and let records and publications refer to them."""
    _cases()
    _papers()
    with op.batch_alter_table("records", table_kwargs={"sqlite_autoincrement": True}) as records:
        records.add_column(sa.Column("case", _NUMBER, nullable=True))
        records.create_foreign_key("records_case_fkey", "cases", ["case"], ["number"])
        records.create_index("ix_records_case", ["case"])
    op.add_column("publications", sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("publications") as publications:
        publications.alter_column("changed", server_default=None)
    op.create_table(
        "register_changes",
        sa.Column("key", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("id", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("hands", sa.String(400), nullable=False),
        sa.Column("awaiting", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("activated", sa.BigInteger(), nullable=False),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.Column("review_due", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=False),
        sa.Column("end_reason", sa.String(16), nullable=False),
        sa.Column("imported", sa.BigInteger(), nullable=True, index=True),
        sa.Column("report", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=True, unique=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("proposal", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_approvals",
        sa.Column("number", _NUMBER, primary_key=True),
        _case(),
        _user(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "case_events",
        sa.Column("sequence", sa.BigInteger(), primary_key=True, autoincrement=False),
        _case(nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _user(nullable=True),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("link", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "case_history",
        sa.Column("key", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "case_looks",
        sa.Column("number", _NUMBER, primary_key=True),
        _case(),
        _user(index=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
    )


def _papers() -> None:
    op.create_table(
        "case_documents",
        sa.Column("number", _NUMBER, primary_key=True),
        _case(),
        _user(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_exports",
        sa.Column("number", _NUMBER, primary_key=True),
        _case(),
        _user(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        _user("approved_by", nullable=True),
        sa.Column("approved", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_requests",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("id", sa.LargeBinary(16), nullable=False, unique=True),
        _case(nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        _user("entered_by"),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=False),
        _user("decided_by", nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_calls",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("id", sa.LargeBinary(16), nullable=False, unique=True),
        _case(nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _user(),
        sa.Column("right_person", sa.Boolean(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sqlite_autoincrement=True,
    )


def _case(*, nullable: bool = False) -> sa.Column[int]:
    return sa.Column("case", _NUMBER, sa.ForeignKey("cases.number"), nullable=nullable, index=True)


def _user(name: str = "user", *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, _NUMBER, sa.ForeignKey("users.id"), nullable=nullable, index=index)
