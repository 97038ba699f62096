"""The catalogue of supervision matters and violations."""
