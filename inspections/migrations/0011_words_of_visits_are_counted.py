"""How often a term stands in the words of visits: without it every search is taken for a rare one.

The index keeps pairs of characters, from which the planner cannot tell what the whole text holds.
"""

from django.db import migrations

STATISTICS = r"""
CREATE STATISTICS inspections_visit_words
ON (upper(normalize(institution_name || E'\n' || inspection_code, NFKC)))
FROM inspections_visit
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0010_lists_of_many_visits")]
    operations = [migrations.RunSQL(STATISTICS, "DROP STATISTICS inspections_visit_words")]
