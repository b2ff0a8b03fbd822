"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    """Directives and assignments."""

    name = "guantong.apps.directives"
    label = "directives"
