"""What judges the facts of some days: one engine in SQL, in DuckDB here or on Spark through Spark Connect."""
