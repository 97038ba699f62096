"""The record of a visit and its signatures, or the outcome at the door."""
