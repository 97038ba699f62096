"""What is to be inspected: the item list, the plan of a year, its batches."""
