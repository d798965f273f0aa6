"""The rules as one pass over rows in time order, compiled: the fourth backend, for audits of many millions."""
