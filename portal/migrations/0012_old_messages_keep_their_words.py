"""Messages sent before keep their words as they stand, in the language they were written in."""

from django.db import migrations

FORWARD = """
UPDATE portal_message SET
    heading = jsonb_build_object('text', title),
    paragraphs = CASE WHEN body = '' THEN '[]'::jsonb
        ELSE jsonb_build_array(jsonb_build_object('text', body)) END
"""
# A way back keeps the words as they were written, without the values of their placeholders.
BACKWARD = """
UPDATE portal_message SET
    title = left(coalesce(heading ->> 'text', heading ->> 'msgid', ''), 200),
    body = coalesce((
        SELECT string_agg(coalesce(line ->> 'text', line ->> 'msgid'), E'\\n')
        FROM jsonb_array_elements(paragraphs) AS line
    ), '')
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_words_of_a_message")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
