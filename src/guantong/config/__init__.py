"""The Django project: settings from the environment, URLs, and the SQLite library in use."""
