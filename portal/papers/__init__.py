"""Papers: official documents (公文) from one content to PDF and Word, numbered, sealed, filed."""
