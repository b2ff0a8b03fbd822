"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """The tree, posts and the calendar."""

    name = "guantong.apps.organizations"
    label = "organizations"
