"""Which apps can read contacts, messages and calls: asked for, granted, used."""
