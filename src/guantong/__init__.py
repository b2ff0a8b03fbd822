"""Guantong (贯通): from what was decided to what was done."""
