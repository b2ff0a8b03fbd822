"""A district at work: schools with branches, a directive from the sample speech, and what became of it.

What is issued and split goes through the services. Then some courses of events are drawn; each is played on the rows
of one organization, `restand` finds where they stand, and their columns are copied to all that took the same course:
tens of thousands of rows, each of them one that the services could have left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.db import transaction

from courses import COLUMNS, COURSES, TODAY, at, follow_up, lay_out, play, stand, tell
from guantong.apps.directives import services
from guantong.apps.directives.folder import with_terms
from guantong.apps.directives.models import Assignment, Directive, Receipt
from guantong.apps.directives.services import Choice, PartTo
from guantong.apps.documents.models import Document
from guantong.apps.documents.services import confirm_clauses, import_text
from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.calendar import seed_vacations, seed_year, work_calendar
from guantong.apps.organizations.models import Kind, Organization, Person, Post, SchoolStage
from guantong.apps.people.services import make_account
from guantong.core.matters import Indicator
from guantong.core.permits import Role
from guantong.core.reading import read
from guantong.example.issuer import plan_issue
from guantong.example.speech import sample_speech
from guantong.files import read_pasted

ISSUED, HANDED_ON = date(2026, 3, 9), date(2026, 4, 1)
PASSWORD = "操场边的梧桐又绿了2026"  # noqa: S105 — of a district that lives for a minute
_OLDER = 24  # directives that only told something, so that lists have more than a page
_PARTS = 3  # clauses of which branches have parts
_STAGES = (
    *(SchoolStage.KINDERGARTEN, SchoolStage.PRIMARY, SchoolStage.PRIMARY, SchoolStage.JUNIOR),
    *(SchoolStage.NINE_YEAR, SchoolStage.SENIOR, SchoolStage.VOCATIONAL),
)


@dataclass(frozen=True, slots=True)
class Place:
    """The district as it stands in the database; `people` by role, the secretary of the first school as "school"."""

    district: Organization
    schools: Sequence[Organization]
    branches: Sequence[Organization]
    people: dict[str, int]
    directive: int
    document: int

    def actor(self, who: str, day: date) -> Actor:
        return actor_of(self.people[who], day)


def make_place(schools: int, branches: int) -> Place:
    """A district of so many, with the directive handed down, and most of it done, as of TODAY."""
    with transaction.atomic():
        seed_year(2026)
        seed_vacations(2026)
        district, heads, below = _organizations(schools, branches)
        people = _people(district, heads)
    with transaction.atomic():
        document, directive = _issue(district, heads, people)
        place = Place(district, heads, below, people, directive.pk, document.pk)
        _older(place, directive)
        _papers(heads)
    with transaction.atomic():
        children = _split(place)
        splits = _play_schools(place)
        _play_branches(place, children, splits)
    with transaction.atomic():
        follow_up(directive.pk, people[Role.SECRETARY])
        tell(directive.pk)
        lay_out(directive.pk, district.pk)
    services.refresh_due(today=TODAY)
    return place


def _organizations(
    schools: int, branches: int
) -> tuple[Organization, list[Organization], list[Organization]]:
    opened = date(2016, 9, 1)
    top = Organization.objects.create(
        path="0001", name="云岫教育工委", kind=Kind.WORK_COMMITTEE, opened_on=opened, invented=True
    )
    heads = Organization.objects.bulk_create(
        (
            Organization(
                parent=top,
                path=f"0001{n:04}",
                name=f"第{n}{'小学' if n % 3 else '中学'}党委",
                kind=Kind.COMMITTEE,
                stage=_STAGES[n % len(_STAGES)],
                order=n,
                opened_on=opened,
            )
            for n in range(1, schools + 1)
        ),
        batch_size=500,
    )
    below = Organization.objects.bulk_create(
        (
            Organization(
                parent=heads[n % schools],
                path=f"{heads[n % schools].path}{n // schools + 1:04}",
                name=f"{heads[n % schools].name[:-2]}第{n // schools + 1}党支部",
                kind=Kind.BRANCH,
                stage=heads[n % schools].stage,
                order=n // schools + 1,
                opened_on=opened,
            )
            for n in range(branches)
        ),
        batch_size=500,
    )
    return top, heads, below


def _people(district: Organization, schools: Sequence[Organization]) -> dict[str, int]:
    """The district's four, with accounts for its clerk and the first school's secretary; a secretary everywhere."""
    of_district = (Role.SECRETARY, Role.MEMBER_IN_CHARGE, Role.SECTION_STAFF, Role.DISCIPLINE_GROUP)
    wanted = [(role, district) for role in of_district] + [(Role.SECRETARY, school) for school in schools]
    persons = Person.objects.bulk_create(
        (Person(name=f"周某{n}", organization=place) for n, (_, place) in enumerate(wanted)), batch_size=500
    )
    Post.objects.bulk_create(
        (
            Post(person=person, organization=place, role=role, since=date(2024, 9, 1))
            for person, (role, place) in zip(persons, wanted, strict=True)
        ),
        batch_size=500,
    )
    people = {role.value: person.pk for role, person in zip(of_district, persons, strict=False)}
    people["school"] = persons[len(of_district)].pk
    for name in (Role.SECTION_STAFF.value, "school"):
        make_account(name=name, person=people[name], password=PASSWORD, must_change=False, now=at(ISSUED))
    return people


def _issue(
    district: Organization, schools: Sequence[Organization], people: dict[str, int]
) -> tuple[Document, Directive]:
    clerk, second, head = (
        actor_of(people[role], ISSUED) for role in (Role.SECTION_STAFF, Role.MEMBER_IN_CHARGE, Role.SECRETARY)
    )
    now = at(ISSUED)
    document = import_text(
        clerk, organization=district.pk, text=sample_speech(), received_on=date(2026, 3, 5), now=now
    )
    confirm_clauses(clerk, document=document.pk, now=now)
    plan = plan_issue(read(read_pasted(sample_speech()).text), ISSUED, work_calendar())
    keys = dict(document.clauses.values_list("code", "pk"))
    choices = [
        Choice(keys[each.clause_id], each.terms.indicator, target=each.terms.target, due=each.terms.due)
        for each in plan.clauses
        if each.terms.indicator is not Indicator.INFORMATION
    ]
    drafted = services.draft_directive(clerk, document=document.pk, received_on=date(2026, 3, 5), now=now).pk
    services.choose_clauses(clerk, directive=drafted, choices=choices, now=now)
    services.address(clerk, directive=drafted, organizations=[each.pk for each in schools], now=now)
    services.submit_directive(clerk, directive=drafted, now=now)
    services.approve_directive(second, directive=drafted, now=now)
    return document, services.issue_directive(head, directive=drafted, sign_days=3, adopt_days=10, now=now)


def _older(place: Place, like: Directive) -> None:
    """Directives of earlier months that asked for nothing but a signature."""
    for n in range(1, _OLDER + 1):
        day = ISSUED - timedelta(days=14 * n)
        text = f"关于做好第{n}期简报报送工作的通知\n各学校党组织要按期学习本通知。"
        document = Document.objects.create(
            organization=place.district,
            title=f"关于做好第{n}期简报报送工作的通知",
            sha256=f"{n:064}",
            text=text,
            received_on=day,
            reader="",
            made_at=at(day),
            made_by=place.people[Role.SECTION_STAFF],
        )
        issued = Directive.objects.create(
            document=document,
            issuer=place.district,
            title=document.title,
            state=like.state,
            received_on=day,
            issued_on=day,
            effective_on=day,
            sign_by=day + timedelta(days=4),
            kept_days=0,
            drafted_by=like.drafted_by,
            issued_by=like.issued_by,
            made_at=at(day),
        )
        Receipt.objects.bulk_create(
            (
                Receipt(
                    directive=issued,
                    organization=school,
                    handed_on=day,
                    sign_by=day + timedelta(days=4),
                    signed_on=day + timedelta(days=1),
                )
                for school in place.schools
            ),
            batch_size=1000,
        )


def _papers(schools: Sequence[Organization]) -> None:
    """A document of its own for every school."""
    text = "本周开展了一次主题党日，党员到课堂听课并作了记录。" * 40
    Document.objects.bulk_create(
        (
            Document(
                organization=school,
                title=f"{school.name}主题党日记录",
                sha256=f"{school.pk:064}",
                text=text,
                received_on=date(2026, 5, 8),
                reader="",
                made_at=at(date(2026, 5, 8)) + timedelta(minutes=n % 500),
                made_by=1,
            )
            for n, school in enumerate(schools)
        ),
        batch_size=500,
    )


def _split(place: Place) -> list[Assignment]:
    """The first school hands parts on to a branch by the services: they are the pattern of all other parts."""
    school = place.schools[0]
    receipt = Receipt.objects.get(directive=place.directive, organization=school)
    head = place.actor("school", ISSUED)
    services.sign_receipt(head, receipt=receipt.pk, now=at(ISSUED))
    services.adopt_as_assigned(head, receipt=receipt.pk, now=at(ISSUED))
    branch = next(each for each in place.branches if each.parent_id == school.pk)
    wanted = receipt.assignments.filter(assigned_terms__indicator=Indicator.MILESTONE).order_by("pk")
    later = place.actor("school", HANDED_ON)
    for row in wanted[:_PARTS]:
        services.split_assignment(
            later,
            assignment=row.pk,
            parts=[PartTo(branch.pk)],
            sign_days=2,
            adopt_days=5,
            now=at(HANDED_ON),
        )
    return list(with_terms().filter(receipt__organization=branch).order_by("clause__position"))


def _play_schools(place: Place) -> set[int]:
    """Every school takes one of the courses; the keys of those that handed parts on."""
    receipts = list(Receipt.objects.filter(directive=place.directive, organization__in=place.schools))
    receipts.sort(key=lambda each: each.organization_id)
    parted = set(Assignment.objects.exclude(parent=None).values_list("clause", flat=True))
    splits: set[int] = set()
    for course in range(min(COURSES, len(receipts))):
        those = receipts[course::COURSES]
        rows = list(with_terms().filter(receipt=those[0]).order_by("pk"))
        signed = play(rows, Random(course))  # noqa: S311 — a play, not a secret
        if all(row.adopted_on and row.adopted_on <= HANDED_ON for row in rows if row.clause_id in parted):
            splits |= {each.organization_id for each in those}
            for row in rows:
                row.is_split = row.clause_id in parted
                row.passed_on = HANDED_ON if row.is_split else None
        stand(rows, those, signed)
    return splits


def _play_branches(place: Place, pattern: Sequence[Assignment], splits: set[int]) -> None:
    """Every branch of a school that handed parts on gets the parts of the pattern, and takes a course with them."""
    first = pattern[0].receipt
    wanted = [each for each in place.branches if each.parent_id in splits or each.pk == first.organization_id]
    others = [each for each in wanted if each.pk != first.organization_id]
    made = Receipt.objects.bulk_create(
        (
            Receipt(
                directive_id=place.directive,
                organization=each,
                handed_on=first.handed_on,
                sign_by=first.sign_by,
            )
            for each in others
        ),
        batch_size=1000,
    )
    parents = {
        (organization, clause): pk
        for pk, organization, clause in Assignment.objects.filter(
            directive=place.directive, parent=None
        ).values_list("pk", "organization", "clause")
    }
    columns = [{name: getattr(row, name) for name in COLUMNS} for row in pattern]
    Assignment.objects.bulk_create(
        (
            Assignment(
                clause_id=row.clause_id,
                receipt=receipt,
                organization=branch,
                path=branch.path,
                parent_id=parents[branch.parent_id, row.clause_id],  # type: ignore[index]  # a branch has a parent
                **given,
            )
            for branch, receipt in zip(others, made, strict=True)
            for row, given in zip(pattern, columns, strict=True)
        ),
        batch_size=1000,
    )
    receipts = [first, *made]
    for course in range(min(COURSES, len(receipts))):
        those = receipts[course::COURSES]
        rows = list(with_terms().filter(receipt=those[0]).order_by("pk"))
        stand(rows, those, play(rows, Random(1000 + course)))  # noqa: S311 — a play, not a secret
