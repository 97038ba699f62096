"""The indexes of a list of 200,000 visits, made while the portal is in use."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

from portal.lists.search import Bigrams, Searchable


class Migration(migrations.Migration):
    atomic = False  # an index that locks nobody out is made outside a transaction
    dependencies = [
        ("inspections", "0009_draws_imported_from_a_superior"),
        ("portal", "0004_bigrams"),
    ]
    operations = [
        AddIndexConcurrently(
            "visit",
            models.Index(
                fields=["planned_from", "id"],
                include=(
                    "initiating",
                    "cooperating",
                    "region_path",
                    "state",
                    "kind",
                    "institution",
                ),
                name="visit_listed",
            ),
        ),
        AddIndexConcurrently(
            "visit",
            models.Index(fields=["kind", "planned_from", "id"], name="visit_by_kind"),
        ),
        AddIndexConcurrently(
            "visit",
            GinIndex(
                OpClass(
                    Bigrams(Searchable("institution_name", "inspection_code")),
                    name="array_ops",
                ),
                name="visit_by_words",
            ),
        ),
        RemoveIndexConcurrently("visit", "visit_by_day"),
    ]
