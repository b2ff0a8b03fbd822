"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Views of facts, and measures."""

    name = "guantong.apps.figures"
    label = "figures"
