"""催界 Cuijie: one rulebook of lawful debt collection, a borrower's desk and a collector's desk."""

__all__ = ["__version__"]

__version__ = "0.1.0"
