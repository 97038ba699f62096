"""Writing an event, by SQL: a function keeps its plans, which halves what the database spends.

The lock makes the numbers of a stream gap-free: its next writer waits for this transaction. Each
statement of a volatile function takes its own snapshot, so the number is read after the lock is
held; it goes into the body, between the two parts of the text, before that is hashed.
"""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION audit_write(
    to_stream text, at timestamptz, verb text, subject text,
    by_user bigint, by_post bigint, by_agency bigint, head text, tail text
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    n bigint;
    told text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(to_stream, 0));
    SELECT coalesce(max(stream_seq), 0) + 1 INTO n FROM audit_event WHERE stream = to_stream;
    told := head || n || tail;
    INSERT INTO audit_event
        (stream, stream_seq, at, verb, subject, user_id, post_id, agency_id, body, leaf)
    VALUES (to_stream, n, at, verb, subject, by_user, by_post, by_agency, told,
        sha256('\x00'::bytea || convert_to(told, 'UTF8')));
END $$;
"""
UNDO = "DROP FUNCTION audit_write"


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_bigrams")]
    operations = [migrations.RunSQL(FUNCTION, UNDO)]
