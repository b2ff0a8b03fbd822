"""What tests of the pages of organizations have in common: a tree that has changed, who looks at it, what they see."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guantong.apps.organizations import tree
from guantong.apps.organizations.models import Kind, Organization
from guantong.apps.organizations.spelling import spelled
from guantong.core.permits import Role
from tests.apps.road import ISSUED, Road, at

from .make import make_user, signed_in

TODAY = ISSUED.isoformat()


def spell_all() -> None:
    """Rows of tests are spelled like those that services make."""
    for row in Organization.objects.all():
        row.spelled = spelled(row.name)
        row.save(update_fields=["spelled"])


def system_of(road: Road) -> Client:
    """Somebody who runs the machine of an example district, whose administrators need no second factor."""
    road.district.invented = True
    road.district.save()
    return signed_in(make_user(Role.SYSTEM_ADMIN, road.district, name="system"))


def change(road: Road) -> None:
    """Today the first school is renamed, its second branch has moved, and the third school is merged into the second."""
    clerk, now = road.actor("clerk"), at(ISSUED)
    first, second, third = (school.pk for school in road.schools)
    tree.rename(clerk, first, "砚舟实验中学党委", on=date(2026, 3, 2), now=now)
    tree.move(clerk, road.branches[1].pk, second, on=date(2026, 3, 3), now=now)
    tree.close(clerk, third, into=second, work=tree.Work.HAND_OVER, on=date(2026, 3, 4), now=now)


def page(client: Client, url: str, *args: int, **query: Any) -> str:
    answer = client.get(reverse(url, args=args), query)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def names(shown: str) -> list[str]:
    """The heads of the rows of the first table, without what is said beside them."""
    return [
        re.sub(r"<[^>]+>", "", each).strip()
        for each in re.findall(r'<th scope="row"[^>]*>(.*?)(?:<span|</th>)', shown, re.DOTALL)
    ]


def send(client: Client, url: str, pk: int, said: str, status: int = 302, **typed: Any) -> str:
    """Send a form; what follows must hold `said`."""
    answer = client.post(reverse(url, args=[pk]), typed)
    assert answer.status_code == status, answer.content.decode()
    shown = client.get(answer["Location"]).content.decode() if status == 302 else answer.content.decode()
    assert said in shown, shown
    return shown


def queries_of(client: Client, url: str, *args: int, **query: Any) -> int:
    client.get("/")
    with CaptureQueriesContext(connection) as made:
        page(client, url, *args, **query)
    return len(made)


def founded(
    road: Road, above: Organization, name: str, kind: str = Kind.BRANCH, stage: str = ""
) -> Organization:
    return tree.found(
        road.actor("clerk"),
        above.pk,
        name=name,
        kind=Kind(kind),
        stage=stage,
        opened_on=date(2021, 9, 1),
        now=at(ISSUED),
    )
