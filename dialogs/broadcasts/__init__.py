"""Broadcasts: an organiser writes to many, sees how it goes, and can take it back."""
