"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate, pre_migrate


class FiguresConfig(AppConfig):
    """Views of facts, and measures."""

    name = "guantong.apps.figures"
    label = "figures"

    def ready(self) -> None:
        """Drop the views before a migration and make them after it, once each, and see at start-up that they are there.

        Django tells every app once, whichever apps migrate, and all of them only when the last has migrated.
        """
        from guantong.apps.figures import views  # noqa: PLC0415  # models must be loaded first

        pre_migrate.connect(views.drop, sender=self)
        post_migrate.connect(views.make, sender=self)
        register(views.check_views, "database")
