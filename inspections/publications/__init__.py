"""The published results of visits: preview, redaction, correction, withdrawal."""
