"""Pages for people: one module per area; no rules, no tables."""
