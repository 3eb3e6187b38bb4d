"""Alembic migrations: how an older database becomes today's."""
