"""What stands in the database after the year was done again by services is what the play says, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Count

from guantong.analytics.rows import columns
from guantong.apps.directives.models import Assignment, Case, Directive, Inspection, Progress
from guantong.apps.figures.queries import gauges_of
from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations.access import actor_of
from guantong.apps.organizations.models import Group, Kind, Organization, Person, Post
from guantong.apps.organizations.names import resolve
from guantong.apps.organizations.queries import head_of
from guantong.apps.people.models import Account
from guantong.apps.replies.models import Outcome, Reply
from guantong.core import gauges
from guantong.core.permits import Role
from guantong.demo.build import SECTIONS
from guantong.demo.making import Made
from guantong.demo.summary import summary
from guantong.example.deeds import By, What
from guantong.example.demo import Handed
from guantong.example.telling import tell

from .make_demo import making

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,  # noqa: ARG001 — the tables have to be there
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Made]:
    with django_db_blocker.unblock(), making(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


def both(made: Made) -> list[tuple[int, Handed]]:
    return [(made.main, made.played.main), (made.notice, made.played.notice)]


def test_the_gauges_of_the_database_are_those_of_the_play(made: Made) -> None:
    office = made.played.calendars.office
    for key, handed in both(made):
        counted = gauges_of(path=made.setting.district.path, directive=key)
        assert counted.funnel == gauges.funnel(handed.rows)
        assert counted.deviation == gauges.deviation(handed.rows)
        assert counted.shortfall == gauges.shortfall(handed.rows)
        kept = gauges.kept_by_issuer([handed.directive], office)
        assert counted.attenuation == gauges.attenuation(handed.rows, kept)
        by_level = gauges.grouped(gauges.funnel, handed.rows, lambda row: row.level)
        assert dict(counted.by_level) == by_level


def test_every_assignment_stands_as_it_was_played(made: Made) -> None:
    """Row by row and column by column, by the clause's code and the organization's path."""
    for key, handed in both(made):
        played = {(row.clause_id, row.path): columns(row) for row in handed.rows}
        names = list(next(iter(played.values())))
        rows = Assignment.objects.filter(directive=key, counted=1)
        kept = {
            (code, path): dict(zip(names, cells, strict=True))
            for code, path, *cells in rows.values_list("clause__clause__code", "path", *names)
        }
        assert len(played) == len(handed.rows)
        assert kept == played


def test_everything_that_was_done_is_on_record(made: Made) -> None:
    done = {
        What.ACT: Progress.objects.count(),
        What.INSPECT: Inspection.objects.count(),
        What.ASK: Case.objects.count(),
        What.MERGE: Organization.objects.exclude(merged_into=None).count(),
        What.EXPLAIN: Reply.objects.filter(kind="explain").count(),
        What.REPORT: Reply.objects.filter(kind="report").count(),
    }
    played = {what: sum(deed.what is what for deed in made.played.deeds) for what in done}
    assert done == played
    assert faults([]) == []
    assert not Reply.objects.filter(outcome=Outcome.REFUSED, decision="").exists()
    times = list(Entry.objects.order_by("chain", "sequence").values_list("at", flat=True))
    assert times == sorted(times)
    assert set(Directive.objects.values_list("state", flat=True)) == {"issued"}


def test_the_district_is_marked_invented_and_has_its_sections(made: Made) -> None:
    district = made.setting.district
    assert Organization.objects.get(parent=None) == district
    assert district.invented
    below = dict(
        Organization.objects.filter(parent=district).values_list("kind").annotate(number=Count("pk"))
    )
    assert below.pop(Kind.SECTION) == len(SECTIONS)
    assert sum(below.values()) == 120
    assert 330 <= Organization.objects.filter(parent__parent=district).count() <= 420
    named = resolve(district.pk, ["各学校党组织", "组织科", "各中学", "各党支部"])
    assert named.unresolved == ()
    assert len(named.found["各学校党组织"]) == 118 - sum(
        s.stage == "office" for s in made.played.district.schools
    )
    assert Group.objects.filter(district=district).exists()


def test_the_vacant_post_is_taken_by_the_deputy(made: Made) -> None:
    vacancy = made.played.turns.vacancy
    assert vacancy
    school = made.setting.organizations[vacancy.organization_id].pk
    before = head_of(school, vacancy.since.replace(day=1))
    assert before
    assert before.person_id == made.setting.persons[By(Role.SECRETARY, vacancy.organization_id)]
    assert head_of(school, vacancy.since) is None
    after = head_of(school, vacancy.taken_on)
    assert after
    assert after.acting
    assert after.person_id == made.setting.persons[By(Role.DEPUTY, vacancy.organization_id)]


def test_a_handful_can_sign_in_and_has_something_to_do(made: Made) -> None:
    accounts = {account.name: account for account in Account.objects.all()}
    assert set(accounts) == {each.name for each in made.accounts}
    assert len({each.password for each in made.accounts}) == len(made.accounts) == 8
    for each in made.accounts:
        assert accounts[each.name].check_password(each.password)
        assert not accounts[each.name].must_change
        assert actor_of(accounts[each.name].person, made.played.present).posts
    school = accounts["xuexiao1"].person
    post = Post.objects.get(person=school)
    receipts = Directive.objects.get(pk=made.notice).receipts
    assert receipts.get(organization=post.organization).signed_on is None
    assert Person.objects.values("name").distinct().count() == Person.objects.count()


def test_the_summary_has_the_promised_shape(made: Made) -> None:
    told = summary(tell(made.played), made.gauges, {"play": 1.234})
    assert {
        *("clauses", "assignments", "funnel", "deviation", "attenuation", "shortfall"),
        *("set_by_issuer", "seconds"),
    } <= set(told)
    assert told["clauses"] == 5
    assert told["assignments"] == len(made.played.main.rows)
    assert [step["stage"] for step in told["funnel"]] == list(gauges.STAGES)
    assert all({"stage", "count", "of"} <= set(step) for step in told["funnel"])
    assert set(told["deviation"]) == {"to_explain", "confirmed", "known", "of"}
    assert [row["level"] for row in told["attenuation"]] == [1, 2, 3]
    assert {"signed", "adopted", "acted", "of", "median_days"} <= set(told["attenuation"][0])
    assert told["attenuation"][0]["signed"] is None  # nothing is asked of the issuer
    assert told["shortfall"]["value"] == made.gauges.shortfall.value
    assert told["seconds"] == {"play": 1.23}
