"""Seals over the audit, by SQL like the audit itself: append-only, outside what Django empties.

``audit_queue`` alone may shrink: it names the events that still wait for their seal. It exists
because the order of ids is not the order of commits, and a restored cluster counts xids anew.
"""

from django.db import migrations

TABLES = """
CREATE TABLE audit_batch (
    n bigint PRIMARY KEY,
    first_leaf bigint NOT NULL,
    last_leaf bigint NOT NULL,
    root bytea NOT NULL,
    prev bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
CREATE TABLE audit_seal (
    leaf_no bigint PRIMARY KEY,
    event_id bigint NOT NULL UNIQUE,
    batch bigint NOT NULL,
    leaf bytea NOT NULL
);
CREATE INDEX audit_seal_batch ON audit_seal (batch, leaf_no);
CREATE TABLE audit_head (
    on_date date PRIMARY KEY,
    batch bigint NOT NULL,
    leaves bigint NOT NULL,
    hash bytea NOT NULL,
    at timestamptz NOT NULL
);
CREATE TABLE audit_queue (event_id bigint PRIMARY KEY);
INSERT INTO audit_queue SELECT id FROM audit_event;

CREATE FUNCTION audit_event_awaits_its_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_queue VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_event_to_queue AFTER INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_awaits_its_seal();

CREATE OR REPLACE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
"""

GUARD = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM portal_app;
    END IF;
END $$;
"""
GUARDED = ("audit_batch", "audit_seal", "audit_head")

UNDO = """
DROP TRIGGER audit_event_to_queue ON audit_event;
DROP FUNCTION audit_event_awaits_its_seal();
DROP TABLE audit_queue, audit_head, audit_seal, audit_batch;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_audit_event")]
    operations = [
        migrations.RunSQL(TABLES + "".join(GUARD.format(table=name) for name in GUARDED), UNDO)
    ]
