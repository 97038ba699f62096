"""Bytes and hashes of DRAW-1: one spelling for every value, one frame for every hash."""
