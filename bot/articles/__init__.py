"""Articles from web pages and from files: extraction and JSON Lines. Pure: no network."""
