"""What Alembic runs: it is handed an open connection, on SQLite in batch mode."""

from alembic import context
from sqlmodel import SQLModel

from storage import schema

assert schema.TABLES

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
