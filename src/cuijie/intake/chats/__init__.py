"""Chats as the apps themselves export them, or as the user brings them in a neutral file."""
