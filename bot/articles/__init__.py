"""Articles: extraction from pages, fingerprints. Pure."""
