"""Who is told, and when, that a period of a plan or a visit runs out."""
