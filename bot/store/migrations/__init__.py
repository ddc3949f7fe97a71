"""How the tables came about: Alembic's folder. Files in `versions` are only ever added."""
