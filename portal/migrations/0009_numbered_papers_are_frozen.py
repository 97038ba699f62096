"""A numbered paper never changes, whoever asks: only its scan comes later. By SQL."""

from django.db import migrations

GUARD = """
CREATE FUNCTION portal_paper_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'numbered' AND (TG_OP = 'DELETE' OR
        to_jsonb(NEW) - 'scan_id' IS DISTINCT FROM to_jsonb(OLD) - 'scan_id') THEN
        RAISE EXCEPTION 'paper % is numbered and does not change', OLD.number;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER portal_paper_frozen BEFORE UPDATE OR DELETE ON portal_paper
    FOR EACH ROW EXECUTE FUNCTION portal_paper_is_frozen();
"""
UNDO = "DROP TRIGGER portal_paper_frozen ON portal_paper; DROP FUNCTION portal_paper_is_frozen()"


class Migration(migrations.Migration):
    dependencies = [("portal", "0008_papers_numbered_and_sealed")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
