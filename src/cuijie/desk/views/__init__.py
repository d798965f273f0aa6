"""The pages, one module per idea: what stands before any case, and the places of one case."""
