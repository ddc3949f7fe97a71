"""Articles: extraction from pages. Pure."""
