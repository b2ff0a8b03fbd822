"""Accounts as the tree sees them: who may open, reset and close whose, and the first day."""
