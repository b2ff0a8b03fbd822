"""Organizations in their tree with dated names and parents, persons and their posts, the calendar, and access."""
