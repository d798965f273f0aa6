"""Documents: one template each, parsed once into typed blocks, written as DOCX, PDF and Markdown."""
