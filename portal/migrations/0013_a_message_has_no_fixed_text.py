"""The old columns of a message go; their words stand in the new ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0012_old_messages_keep_their_words")]

    operations = [
        # with a default so that the way back can make the column again
        migrations.AlterField("message", "title", models.CharField(default="", max_length=200)),
        migrations.RemoveField("message", "title"),
        migrations.RemoveField("message", "body"),
    ]
