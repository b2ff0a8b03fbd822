"""Tables, and the only code that writes them. The bands of the apps are in pyproject.toml."""
