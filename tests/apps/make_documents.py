"""A small invented plan, brought in for a test by a clerk of the place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from guantong.apps.documents import services
from guantong.apps.documents.models import Clause, Document
from guantong.apps.documents.queries import live_clauses
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Organization
from guantong.core.permits import Role, Standpoint

from .make import DAY

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
PLAN = """云岫区教育局2026年工作要点
2026年2月10日
一、加强组织建设
1.落实学习制度。各支部要每季度召开一次支部党员大会，党员参与率不低于95%。（责任科室：组织科、宣传科）
2.完善议事规则。各学校要在6月底前完成议事规则修订，报局党委备案。（责任科室：组织科）
二、规范办学行为
3.规范招生。严禁中小学校举办重点班。（责任科室：基教科）
"""


def clerk(place: Organization, role: Role = Role.SECTION_STAFF, person: int = 7) -> Actor:
    return Actor(person, (Standpoint(role, place.path),), DAY)


def imported(place: Organization, text: str = PLAN, name: str = "要点.txt", **given: Any) -> Document:
    return services.import_document(
        clerk(place), organization=place.pk, file_name=name, content=text.encode(), now=NOW, **given
    )


def clauses(document: Document) -> list[Clause]:
    return list(live_clauses(document))
