"""The words of a message are stored untranslated, with their parameters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_marked_copies")]

    operations = [
        migrations.AddField(
            "message", "heading", models.JSONField(default=dict, verbose_name="标题")
        ),
        migrations.AddField(
            "message", "paragraphs", models.JSONField(default=list, verbose_name="内容")
        ),
    ]
