"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents and clauses."""

    name = "guantong.apps.documents"
    label = "documents"

    def ready(self) -> None:
        """Say what the noun of the permits means."""
        from guantong.apps.documents.models import Document  # noqa: PLC0415  # models must be loaded first
        from guantong.apps.organizations.access import register  # noqa: PLC0415  # as above

        register("document", Document.objects.all, "organization__path")
