"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    """Puts the triggers in place after each migration and sees at start-up that they are there."""

    name = "guantong.apps.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Hook the triggers to the end of each migration and to the start-up checks."""
        from guantong.apps.ledger import triggers  # noqa: PLC0415  # models must be loaded first

        post_migrate.connect(triggers.put_in_place, sender=self)
        register(triggers.check_triggers, "database")
