"""The law as dated rows: bases, deadline rules, parameters, the calendar of working days."""
