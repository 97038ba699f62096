"""What a post of a bureau leaves open of the inspections, and how it passes on (EV3)."""
