from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def pending_results_are_a_case_or_a_lead(apps, schema_editor):
    """Code 09 must link a case or a lead (regulation §5.2); an order does not answer it."""
    codes = apps.get_model("inspections", "ResultCode").objects
    codes.filter(code="09", from_on=None, steps="case|order").update(steps="case")


class Migration(migrations.Migration):
    dependencies = [("inspections", "0007_batches_of_some_districts")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="results_by",
            field=ArrayField(models.BigIntegerField(), default=list, editable=False),
        ),
        migrations.AddField(
            model_name="resultpublication",
            name="written_by",
            field=ArrayField(models.BigIntegerField(), default=list, editable=False),
        ),
        migrations.RunPython(pending_results_are_a_case_or_a_lead, migrations.RunPython.noop),
    ]
