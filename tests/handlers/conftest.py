"""The same empty databases as the tests of storage."""

from tests.storage.conftest import blank_file, database, emptied_postgres, postgres, sqlite

__all__ = ["blank_file", "database", "emptied_postgres", "postgres", "sqlite"]
