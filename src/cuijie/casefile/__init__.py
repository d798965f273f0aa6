"""A case on disk: encrypted store, vault of originals, ledger, time-stamps, sharing."""

from cuijie.casefile.case import Batch, Case
from cuijie.casefile.errors import CaseError
from cuijie.casefile.items import Item, ItemFacts
from cuijie.casefile.keys import KdfCost
from cuijie.casefile.ledger.chain import LedgerEntry

__all__ = ["Batch", "Case", "CaseError", "Item", "ItemFacts", "KdfCost", "LedgerEntry"]
