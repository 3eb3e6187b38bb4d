"""Curation, recalls, imported layers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["person.id"], name=op.f("fk_import_run_actor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entries", DOCUMENT, nullable=False),
        sa.Column("titles", DOCUMENT, nullable=False),
        sa.Column("revisions", DOCUMENT, nullable=False),
        sa.Column("ended", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("sources", DOCUMENT, nullable=False),
        sa.Column("told_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author", sa.Integer(), nullable=False),
        sa.Column("editor", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["person.id"], name=op.f("fk_recall_author")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_recall_decided_by")),
        sa.ForeignKeyConstraint(["editor"], ["person.id"], name=op.f("fk_recall_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    with op.batch_alter_table("recall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_recall_status"), ["status"], unique=False)

    op.create_table(
        "imported_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["import_run.id"], name=op.f("fk_imported_document_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_document")),
        sa.UniqueConstraint("number", name=op.f("uq_imported_document_number")),
    )
    op.create_table(
        "imported_procedure",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("commune_level", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.Column("updated", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["import_run.id"], name=op.f("fk_imported_procedure_run")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_imported_procedure")),
    )
    op.create_table(
        "recall_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recall", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_recall_notice_person")),
        sa.ForeignKeyConstraint(["recall"], ["recall.id"], name=op.f("fk_recall_notice_recall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_notice")),
        sa.UniqueConstraint("recall", "person", name="uq_recall_notice_recall"),
    )
    with op.batch_alter_table("recall_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_notice_person"), ["person"], unique=False)

    op.create_table(
        "imported_article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["imported_document.id"], name=op.f("fk_imported_article_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_article")),
        sa.UniqueConstraint("document", "number", name="uq_imported_article_document"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("base_revision", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author", sa.Integer(), nullable=False),
        sa.Column("editor", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["person.id"], name=op.f("fk_draft_author")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_draft_decided_by")),
        sa.ForeignKeyConstraint(["editor"], ["person.id"], name=op.f("fk_draft_editor")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_draft_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_author"), ["author"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_ticket"), ["ticket"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("over", sa.String(), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=True),
        sa.Column("author", sa.Integer(), nullable=True),
        sa.Column("approver", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["approver"], ["person.id"], name=op.f("fk_publication_approver")),
        sa.ForeignKeyConstraint(["author"], ["person.id"], name=op.f("fk_publication_author")),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name=op.f("fk_publication_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("draft", name=op.f("uq_publication_draft")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_name"), ["name"], unique=False)

    with op.batch_alter_table("exchange", schema=None) as batch_op:
        batch_op.add_column(sa.Column("related", DOCUMENT, nullable=False, server_default="[]"))

    with op.batch_alter_table("exchange_note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("substance", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_exchange_note_entry"), ["entry"], unique=False)

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cited", DOCUMENT, nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("cited")

    with op.batch_alter_table("exchange_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exchange_note_entry"))
        batch_op.drop_column("substance")

    with op.batch_alter_table("exchange", schema=None) as batch_op:
        batch_op.drop_column("related")

    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_name"))

    op.drop_table("publication")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_ticket"))
        batch_op.drop_index(batch_op.f("ix_draft_status"))
        batch_op.drop_index(batch_op.f("ix_draft_name"))
        batch_op.drop_index(batch_op.f("ix_draft_author"))

    op.drop_table("draft")
    op.drop_table("imported_article")
    with op.batch_alter_table("recall_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_notice_person"))

    op.drop_table("recall_notice")
    op.drop_table("imported_procedure")
    op.drop_table("imported_document")
    with op.batch_alter_table("recall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_status"))
        batch_op.drop_index(batch_op.f("ix_recall_created_at"))

    op.drop_table("recall")
    op.drop_table("import_run")
