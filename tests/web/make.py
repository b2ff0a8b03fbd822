"""People who can sign in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from guantong import clock
from guantong.apps.organizations.access import actor_of
from guantong.apps.organizations.accounts.opening import needs_factor
from guantong.apps.organizations.models import Kind, Organization
from guantong.apps.people.models import Account
from guantong.apps.people.services import make_account
from guantong.core.permits import Role
from guantong.web.guard import FACTOR, GIVEN
from tests.apps.make import make_organization, make_person, make_post

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
PASSWORD = "三月的风吹过操场2026"  # noqa: S105 — of the tests


def make_user(
    role: Role = Role.SECRETARY,
    place: Organization | None = None,
    *,
    name: str = "zhang",
    must_change: bool = False,
) -> Account:
    place = place or make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)
    person = make_person(place, name="张某")
    make_post(person, place, role)
    return make_account(name=name, person=person.pk, password=PASSWORD, must_change=must_change, now=NOW)


def signed_in(account: Account) -> Client:
    """A browser of somebody who signed in with the password, and gave the second factor if they need one."""
    client = Client()
    answer = client.post("/sign-in/", {"name": account.name, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    if needs_factor(actor_of(account.person, clock.today())):
        session = client.session
        session[FACTOR] = GIVEN
        session.save()
    return client
