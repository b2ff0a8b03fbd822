"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Sign-in accounts."""

    name = "guantong.apps.people"
    label = "people"
