"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Evidence by reference."""

    name = "guantong.apps.evidence"
    label = "evidence"
