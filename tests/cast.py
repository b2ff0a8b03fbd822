"""The cast: one of every kind of person the policy tells apart, in a district that fits on a hand.

A work committee with two schools that have a branch each, the first branch with a group; beside it a street whose
school the committee guides. Everybody has an account; whoever is NOBODY has not signed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings
from django.http import SimpleCookie
from django.test import Client

from guantong import clock
from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.accounts.opening import needs_factor
from guantong.apps.organizations.models import Kind, Organization
from guantong.apps.people.models import Account
from guantong.apps.people.services import make_account
from guantong.core.permits import Role
from guantong.web.guard import BEGAN, FACTOR, GIVEN, SEEN, SPARED
from tests.apps.make import make_organization, make_person, make_post
from tests.apps.road import ISSUED, Road, at, make_road
from tests.web.make import PASSWORD

TODAY = date(2026, 3, 16)
"""The day on which everybody asks: a week after all was handed down, when time to explain is over."""

NOBODY = "nobody"
WHO = {
    "district": "district secretary",
    "in-charge": "member in charge",
    "section": "section staff",
    "discipline": "stationed discipline group",
    "school": "secretary of the first school",
    "principal": "its principal",
    "branch": "secretary of its first branch",
    "member": "member of the first school",
    "former": "its secretary until yesterday",
    "system": "system administrator",
    "security": "security administrator",
    "audit": "audit administrator",
    "stranger": "secretary of the second school",
    NOBODY: "not signed in",
}
"""Everybody, in the order of the oracle's columns."""


class Place(StrEnum):
    """Where an object stands."""

    DISTRICT = "D"
    SCHOOL = "S"
    BRANCH = "B"
    NEIGHBOUR = "N"
    GUIDED = "G"


class Relation(StrEnum):
    """What an object's place is to somebody's post."""

    OWN = "own"
    BELOW = "below"
    ABOVE = "above"
    NEIGHBOUR = "neighbour's"
    GUIDED = "guided"
    NONE = "none"  # nobody, or a post that is over


_HOMES = {
    **dict.fromkeys(("district", "in-charge", "section", "discipline"), Place.DISTRICT),
    **dict.fromkeys(("system", "security", "audit"), Place.DISTRICT),
    **dict.fromkeys(("school", "principal", "member"), Place.SCHOOL),
    "branch": Place.BRANCH,
    "stranger": Place.NEIGHBOUR,
}
_ABOVE = {
    Place.SCHOOL: {Place.DISTRICT},
    Place.BRANCH: {Place.DISTRICT, Place.SCHOOL},
    Place.NEIGHBOUR: {Place.DISTRICT},
}


def relation(who: str, place: Place) -> Relation:
    """What `place` is to somebody of the cast."""
    home = _HOMES.get(who)
    if home is None:
        return Relation.NONE
    if home is place:
        return Relation.OWN
    if home in _ABOVE.get(place, ()):
        return Relation.BELOW
    if place in _ABOVE.get(home, ()):
        return Relation.ABOVE
    guided = place is Place.GUIDED and home is Place.DISTRICT
    return Relation.GUIDED if guided else Relation.NEIGHBOUR


@dataclass
class Cast:
    """The district, everybody in it, and the sessions they have signed in with."""

    road: Road
    places: dict[Place, Organization]
    below: dict[Place, Organization]  # one organization directly under a place
    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def actor(self, who: str, day: date = ISSUED) -> Actor:
        """Somebody as services know them; beside the cast there is `guided`, the secretary of the guided school."""
        return actor_of(self.road.people[who], day)

    def client(self, who: str) -> Client:
        """A browser of somebody's, fresh from signing in; what it keeps is its own."""
        client = Client(raise_request_exception=False)
        if who in self.sessions:
            client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: self.sessions[who]})
        return client


def make_cast() -> Cast:
    """Everybody with account and session, on the day TODAY; the clock has to stand there already."""
    road = make_road()
    first, second = road.schools[:2]
    street = make_organization(name="松亭街道党工委", kind=Kind.WORK_COMMITTEE)
    guided = make_organization(street, name="竹溪幼儿园党支部")
    guided.guided_by = road.district
    guided.save()
    places = {
        Place.DISTRICT: road.district,
        Place.SCHOOL: first,
        Place.BRANCH: road.branches[0],
        Place.NEIGHBOUR: second,
        Place.GUIDED: guided,
    }
    below = {Place.DISTRICT: second, Place.SCHOOL: road.branches[0]}
    for place, name in (
        (Place.BRANCH, "第一小组"),
        (Place.NEIGHBOUR, "联合支部"),
        (Place.GUIDED, "后勤小组"),
    ):
        below[place] = make_organization(places[place], name=name)
    cast = Cast(road, places, below)
    _bring_in(cast)
    for who in WHO:
        if who != NOBODY:
            sign_in(cast, who)
    return cast


def _bring_in(cast: Cast) -> None:
    """Whom the road does not know yet, and the names under which it knows the others."""
    people = cast.road.people
    for who, known in (
        *(("district", "secretary"), ("section", "clerk"), ("school", "school-0")),
        *(("branch", "branch-0"), ("stranger", "school-1")),
    ):
        people[who] = people[known]
    ended = TODAY - timedelta(days=1)
    for who, place, role, until in (
        ("principal", Place.SCHOOL, Role.PRINCIPAL, None),
        ("former", Place.SCHOOL, Role.SECRETARY, ended),
        ("system", Place.DISTRICT, Role.SYSTEM_ADMIN, None),
        ("security", Place.DISTRICT, Role.SECURITY_ADMIN, None),
        ("audit", Place.DISTRICT, Role.AUDIT_ADMIN, None),
        ("guided", Place.GUIDED, Role.SECRETARY, None),
    ):
        person = make_person(cast.places[place], name=who)
        make_post(person, cast.places[place], role, until=until)
        people[who] = person.pk


def sign_in(cast: Cast, who: str) -> None:
    """Give somebody an account, and a session that begins now."""
    account = make_account(
        name=who, person=cast.road.people[who], password=PASSWORD, must_change=False, now=at(ISSUED)
    )
    client = Client()
    client.force_login(account)
    session = client.session
    session[BEGAN] = session[SEEN] = clock.second()
    session[FACTOR] = GIVEN if needs_factor(cast.actor(who, clock.today())) else SPARED
    session.save()
    cast.accounts[who], cast.sessions[who] = account, str(session.session_key)
