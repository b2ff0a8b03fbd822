"""The page of a directive and the list of directives: whom their figures count, the rows behind them, how one ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Directive
from guantong.apps.directives.services import Choice
from guantong.apps.organizations.access import allowed_below
from guantong.apps.organizations.models import Kind, Organization, Person
from guantong.core.matters import Actual, Indicator
from guantong.core.permits import Role
from guantong.core.reading.types import ClauseKind
from tests.apps.make import make_organization, make_person, make_post
from tests.apps.road import DUE, ISSUED, Road, at, usual_choices

from .conftest import Enter
from .test_road_pages import text, url

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r'<a href="(/assignments/\?[^"]+)">(\d+)</a>')
BAR = re.compile(r'<a href="(/assignments/\?[^"]+)"><span class="bar">.*?<span class="bar-counts">(\d+) / ')


def figures(page: str) -> Iterator[tuple[str, int]]:
    """Every number that leads to a list, with its address."""
    for pattern in (NUMBER, BAR):
        for address, number in pattern.findall(page):
            yield address.replace("&amp;", "&"), int(number)


def listed(client: Client, address: str) -> int:
    counted = re.search(r"共 (\d+) 条", text(client, address))
    return int(counted[1]) if counted else 0


@pytest.fixture
def guided(road: Road) -> Road:
    """In place of the first directive one that went to a school of the district and to one that it only guides."""
    services.withdraw_directive(
        road.actor("secretary"), directive=Directive.objects.get().pk, reason="重发", now=at(ISSUED)
    )
    street = make_organization(name="街道党工委", kind=Kind.WORK_COMMITTEE)
    private = make_organization(street, name="民办学校支部")
    Organization.objects.filter(pk=private.pk).update(guided_by=road.district)
    person = make_person(private)
    make_post(person, private, Role.BRANCH_SECRETARY)
    road.people["private"] = person.pk
    clerk = road.actor("clerk")
    assert road.document
    directive = services.draft_directive(clerk, document=road.document.pk, now=at(ISSUED))
    services.choose_clauses(clerk, directive=directive.pk, choices=usual_choices(road), now=at(ISSUED))
    both = [private.pk, road.schools[0].pk]
    services.address(clerk, directive=directive.pk, organizations=both, now=at(ISSUED))
    road.directive = services.issue_directive(
        road.actor("secretary"), directive=directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
    )
    road.schools.append(private)
    return road


@pytest.mark.parametrize("who", ["clerk", "secretary", "discipline"])
def test_what_is_only_guided_is_in_every_figure_and_in_the_list_behind_it(
    guided: Road, enter: Enter, who: str
) -> None:
    guided.adopted(guided.schools[-1], "private")
    guided.adopted(guided.schools[0], "school-0")
    services.refresh_due(today=date(2026, 3, 30))
    client = enter(who)
    assert guided.directive
    shown = text(client, url("directive", guided.directive.pk))
    assert "民办学校支部" in text(client, f"{url('assignments')}?directive={guided.directive.pk}")
    numbers = dict(figures(shown))
    assert numbers[f"/assignments/?directive={guided.directive.pk}"] == 8  # four clauses at two organizations
    assert numbers[f"/assignments/?directive={guided.directive.pk}&answer=adopted&said=yes"] == 4
    for address, number in figures(shown):
        assert listed(client, address) == number, address


def test_whoever_stands_above_the_issuer_counts_what_they_may_list(guided: Road, enter: Enter) -> None:
    province = make_organization(name="上级教育工委", kind=Kind.WORK_COMMITTEE)
    for each in (guided.district, *guided.schools[:-1], *guided.branches):
        each.path = province.path + each.path
        each.save()
    Assignment.objects.exclude(organization=guided.schools[-1]).update(
        path=Concat(Value(province.path), "path")
    )
    watcher = make_person(province, name="watcher")
    make_post(watcher, province, Role.SECRETARY)
    guided.people["watcher"] = watcher.pk
    services.refresh_due(today=date(2026, 3, 30))
    assert guided.directive
    above = enter("watcher")
    told = list(figures(text(above, url("directive", guided.directive.pk))))
    assert (f"/assignments/?directive={guided.directive.pk}", 4) in told
    for address, number in told:
        assert listed(above, address) == number, address


def test_shares_of_the_list_do_not_hang_on_which_post_comes_first(guided: Road, enter: Enter) -> None:
    guided.signed(guided.schools[-1], "private")
    secretary = guided.people["secretary"]
    elsewhere = make_organization(make_organization(name="别处教育工委", kind=Kind.WORK_COMMITTEE))
    Organization.objects.filter(pk=elsewhere.pk).update(path="00000001")  # before the district
    make_post(make_person(elsewhere), elsewhere, Role.SECRETARY)
    make_post(_person(secretary), elsewhere, Role.SECRETARY)
    shown = text(enter("secretary"), url("directives"))
    assert "4 / 8" in shown


def _person(pk: int) -> Person:
    return Person.objects.get(pk=pk)


def test_every_kind_of_shortfall_opens_its_rows(road: Road, enter: Enter) -> None:
    road.adopted(road.schools[0], "school-0")
    school = road.actor("school-0")
    for nth, actual in ((0, Actual(Decimal(40), 50)), (1, None)):
        key = road.assignment(road.schools[0], nth).pk
        services.record_progress(
            school, assignment=key, held_on=ISSUED, text="动员部署", shown=[], once="", now=at(ISSUED)
        )
        services.report_done(school, assignment=key, done_on=ISSUED, actual=actual, text="", now=at(ISSUED))
    late = date(2026, 6, 15)
    with time_machine.travel(at(late), tick=False):
        services.refresh_due(today=late)
        client = enter("clerk")
        assert road.directive
        shown = text(client, url("directive", road.directive.pk))
        section = shown[shown.index('id="shortfall"') :].partition("</section>")[0]
        assert "11.1%" in section  # 80 of 90
        numbers = {
            tuple(sorted((k, v[0]) for k, v in parse_qs(urlsplit(a).query).items() if k != "directive")): n
            for a, n in figures(section)
        }
        assert numbers == {
            (("shortfall", "known"),): 1,
            (("indicator", "figures"),): 9,
            (("late", "none"),): 1,
            (("late", "known"),): 3,
            (("indicator", "milestone"),): 3,
        }
        for address, number in figures(section):
            assert listed(client, address) == number, address
        assert listed(client, f"/assignments/?directive={road.directive.pk}&shortfall=some") == 1
        assert listed(client, f"/assignments/?directive={road.directive.pk}&late=some") == 2
        assert "有差额的任务项" in section
        assert "晚于时限的任务项" in section


def test_reports_back_open_those_that_were_judged(road: Road, enter: Enter) -> None:
    services.withdraw_directive(
        road.actor("secretary"), directive=Directive.objects.get().pk, reason="重发", now=at(ISSUED)
    )
    clerk = road.actor("clerk")
    assert road.document
    directive = services.draft_directive(clerk, document=road.document.pk, now=at(ISSUED))
    asked = road.clause(ClauseKind.DUTY, 0).pk
    choice = Choice(asked, Indicator.REPORT_BACK, due=DUE, reason="需要了解做法")
    services.choose_clauses(clerk, directive=directive.pk, choices=[choice], now=at(ISSUED))
    keys = [each.pk for each in road.schools]
    services.address(clerk, directive=directive.pk, organizations=keys, now=at(ISSUED))
    services.submit_directive(clerk, directive=directive.pk, now=at(ISSUED))
    services.approve_directive(road.actor("in-charge"), directive=directive.pk, now=at(ISSUED))
    road.directive = services.issue_directive(
        road.actor("secretary"), directive=directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
    )
    for nth, judged in ((0, True), (1, False)):
        school, who = road.schools[nth], road.actor(f"school-{nth}")
        road.adopted(school, f"school-{nth}")
        key = road.assignment(school).pk
        services.record_progress(
            who, assignment=key, held_on=ISSUED, text="动员部署", shown=[], once="", now=at(ISSUED)
        )
        services.report_done(
            who, assignment=key, done_on=ISSUED, actual=None, text="做法如下", now=at(ISSUED)
        )
        services.verify_assignment(
            road.actor("in-charge"), assignment=key, judged=judged, decision="", now=at(ISSUED)
        )
    client = enter("clerk")
    shown = text(client, url("directive", road.directive.pk))
    section = shown[shown.index('id="shortfall"') :].partition("</section>")[0]
    behind = f"/assignments/?directive={road.directive.pk}&indicator=report-back"
    numbers = dict(figures(section))
    assert (numbers[f"{behind}&answer=effect&said=yes"], numbers[behind]) == (1, 3)
    assert "认为未见效的任务项" in section
    assert [listed(client, f"{behind}&answer=effect&said={said}") for said in ("yes", "no")] == [1, 1]


def test_deviation_stands_per_level_and_per_clause_for_whom_it_is_for(road: Road, enter: Enter) -> None:
    services.refresh_due(today=date(2026, 3, 30))
    person = make_person(road.district, name="liaison")
    make_post(person, road.district, Role.LIAISON)
    road.people["liaison"] = person.pk
    assert road.directive
    address = url("directive", road.directive.pk)
    clerk = enter("clerk")
    told = dict(figures(text(clerk, address)))
    by_level = {a: n for a, n in told.items() if "fact=" in a and "level=2" in a}
    by_clause = {a: n for a, n in told.items() if "fact=any" in a and "clause=" in a}
    assert (
        sum(by_level.values()) == sum(by_clause.values()) == Assignment.objects.exclude(fact="").count() > 0
    )
    for found, number in (by_level | by_clause).items():
        assert listed(clerk, found) == number
    shown = text(enter("liaison"), address)
    assert "fact=" not in shown
    assert "待说明" not in shown


def test_medians_say_of_how_many_they_are(road: Road, enter: Enter) -> None:
    assert road.directive
    shown = text(enter("clerk"), url("directive", road.directive.pk))
    heat = shown[shown.index('id="heat"') :].partition("</section>")[0]
    assert '<span class="of">/ 1 个</span>' in heat  # the one directive, at the issuer
    assert '<span class="of">/ 12 个</span>' in heat  # four clauses at three schools


@pytest.mark.parametrize(
    ("who", "may"),
    [("clerk", True), ("secretary", True), ("discipline", True), ("school-0", False), ("member", False)],
)
def test_who_follows_up_below_an_organization(road: Road, who: str, may: bool) -> None:
    assert allowed_below(road.actor(who), "case.see", road.district.path) is may


def test_whoever_stands_below_follows_up_there_alone(road: Road) -> None:
    school = road.actor("school-0")
    assert allowed_below(school, "case.see", road.schools[0].path)
    assert not allowed_below(school, "case.see", road.schools[1].path)


def test_a_directive_is_withdrawn_with_a_reason_by_whoever_may(road: Road, enter: Enter) -> None:
    assert road.directive
    pk = road.directive.pk
    address = url("directive", pk)
    assert url("withdraw", pk) not in text(enter("clerk"), address)
    secretary = enter("secretary")
    shown = text(secretary, address)
    assert url("withdraw", pk) in shown
    assert url("conclude", pk) in shown
    assert url("repeal", pk) not in shown  # nobody has signed: it can be taken back
    assert enter("clerk").post(url("withdraw", pk), {"reason": "x"}).status_code == 403
    empty = secretary.post(url("withdraw", pk), {"reason": ""})
    assert empty.status_code == 400
    assert "请填写理由。" in empty.content.decode()
    answer = secretary.post(url("withdraw", pk), {"reason": "附件有误"}, follow=True)
    assert "已撤回。" in answer.content.decode()
    assert "附件有误" in answer.content.decode()
    assert url("withdraw", pk) not in answer.content.decode()
    assert set(Assignment.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_what_was_signed_for_is_repealed_and_not_withdrawn(road: Road, enter: Enter) -> None:
    assert road.directive
    pk = road.directive.pk
    road.signed(road.schools[0], "school-0")
    secretary = enter("secretary")
    shown = text(secretary, url("directive", pk))
    assert url("withdraw", pk) not in shown
    assert url("repeal", pk) in shown
    late = secretary.post(url("withdraw", pk), {"reason": "附件有误"})
    assert late.status_code == 409
    assert "已有 1 个单位签收，不能撤回" in late.content.decode()
    assert "附件有误" in late.content.decode()  # what was typed is still there
    secretary.post(url("repeal", pk), {"reason": "上级文件已废止"})
    assert Directive.objects.get().state == "repealed"


def test_a_directive_is_concluded_once_nothing_is_open(road: Road, enter: Enter) -> None:
    assert road.directive
    pk = road.directive.pk
    secretary = enter("secretary")
    early = secretary.post(url("conclude", pk))
    assert early.status_code == 400
    assert "项任务没有办结" in early.content.decode()
    Assignment.objects.exclude(indicator="computed").update(state="verified")
    Assignment.objects.filter(indicator="computed").update(state="exempted")
    assert "已办结。" in secretary.post(url("conclude", pk), follow=True).content.decode()
    assert Directive.objects.get().state == "concluded"


def test_the_filter_keeps_the_rest_of_the_address_and_the_caption_names_it(road: Road, enter: Enter) -> None:
    assert road.directive
    clause = road.assignment(road.schools[0]).clause
    address = (
        f"/assignments/?directive={road.directive.pk}&level=2&clause={clause.pk}&answer=signed&said=no"
        "&indicator=numeric&state=issued&sort=-due&page=1&strange=1&text=砚舟"
    )
    shown = text(enter("clerk"), address)
    form = shown[shown.index('<form class="filters"') :].partition("</form>")[0]
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    assert kept == {
        "directive": str(road.directive.pk),
        "level": "2",
        "clause": str(clause.pk),
        "sort": "-due",
        "answer": "signed",
        "said": "no",
        "indicator": "numeric",
    }
    assert 'value="砚舟"' in form
    assert '<option value="issued" selected>' in form
    caption = re.sub("<[^>]+>", "", form)
    for told in ("学校党组织", "待签收", "数值", "未签收", clause.clause.text[:20]):
        assert told in caption


def test_a_clause_of_others_is_not_named(road: Road, enter: Enter) -> None:
    clause = road.assignment(road.schools[0]).clause
    stranger = make_organization(name="别处教育工委", kind=Kind.WORK_COMMITTEE)
    person = make_person(stranger, name="stranger")
    make_post(person, stranger, Role.SECRETARY)
    road.people["stranger"] = person.pk
    assert clause.clause.text[:10] not in text(enter("stranger"), f"/assignments/?clause={clause.pk}")


@pytest.mark.parametrize(
    "wanted", ["text=" + "部" * 60_000, "state=nonsense", "indicator=nonsense", "fact=" + "x" * 60_000]
)
def test_whatever_an_address_says_is_answered(enter: Enter, wanted: str) -> None:
    assert len(text(enter("clerk"), f"/assignments/?{wanted}")) < 60_000
