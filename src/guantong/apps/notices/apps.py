"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """To-dos."""

    name = "guantong.apps.notices"
    label = "notices"
