"""To-dos: what waits at which desk, until somebody has done it."""
