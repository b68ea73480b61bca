"""The PostgreSQL server: our own, started when needed, or somebody else's."""
