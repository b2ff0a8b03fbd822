"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Import from workbooks."""

    name = "guantong.apps.intake"
    label = "intake"
