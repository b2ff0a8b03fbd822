"""Issuing 60 clauses to 300 organizations, against one `bulk_create` of the very same rows, side by side.

To-dos, receipts and the record of acts are part of ours and not of the yardstick. Prints seconds, their ratio (at
most 1.6 is wanted) and the peak of memory, on SQLite and on a PostgreSQL of its own.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date, datetime
from statistics import median

from apart import on_each_database, task

CLAUSES, ORGANIZATIONS, ROUNDS = 60, 300, 5
TODAY = date(2026, 3, 9)


def measure() -> None:
    """One warm-up, then rounds in turn: ours, theirs, ours, theirs."""
    from guantong.config.setup import prepare

    prepare()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    district = _district()
    ours, theirs = [], []
    for round_ in range(ROUNDS + 1):
        seconds, rows = _ours(district)
        against = _theirs(rows)
        if round_:
            ours.append(seconds)
            theirs.append(against)
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{connection.vendor:<11} {CLAUSES} x {ORGANIZATIONS} = {len(rows)} assignments: issue {median(ours):.2f} s "
        f"({min(ours):.2f}-{max(ours):.2f}), bulk_create {median(theirs):.2f} s "
        f"({min(theirs):.2f}-{max(theirs):.2f}), ratio {ratio:.2f} (at most 1.6), peak {peak:.0f} MiB"
    )


def _district() -> object:
    from django.utils import timezone

    from guantong.apps.documents.models import Clause, Document
    from guantong.apps.organizations.calendar import seed_year
    from guantong.apps.organizations.models import Kind, Organization, Person, Post, SchoolStage

    seed_year(2026)
    top = Organization.objects.create(
        path="0001", name="教育工委", kind=Kind.WORK_COMMITTEE, opened_on=date(2020, 1, 1)
    )
    Organization.objects.bulk_create(
        Organization(
            parent=top,
            path=f"0001{n:04d}",
            name=f"第{n}学校党委",
            kind=Kind.COMMITTEE,
            stage=SchoolStage.JUNIOR if n % 2 else SchoolStage.PRIMARY,
            opened_on=date(2020, 1, 1),
        )
        for n in range(1, ORGANIZATIONS + 1)
    )
    for role in ("section-staff", "secretary", "member-in-charge"):
        person = Person.objects.create(name=role, organization=top)
        Post.objects.create(person=person, organization=top, role=role, since=date(2020, 1, 1))
    line = "各学校党组织要在6月底前完成一次排查。"
    document = Document.objects.create(
        organization=top,
        title="通知",
        sha256="0",
        text=line * CLAUSES,
        reader="",
        made_at=timezone.now(),
        made_by=1,
    )
    Clause.objects.bulk_create(
        Clause(
            document=document,
            code=f"c{n}",
            position=n,
            start=(n - 1) * len(line),
            end=n * len(line),
            text=line,
            kind="duty",
            state="confirmed",
        )
        for n in range(1, CLAUSES + 1)
    )
    return document


def _ours(document: object) -> tuple[float, list[object]]:
    """Draft, approve and issue; only issuing is timed."""
    from guantong.apps.directives import services
    from guantong.apps.directives.models import Assignment
    from guantong.apps.directives.services import Choice
    from guantong.apps.organizations.access import actor_of
    from guantong.apps.organizations.models import Organization, Post
    from guantong.core.matters import Indicator

    people = dict(Post.objects.values_list("role", "person"))
    clerk, head, other = (
        actor_of(people[role], TODAY) for role in ("section-staff", "secretary", "member-in-charge")
    )
    now = datetime(2026, 3, 9, 9, tzinfo=__import__("zoneinfo").ZoneInfo("Asia/Shanghai"))
    directive = services.draft_directive(clerk, document=document.pk, now=now)  # type: ignore[attr-defined]
    choices = [
        Choice(pk, Indicator.MILESTONE, due=date(2026, 6, 30))
        for pk in document.clauses.values_list("pk", flat=True)  # type: ignore[attr-defined]
    ]
    services.choose_clauses(clerk, directive=directive.pk, choices=choices, now=now)
    schools = list(Organization.objects.exclude(parent=None).values_list("pk", flat=True))
    services.address(clerk, directive=directive.pk, organizations=schools, now=now)
    services.submit_directive(clerk, directive=directive.pk, now=now)
    services.approve_directive(other, directive=directive.pk, now=now)
    start = time.perf_counter()
    services.issue_directive(head, directive=directive.pk, sign_days=3, adopt_days=10, now=now)
    seconds = time.perf_counter() - start
    return seconds, list(Assignment.objects.filter(directive=directive).order_by("pk"))


def _theirs(rows: list[object]) -> float:
    """The same rows again, by one bulk_create in one transaction, then taken back."""
    from django.db import transaction

    from guantong.apps.directives.models import Assignment

    keys = [row.pk for row in rows]  # type: ignore[attr-defined]
    Assignment.objects.filter(pk__in=keys[:0]).delete()
    for start in range(0, len(keys), 5000):
        Assignment.objects.filter(pk__in=keys[start : start + 5000]).delete()
    for row in rows:
        row.pk = None  # type: ignore[attr-defined]
    start_at = time.perf_counter()
    with transaction.atomic():
        Assignment.objects.bulk_create(rows)  # type: ignore[arg-type]
    return time.perf_counter() - start_at


def main() -> int:
    """Run on each database in a process of its own."""
    if task():
        measure()
        return 0
    return on_each_database(__file__)


if __name__ == "__main__":
    sys.exit(main())
