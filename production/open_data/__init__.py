"""The public series, to take away."""
