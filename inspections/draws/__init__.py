"""The verifiable draw: its ceremony, its record, and the proof that nobody steered it."""
