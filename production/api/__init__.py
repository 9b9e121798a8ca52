"""API of plants, their expected and metered output, weather, and of imports, by subject."""
