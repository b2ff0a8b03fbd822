"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents and clauses."""

    name = "guantong.apps.documents"
    label = "documents"
