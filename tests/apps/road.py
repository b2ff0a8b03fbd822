"""A district small enough to count by hand, and a notice that is handed down in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Directive, Receipt
from guantong.apps.directives.services import Choice
from guantong.apps.documents.models import Clause, Document
from guantong.apps.documents.services import confirm_clauses, import_text
from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.models import Kind, Organization, SchoolStage
from guantong.core.matters import Bound, Indicator
from guantong.core.permits import Role
from guantong.core.reading.types import ClauseKind, Operator

from .make import make_organization, make_person, make_post

ISSUED = date(2026, 3, 9)  # a Monday
DUE = date(2026, 6, 30)
NOTICE = """关于做好春季学期支部工作的通知
各学校党组织：
一、各学校党组织要在6月30日前完成支部书记轮训，参训率不低于90%。
二、各学校党组织要在5月29日前确定一个融合项目。
三、严禁以任何名义向学校摊派报刊。
四、大家不要有“差不多就行”的想法。
五、鼓励有条件的学校与社区党组织结对共建。
六、各学校党组织要每月开展一次主题党日。
"""


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class Road:
    """The district with its people, and what was handed down last."""

    district: Organization
    schools: list[Organization]
    branches: list[Organization]  # of the first school
    people: dict[str, int] = field(default_factory=dict)
    document: Document | None = None
    directive: Directive | None = None

    def actor(self, who: str, day: date = ISSUED) -> Actor:
        return actor_of(self.people[who], day)

    def clause(self, kind: ClauseKind, nth: int = 0) -> Clause:
        assert self.document
        return list(self.document.clauses.filter(kind=kind).order_by("start"))[nth]

    def receipt(self, organization: Organization) -> Receipt:
        return Receipt.objects.get(directive=self.directive, organization=organization)

    def assignment(self, organization: Organization, nth: int = 0) -> Assignment:
        rows = Assignment.objects.filter(directive=self.directive, organization=organization)
        return list(rows.order_by("clause__position", "pk"))[nth]

    def signed(self, organization: Organization, who: str, day: date = ISSUED) -> Receipt:
        return services.sign_receipt(
            self.actor(who, day), receipt=self.receipt(organization).pk, now=at(day, 10)
        )

    def adopted(self, organization: Organization, who: str, day: date = ISSUED) -> None:
        self.signed(organization, who, day)
        receipt = self.receipt(organization).pk
        services.adopt_as_assigned(self.actor(who, day), receipt=receipt, now=at(day, 11))


def make_road() -> Road:
    """A committee with a secretary, a clerk and a discipline group; three schools, the first with two branches."""
    district = make_organization(name="云岫教育工委", kind=Kind.WORK_COMMITTEE)
    schools = [
        make_organization(district, name=f"{name}党委", kind=Kind.COMMITTEE)
        for name in ("砚舟中学", "岚汀小学", "禾渡幼儿园")
    ]
    for school, stage in zip(
        schools, (SchoolStage.JUNIOR, SchoolStage.PRIMARY, SchoolStage.KINDERGARTEN), strict=True
    ):
        school.stage = stage
        school.save()
    road = Road(district, schools, [make_organization(schools[0], name=f"第{n}支部") for n in "一二"])
    for who, organization, role in (
        ("secretary", district, Role.SECRETARY),
        ("in-charge", district, Role.MEMBER_IN_CHARGE),
        ("clerk", district, Role.SECTION_STAFF),
        ("discipline", district, Role.DISCIPLINE_GROUP),
        *((f"school-{n}", school, Role.SECRETARY) for n, school in enumerate(schools)),
        *((f"branch-{n}", branch, Role.BRANCH_SECRETARY) for n, branch in enumerate(road.branches)),
        ("member", schools[0], Role.MEMBER),
    ):
        person = make_person(organization, name=who)
        make_post(person, organization, role)
        road.people[who] = person.pk
    return road


def read_notice(road: Road, text: str = NOTICE) -> Document:
    clerk = road.actor("clerk")
    road.document = import_text(
        clerk, organization=road.district.pk, text=text, received_on=date(2026, 3, 5), now=at(ISSUED, 8)
    )
    confirm_clauses(clerk, document=road.document.pk, now=at(ISSUED, 8))
    return road.document


def usual_choices(road: Road) -> list[Choice]:
    """A rate to reach, a milestone, a prohibition and a monthly duty; attitude and permission for information."""
    return [
        Choice(
            road.clause(ClauseKind.DUTY, 0).pk,
            Indicator.NUMERIC,
            target=Bound(Operator.AT_LEAST, Decimal(90), "%"),
            due=DUE,
        ),
        Choice(road.clause(ClauseKind.DUTY, 1).pk, Indicator.MILESTONE, due=date(2026, 5, 29)),
        Choice(
            road.clause(ClauseKind.PROHIBITION).pk,
            Indicator.COMPUTED,
            target=Bound(Operator.AT_MOST, Decimal(0), "件"),
            due=DUE,
        ),
        Choice(
            road.clause(ClauseKind.DUTY, 2).pk,
            Indicator.COMPUTED,
            target=Bound(Operator.AT_LEAST, Decimal(100), "%"),
            due=DUE,
        ),
    ]


def drafted(road: Road, choices: list[Choice] | None = None) -> Directive:
    read_notice(road)
    clerk, now = road.actor("clerk"), at(ISSUED, 9)
    assert road.document
    road.directive = services.draft_directive(clerk, document=road.document.pk, now=now)
    services.choose_clauses(
        clerk,
        directive=road.directive.pk,
        choices=usual_choices(road) if choices is None else choices,
        now=now,
    )
    services.address(
        clerk, directive=road.directive.pk, organizations=[each.pk for each in road.schools], now=now
    )
    return road.directive


def issued(road: Road, choices: list[Choice] | None = None) -> Directive:
    """Handed down on ISSUED: three days to sign, ten to adopt."""
    directive = drafted(road, choices)
    road.directive = services.issue_directive(
        road.actor("secretary"), directive=directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
    )
    return road.directive


def later(days: int) -> date:
    return ISSUED + timedelta(days=days)
