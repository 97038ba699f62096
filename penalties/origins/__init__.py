"""How what inspections found becomes a case."""
