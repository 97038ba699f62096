"""The audit table, by SQL: append-only for the application's role, guarded by triggers."""

from django.db import migrations

TABLE = """
CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    stream text NOT NULL,
    stream_seq bigint NOT NULL,
    at timestamptz NOT NULL,
    verb text NOT NULL,
    subject text NOT NULL,
    user_id bigint,
    post_id bigint,
    agency_id bigint,
    body text NOT NULL,
    leaf bytea NOT NULL,
    UNIQUE (stream, stream_seq)
);
CREATE INDEX audit_event_subject ON audit_event (subject, id);
CREATE INDEX audit_event_user ON audit_event (user_id, id);
CREATE INDEX audit_event_at ON audit_event (at);

CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_event is append-only';
END $$;
CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM portal_app;
    END IF;
END $$;
"""

UNDO = "DROP TABLE audit_event; DROP FUNCTION audit_event_is_append_only()"


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunSQL(TABLE, UNDO)]
