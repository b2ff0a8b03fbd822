"""Rows for tests, each with what the test does not care about filled in."""

from __future__ import annotations

from datetime import date

from guantong.apps.organizations.models import Kind, Organization, Person, Post
from guantong.core.permits import Role

DAY = date(2026, 3, 5)


def make_organization(
    parent: Organization | None = None, *, name: str = "", kind: str = Kind.BRANCH
) -> Organization:
    above = parent.path if parent else ""
    siblings = Organization.objects.filter(parent=parent).count()
    return Organization.objects.create(
        parent=parent,
        path=f"{above}{siblings + 1:04d}",
        name=name or f"第{siblings + 1}支部",
        kind=kind,
        opened_on=date(2020, 1, 1),
    )


def make_person(organization: Organization, *, name: str = "某某") -> Person:
    return Person.objects.create(name=name, organization=organization)


def make_post(
    person: Person,
    organization: Organization,
    role: Role,
    *,
    since: date = date(2024, 1, 1),
    until: date | None = None,
) -> Post:
    return Post.objects.create(person=person, organization=organization, role=role, since=since, until=until)
