"""The indexes of a list of 200,000 cases, made while the portal is in use."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

from portal.lists.search import Bigrams, Searchable


class Migration(migrations.Migration):
    atomic = False  # an index that locks nobody out is made outside a transaction
    dependencies = [
        ("penalties", "0008_handlers_and_announcements"),
        ("portal", "0004_bigrams"),
    ]
    operations = [
        AddIndexConcurrently(
            "case",
            models.Index(
                fields=["-found_on", "-id"],
                include=(
                    "agency",
                    "handler",
                    "assisting",
                    "procedure",
                    "region_path",
                    "state",
                    "source",
                    "outcome",
                ),
                name="case_listed",
            ),
        ),
        AddIndexConcurrently(
            "case",
            models.Index(
                condition=models.Q(("outcome", ""), _negated=True),
                fields=["outcome", "-found_on", "-id"],
                name="case_by_outcome",
            ),
        ),
        AddIndexConcurrently(
            "case",
            models.Index(fields=["source", "-found_on", "-id"], name="case_by_source"),
        ),
        AddIndexConcurrently(
            "case",
            GinIndex(
                OpClass(Bigrams(Searchable("number", "institution_name")), name="array_ops"),
                name="case_by_words",
            ),
        ),
        RemoveIndexConcurrently("case", "case_by_day"),
    ]
