"""The function behind two-character search: every pair of neighbouring characters of a text.

A line break is never part of a pair, so a term cannot span two parts of a searched column. The
cost tells the planner that computing pairs for every row is dear.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION portal_bigrams(source text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
    SELECT coalesce(array_agg(DISTINCT pair), '{}')
    FROM (
        SELECT substr(source, at, 2) AS pair FROM generate_series(1, length(source) - 1) AS at
    ) AS pairs
    WHERE position(E'\\n' IN pair) = 0
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_audit_seal")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION portal_bigrams(text)")]
