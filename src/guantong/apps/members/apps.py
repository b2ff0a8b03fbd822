"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Corrections asked for."""

    name = "guantong.apps.members"
    label = "members"
