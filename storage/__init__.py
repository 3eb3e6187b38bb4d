"""What has happened: people, conversations, messages in and out, tickets, the journal. No sentences, no platform."""

from storage.database import Conflict, Database, Transaction
from storage.errors import Refusal

__all__ = ["Conflict", "Database", "Refusal", "Transaction"]
