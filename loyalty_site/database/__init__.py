"""The database engine: Django's for PostgreSQL, which asks each new connection what time it is."""
