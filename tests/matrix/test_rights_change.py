"""T17: what somebody may do follows their posts at the next request, in the session they have open already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from guantong.apps.organizations.models import Organization, Post
from guantong.apps.people.models import Account
from guantong.core.permits import Role
from tests.apps.make import make_person, make_post
from tests.apps.road import at
from tests.cast import TODAY, Cast, Place, make_cast, sign_in

from .scenes import Scenes

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def scenes(settings: Any) -> Iterator[Scenes]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with time_machine.travel(at(TODAY, 23) + timedelta(minutes=50), tick=False):  # so that midnight is near
        yield Scenes(make_cast())


def posts(cast: Cast, who: str) -> Any:
    return Post.objects.filter(person=cast.road.people[who])


def seen(client: Client, scenes: Scenes, place: Place) -> int:
    """The status of the receipt that the organization at a place holds."""
    return client.get(reverse("receipt", args=[scenes.receipt(place).pk])).status_code


def signing(client: Client, scenes: Scenes, place: Place) -> int:
    return client.post(reverse("sign", args=[scenes.receipt(place).pk])).status_code


def is_out(client: Client) -> bool:
    answer = client.get(reverse("home"))
    return answer.status_code == 302 and answer["Location"].startswith(reverse("sign-in"))


def test_T17_the_last_post_ends_and_with_it_the_session(scenes: Scenes) -> None:  # noqa: N802
    client = scenes.cast.client("school")
    assert seen(client, scenes, Place.SCHOOL) == 200
    posts(scenes.cast, "school").update(until=YESTERDAY)
    assert seen(client, scenes, Place.SCHOOL) == 302
    assert is_out(client)


def test_T17_one_of_two_posts_ends_and_the_other_stays(scenes: Scenes) -> None:  # noqa: N802
    cast, client = scenes.cast, scenes.cast.client("school")
    person = posts(cast, "school").get().person
    second = make_post(person, cast.places[Place.NEIGHBOUR], Role.PARTY_OFFICE)
    assert [seen(client, scenes, place) for place in (Place.SCHOOL, Place.NEIGHBOUR)] == [200, 200]
    Post.objects.filter(pk=second.pk).update(until=YESTERDAY)
    assert [seen(client, scenes, place) for place in (Place.SCHOOL, Place.NEIGHBOUR)] == [200, 404]


def test_T17_somebody_moves_to_another_school(scenes: Scenes) -> None:  # noqa: N802
    cast, client = scenes.cast, scenes.cast.client("school")
    assert [seen(client, scenes, place) for place in (Place.SCHOOL, Place.NEIGHBOUR)] == [200, 404]
    person = posts(cast, "school").get().person
    posts(cast, "school").update(until=YESTERDAY)
    make_post(person, cast.places[Place.NEIGHBOUR], Role.SECRETARY, since=TODAY)
    assert [seen(client, scenes, place) for place in (Place.SCHOOL, Place.NEIGHBOUR)] == [404, 200]
    assert signing(client, scenes, Place.SCHOOL) == 404
    assert signing(client, scenes, Place.NEIGHBOUR) == 302


def test_T17_a_post_that_begins_counts_from_its_day(scenes: Scenes) -> None:  # noqa: N802
    cast, client = scenes.cast, scenes.cast.client("member")
    assert seen(client, scenes, Place.SCHOOL) == 404
    person = posts(cast, "member").get().person
    made = make_post(person, cast.places[Place.SCHOOL], Role.DEPUTY, since=TODAY + timedelta(days=1))
    assert seen(client, scenes, Place.SCHOOL) == 404
    Post.objects.filter(pk=made.pk).update(since=TODAY)
    assert seen(client, scenes, Place.SCHOOL) == 200


def test_T17_another_role_may_do_other_things(scenes: Scenes) -> None:  # noqa: N802
    client = scenes.cast.client("principal")
    assert signing(client, scenes, Place.SCHOOL) == 403
    posts(scenes.cast, "principal").update(role=Role.DEPUTY)
    assert signing(client, scenes, Place.SCHOOL) == 302


def test_T17_an_organization_closes_and_its_posts_with_it(scenes: Scenes) -> None:  # noqa: N802
    client = scenes.cast.client("stranger")
    assert seen(client, scenes, Place.NEIGHBOUR) == 200
    Organization.objects.filter(pk=scenes.cast.places[Place.NEIGHBOUR].pk).update(closed_on=TODAY)
    assert signing(client, scenes, Place.NEIGHBOUR) == 302
    assert scenes.receipt(Place.NEIGHBOUR).signed_on is None
    assert is_out(client)


def test_T17_guidance_ends(scenes: Scenes) -> None:  # noqa: N802
    client = scenes.cast.client("section")
    assert seen(client, scenes, Place.GUIDED) == 200
    Organization.objects.filter(pk=scenes.cast.places[Place.GUIDED].pk).update(guided_by=None)
    assert seen(client, scenes, Place.GUIDED) == 404


def test_T17_an_account_is_closed_and_every_session_with_it(scenes: Scenes) -> None:  # noqa: N802
    clients = [scenes.cast.client("school"), scenes.cast.client("school")]
    assert [seen(client, scenes, Place.SCHOOL) for client in clients] == [200, 200]
    Account.objects.filter(pk=scenes.cast.accounts["school"].pk).update(is_active=False)
    assert all(is_out(client) for client in clients)


def test_T17_a_successor_takes_over_on_the_day(scenes: Scenes) -> None:  # noqa: N802
    """The day is that of the request: nothing has to run at midnight."""
    cast = scenes.cast
    person = make_person(cast.places[Place.SCHOOL], name="successor")
    make_post(person, cast.places[Place.SCHOOL], Role.MEMBER)
    cast.road.people["successor"] = person.pk
    sign_in(cast, "successor")
    posts(cast, "school").update(until=TODAY)
    make_post(person, cast.places[Place.SCHOOL], Role.SECRETARY, since=TODAY + timedelta(days=1))
    before, after = cast.client("school"), cast.client("successor")
    assert [seen(client, scenes, Place.SCHOOL) for client in (before, after)] == [200, 404]
    with time_machine.travel(at(TODAY + timedelta(days=1), 0), tick=False):
        assert signing(after, scenes, Place.SCHOOL) == 302
        assert scenes.receipt(Place.SCHOOL).signed_on
        assert is_out(before)
