"""Which office key all in the database is sealed under, once it was changed."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "office_key",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
