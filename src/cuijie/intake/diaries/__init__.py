"""Diaries of contacts in plain words, and the days that their lines mean."""
