"""Who is on the roster, with what standing, and who holds which post."""
