"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class RepliesConfig(AppConfig):
    """Requests and answers upwards."""

    name = "guantong.apps.replies"
    label = "replies"
