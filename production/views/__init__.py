"""Pages of roofs and of the operator, by subject."""
