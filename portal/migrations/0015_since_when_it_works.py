"""Since when the worker lives, and when the engine last came to an end: for the alarm."""

from django.db import migrations, models
from django.db.models import F
from django.utils.timezone import now


def since_the_last_beat(apps, schema_editor):
    apps.get_model("portal", "Heartbeat").objects.update(since=F("at"))


class Migration(migrations.Migration):
    dependencies = [("portal", "0014_addresses_that_keep_the_heads")]

    operations = [
        migrations.AddField("enginestate", "succeeded_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "heartbeat", "since", models.DateTimeField(default=now), preserve_default=False
        ),
        migrations.RunPython(since_the_last_beat, migrations.RunPython.noop),
    ]
