"""Documents and their clauses, read by the software and confirmed by a person."""
