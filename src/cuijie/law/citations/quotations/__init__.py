"""Words in quotation marks held against the article's own, or against its fingerprint."""
