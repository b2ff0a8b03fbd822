"""The pure part: frozen dataclasses and functions. No database, no clock, no files but its own package data."""
