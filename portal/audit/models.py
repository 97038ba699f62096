"""The audit table as Django reads it; a migration made it by SQL, so Django never changes it."""

from django.db import models


class AuditEvent(models.Model):
    """One act. ``body`` is the truth that is hashed; the other columns are copies for search."""

    id = models.BigIntegerField(primary_key=True)
    stream = models.TextField()
    stream_seq = models.BigIntegerField()
    at = models.DateTimeField()
    verb = models.TextField()
    subject = models.TextField()
    user_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True)
    body = models.TextField()
    leaf = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_event"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.stream} #{self.stream_seq} {self.verb}"
