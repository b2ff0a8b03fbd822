"""Django made ready for a command that needs the database."""

from __future__ import annotations

import os


def prepare() -> None:
    """Load settings and apps; to be called before anything under `apps` is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings")
    import django  # noqa: PLC0415  # the reader's commands start without Django

    django.setup()
