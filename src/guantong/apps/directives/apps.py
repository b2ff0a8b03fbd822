"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    """Directives and assignments."""

    name = "guantong.apps.directives"
    label = "directives"

    def ready(self) -> None:
        """Say what the nouns mean, which clauses must stay as they are, who owns what, and what becomes of open work."""
        from guantong.apps.directives import handover, owners, queries  # noqa: PLC0415  # models must be loaded first
        from guantong.apps.documents import services as documents  # noqa: PLC0415  # as above
        from guantong.apps.organizations.access import register  # noqa: PLC0415  # as above
        from guantong.apps.organizations.roster import handing  # noqa: PLC0415  # as above
        from guantong.apps.organizations.tree import work  # noqa: PLC0415  # as above

        for noun, (rows, place) in queries.NOUNS.items():
            register(noun, rows, place)
        documents.in_use.append(queries.clauses_in_use)
        work.keepers.append(handover)
        handing.owned.append(handing.Owned(owners.count_owned, owners.count_left, owners.pass_on))
