"""Figures: the facts of every app as views, and measures over them. Owns no table."""
