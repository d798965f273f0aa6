"""The shape of each law without its words: counts, subjects of our own, and fingerprints to check a quotation by."""

from cuijie.law.structure.fingerprints import ArticlePrint, Prints, normalise
from cuijie.law.structure.shapes import ArticleShape, Element, Structure, spoken_of, structure, structures, with_shapes

__all__ = [
    "ArticlePrint",
    "ArticleShape",
    "Element",
    "Prints",
    "Structure",
    "normalise",
    "spoken_of",
    "structure",
    "structures",
    "with_shapes",
]
