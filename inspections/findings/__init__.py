"""What is looked at on a visit and what is found: checklist, findings, evidence."""
