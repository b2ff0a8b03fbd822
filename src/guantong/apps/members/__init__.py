"""What persons ask about their own record, and what the office that keeps it answers."""
