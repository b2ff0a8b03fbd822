"""What pages cost: the fullest page of an assignment at twelve queries, lists that sort keys alone, short tags."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from guantong.apps.directives import queries, services
from guantong.apps.directives.models import Assignment, Progress
from guantong.apps.directives.queries import Filter
from guantong.apps.directives.services import PartTo
from guantong.apps.documents.services import import_text
from guantong.apps.people.services import make_account
from guantong.core.figures import Share
from guantong.core.status import Light
from guantong.web import words
from guantong.web.listing import listed
from tests.apps.road import ISSUED, Road, at, issued, later, make_road

from .make import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
LATE = date(2026, 5, 6)


@pytest.fixture
def road() -> Road:
    road = make_road()
    issued(road)
    return road


def full(road: Road) -> Assignment:
    """Adopted late, handed on in part, acted on with a document to show for it, and not reported: all there can be."""
    school = road.schools[0]
    road.adopted(school, "school-0", later(25))
    row = road.assignment(school)
    head = road.actor("school-0", later(26))
    services.split_assignment(
        head,
        assignment=row.pk,
        parts=[PartTo(road.branches[0].pk)],
        sign_days=2,
        adopt_days=5,
        now=at(later(26)),
    )
    papers = [
        import_text(head, organization=school.pk, text=f"第{n}次学习记录", now=at(later(26))) for n in (1, 2)
    ]
    services.record_progress(
        head,
        assignment=row.pk,
        held_on=later(26),
        text="集中学习一次",
        shown=[("document", papers[0].pk)],
        now=at(later(26)),
    )
    services.refresh_due(today=LATE)
    row.refresh_from_db()
    assert row.fact
    assert row.is_split
    return row


def test_the_fullest_page_of_an_assignment_makes_twelve_queries(road: Road) -> None:
    row = full(road)
    with time_machine.travel(at(LATE), tick=False):
        client = signed_in(
            make_account(
                name="school",
                person=road.people["school-0"],
                password=PASSWORD,
                must_change=False,
                now=at(ISSUED),
            )
        )
        client.get("/")
        with CaptureQueriesContext(connection) as seen:
            shown = client.get(f"/assignments/{row.pk}/").content.decode()
    assert len(seen) <= 12, "\n".join(query["sql"][:150] for query in seen)
    for said in ("有待说明的事实", "集中学习一次", "第1次学习记录", "分解到下级（1）", road.branches[1].name):
        assert said in shown


def test_papers_that_show_something_come_first(road: Road) -> None:
    row = full(road)
    progress = list(Progress.objects.filter(assignment=row))
    head = road.actor("school-0", LATE)
    assert [(title, shows) for _, title, shows in queries.papers(head, progress, 50)] == [
        ("第1次学习记录", True),
        ("第2次学习记录", False),
    ]
    assert [title for _, title, _ in queries.papers(head, progress, 0)] == ["第1次学习记录"]
    assert queries.papers(head, [], 0) == []
    stranger = road.actor("school-1", LATE)
    assert queries.papers(stranger, progress, 0) == []
    assert queries.papers(stranger, progress, 50) == []


def test_a_list_in_two_steps_is_the_list_in_one(road: Road, django_assert_num_queries: Any) -> None:
    full(road)
    clerk = road.actor("clerk", LATE)
    rows = queries.counted(clerk, Filter(), LATE)
    request = RequestFactory().get("/assignments/")
    with django_assert_num_queries(3):
        listing = listed(request, rows, full=queries.with_names)
        names = [(row.organization.name, row.clause.clause.text, row.receipt_id) for row in listing.rows]
    assert [row.pk for row in listing.rows] == [row.pk for row in rows]
    assert len(names) == Assignment.objects.filter(counted=1).count()
    official = Assignment.objects.filter(counted=1).order_by("organization__path", "clause__position", "pk")
    assert [row.pk for row in listing.rows] == [row.pk for row in official]


@pytest.mark.parametrize("light", Light)
def test_a_light_as_a_tag_is_its_drawing(light: Light) -> None:
    tag = engines["django"].from_string("{% load words %}{% light light %}")
    drawn = tag.render({"light": light})
    assert words.word(light) in drawn
    assert f"light-{light.value}" in drawn
    assert drawn.startswith("<span")


def test_a_bar_says_its_integers_and_escapes_its_label() -> None:
    tag = engines["django"].from_string("{% load words %}{% bar share label %}")
    drawn = tag.render({"share": Share(9, 10, 12), "label": "<已签收>"})
    assert "&lt;已签收&gt;" in drawn
    assert "<已签收>" not in drawn
    assert 'max="10" value="9"' in drawn
    assert "9 / 10，另有 2 项未知" in drawn
    assert "90%" in drawn
