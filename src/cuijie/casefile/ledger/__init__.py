"""The ledger of a case: its chain of entries, how they are written and anchored, and proofs that show one entry alone."""
