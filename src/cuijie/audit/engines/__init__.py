"""What judges the facts of some days: SQL or the fused pass in DuckDB, and Spark through Spark Connect."""
