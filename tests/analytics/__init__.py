"""Measures against the gauges of core, on every engine."""
