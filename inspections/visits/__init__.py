"""A visit to one institution: team, approval, notice, arrival, what became of it."""
