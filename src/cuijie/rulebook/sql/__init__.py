"""The rules as SQL, for DuckDB and for Spark."""
