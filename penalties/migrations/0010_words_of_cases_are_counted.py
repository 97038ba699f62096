"""How often a term stands in the words of cases: without it every search is taken for a rare one.

The index keeps pairs of characters, from which the planner cannot tell what the whole text holds.
"""

from django.db import migrations

STATISTICS = r"""
CREATE STATISTICS penalties_case_words
ON (upper(normalize(number || E'\n' || institution_name, NFKC)))
FROM penalties_case
"""


class Migration(migrations.Migration):
    dependencies = [("penalties", "0009_lists_of_many_cases")]
    operations = [migrations.RunSQL(STATISTICS, "DROP STATISTICS penalties_case_words")]
