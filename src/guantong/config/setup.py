"""Django made ready for a command that needs the database, and Django's own commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_UNUSABLE = 2  # as the command `guantong` has it


def prepare() -> None:
    """Load settings and apps; to be called before anything under `apps` is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings")
    import django  # noqa: PLC0415  # the reader's commands start without Django

    django.setup()


def manage(argv: Sequence[str]) -> int:
    """Run one of Django's own commands; 2 with one sentence where a setting or the database cannot be used.

    With --traceback, what the database said is raised as it is.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    from guantong.config.env import SettingError  # noqa: PLC0415

    try:
        execute_from_command_line(list(argv))
    except SettingError as error:
        sentence = str(error)
    except OperationalError as error:
        if "--traceback" in argv:
            raise
        from guantong.config.serving import unusable  # noqa: PLC0415 — the settings are known by now

        sentence = unusable(error)
    else:
        return 0
    sys.stderr.write(sentence + "\n")
    return _UNUSABLE
