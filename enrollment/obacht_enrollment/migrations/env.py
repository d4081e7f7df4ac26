"""What Alembic runs to reach the database: it works on the connection, and in the transaction, that it is handed.

Every module that holds tables is imported here, so that all of them are known to ``Base``.
"""

from typing import Final

from alembic import context

from obacht_enrollment import tables
from obacht_enrollment.accounts import tables as account_tables
from obacht_enrollment.cases import tables as case_tables
from obacht_enrollment.imports import tables as import_tables
from obacht_enrollment.inbox import tables as inbox_tables
from obacht_enrollment.streets import tables as street_tables

HOLDING_TABLES: Final = (tables, account_tables, case_tables, import_tables, inbox_tables, street_tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Base.metadata,
    # SQLite can roll back what defines tables, where the driver does not end the transaction first, as ours does not
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
