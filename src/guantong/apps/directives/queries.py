"""Reading directives, receipts and assignments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from guantong.apps.directives.folder import with_terms
from guantong.apps.directives.models import (
    Assignment,
    Case,
    Directive,
    DirectiveClause,
    Inspection,
    Progress,
    Receipt,
)
from guantong.apps.directives.rows import assignment_of, breaches_of, case_of
from guantong.apps.documents.models import Document
from guantong.apps.documents.queries import documents
from guantong.apps.evidence.models import Reference
from guantong.apps.organizations.access import Actor, NotFound, allowed, visible
from guantong.apps.organizations.models import Organization
from guantong.apps.organizations.queries import open_on
from guantong.apps.replies.models import Reply
from guantong.apps.replies.queries import replies_to
from guantong.core.calendar import WorkCalendar
from guantong.core.cascade import RollUp, roll_up
from guantong.core.cases import Case as CoreCase
from guantong.core.deviation import Fact, FactCode, observe
from guantong.core.matters import Indicator
from guantong.core.moves import AssignmentState, CaseState, DirectiveState
from guantong.core.permits import scopes
from guantong.core.reading.types import ClauseKind

_M = TypeVar("_M", bound=Model)

NOUNS = {
    "directive": (Directive.objects.all, "issuer__path"),
    "receipt": (Receipt.objects.all, "organization__path"),
    "assignment": (Assignment.objects.all, "organization__path"),
    "case": (Case.objects.all, "assignment__organization__path"),
}
"""What the nouns of the permits mean here: which rows, and where they stand. Things stand where their organization
stands today, so that those who are above it today see them; figures keep the place of the day (`Assignment.path`)."""


def clauses_in_use(clauses: Collection[int]) -> set[int]:
    """Those of some clauses of documents that were handed down: they are quoted by assignments and stay as they are."""
    used = DirectiveClause.objects.filter(clause__in=clauses).exclude(
        directive__state__in=[DirectiveState.DRAFT, DirectiveState.DISCARDED]
    )
    return set(used.values_list("clause", flat=True))


def directives(actor: Actor) -> QuerySet[Directive]:
    """The directives somebody may see as issuer or from above, newest first."""
    rows: QuerySet[Directive] = visible(actor, "directive.see")
    return rows.select_related("issuer").order_by("-issued_on", "-pk")


def directive_of(actor: Actor, pk: int) -> Directive:
    """A directive somebody may see, with its issuer at hand. Raises NotFound."""
    rows: QuerySet[Directive] = visible(actor, "directive.see")
    return _only(rows.filter(pk=pk).select_related("issuer"))


def _only(rows: QuerySet[_M]) -> _M:
    """The one row. Raises NotFound where the actor may see none."""
    for row in rows:
        return row
    raise NotFound


def reach_of(actor: Actor, directive: Directive) -> str | None:
    """How much of a directive somebody sees: None for all, wherever it went, else the path of the part of the tree.

    Its issuer sees what it handed to those it only guides; whoever stands above the issuer sees their own tree alone.
    """
    issuer = directive.issuer.path
    above = [path for _, path in scopes("directive.see", actor.posts) if issuer.startswith(path)]
    return None if issuer in above else min(above, key=len)


def receipt_of(actor: Actor, pk: int) -> Receipt:
    """A receipt somebody may see, with its directive and organization at hand. Raises NotFound."""
    rows: QuerySet[Receipt] = visible(actor, "receipt.see")
    return _only(rows.filter(pk=pk).select_related("directive__issuer", "organization"))


def receipts(actor: Actor) -> QuerySet[Receipt]:
    """What the organizations somebody has a post at were handed, newest first; not what those below them were."""
    own = {post.path for post in actor.posts if not post.guided}
    rows: QuerySet[Receipt] = visible(actor, "receipt.see")
    return (
        rows.filter(organization__path__in=own)
        .select_related("directive__issuer", "organization")
        .order_by("-handed_on", "-pk")
    )


def clauses_of(directive: int) -> list[DirectiveClause]:
    """The clauses of a directive in the order of its document, with what is asked."""
    rows = DirectiveClause.objects.filter(directive=directive).select_related("clause", "terms")
    return list(rows.order_by("position"))


def folder_rows(receipt: int) -> list[Assignment]:
    """The assignments of a receipt in the order of the document, as rows of a list."""
    return list(with_names(Assignment.objects.filter(receipt=receipt)).order_by("clause__position", "pk"))


ANSWERS = (
    *("signed", "adopted", "acted", "reported", "verified", "effect"),
    *("signed_in_time", "adopted_in_time", "acted_in_time"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which assignments are wanted: what a figure on a page counted."""

    directive: int | None = None
    level: int | None = None
    clause: int | None = None
    answer: str = ""  # one of ANSWERS
    said: str = ""  # yes, no, unknown
    fact: str = ""
    confirmed: str = ""
    state: str = ""
    known: str = ""  # no: those of which nobody can say whether there is a fact
    open: str = ""  # yes: not closed; late: not reported though due before the day
    indicator: str = ""  # one of Indicator, or figures: those that are measured by a figure
    shortfall: str = ""  # of figures; known, or some: more than none
    late: str = ""  # of milestones; known, none: in time, or some: a day or more late
    text: str = ""  # part of the organization's name


def counted(actor: Actor, wanted: Filter, today: date) -> QuerySet[Assignment]:
    """The rows behind a figure: those it counts, within what the actor may see, in official order.

    Clauses are drafted in the order of their document, so their keys are in it too, and an index has that order.
    Facts that nobody has confirmed are asked for only where the actor may follow them up.
    """
    rows: QuerySet[Assignment] = visible(actor, "assignment.see").filter(counted=1, **_exact(wanted))
    if wanted.answer in ANSWERS and wanted.said in _SAID:
        rows = rows.filter(_asked(wanted.answer), **{wanted.answer: _SAID[wanted.said]})
    if wanted.open in ("yes", "late"):
        rows = rows.filter(closed_on=None) if wanted.open == "yes" else rows.filter(_late(today))
    if wanted.fact or wanted.known:
        rows = rows & visible_facts(actor)
    for name in ("shortfall", "late_days"):
        if (how := _MEASURED.get(getattr(wanted, name.removesuffix("_days")))) is not None:
            rows = rows.filter(**{f"{name}__{how[0]}": how[1]})
    if wanted.text:
        rows = rows.filter(organization__name__icontains=wanted.text)
    for name in ("fact", "confirmed"):
        if (value := getattr(wanted, name)) == "any":
            rows = rows.exclude(**{name: ""})
        elif value:
            rows = rows.filter(**{name: value})
    return rows.order_by("organization__path", "clause_id", "pk")


_SAID = {"yes": 1, "no": 0, "unknown": None}
_MEASURED = {"known": ("isnull", False), "none": ("exact", 0), "some": ("gt", 0)}
_FIGURES = (Indicator.NUMERIC, Indicator.COMPUTED)
_EXACT = ("directive", "level", "clause", "state", "indicator")


def _exact(wanted: Filter) -> dict[str, object]:
    """What a column has to equal."""
    exact = {name: value for name in _EXACT if (value := getattr(wanted, name)) not in (None, "")}
    if wanted.indicator == "figures":
        exact["indicator__in"] = _FIGURES
        del exact["indicator"]
    return {**exact, "deviation_known": 0} if wanted.known == "no" else exact


def with_names(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Assignments with what a row of a list shows, and no more: a page has twenty of them."""
    beside = ("organization", "clause__clause", "assigned_terms", "adjusted_terms")
    return rows.select_related(*beside).only(*_LISTED)


_LISTED = (
    *("receipt", "state", "indicator", "due", "fact", "confirmed"),
    *("signed_on", "adopted_on", "acted_on", "done_on", "closed_on"),
    *("organization__name", "organization__path", "clause__clause__text"),
    *(
        f"{terms}__{name}"
        for terms in ("assigned_terms", "adjusted_terms")
        for name in ("indicator", "op", "value", "unit", "due", "scope")
    ),
)


def _late(today: date) -> Q:
    """Due before today, and not reported."""
    return Q(closed_on=None, due__lt=today, reported_on=None)


@dataclass(frozen=True, slots=True)
class Overview:
    """The five numbers of the front page: assignments, each counted as the list behind it lists them."""

    open: int
    late: int
    to_verify: int
    to_explain: int | None  # None for whoever follows nothing up
    confirmed: int


def overview(actor: Actor, today: date) -> Overview:
    """What is going on in all that somebody may see: two queries."""
    rows: QuerySet[Assignment] = visible(actor, "assignment.see").filter(counted=1)
    told = rows.aggregate(
        open=Count("pk", filter=Q(closed_on=None)),
        late=Count("pk", filter=_late(today)),
        to_verify=Count("pk", filter=Q(state=AssignmentState.REPORTED)),
        confirmed=Count("pk", filter=~Q(confirmed="")),
    )
    follows = bool(scopes("case.see", actor.posts))
    facts = visible_facts(actor).filter(counted=1).exclude(fact="").count() if follows else None
    return Overview(told["open"], told["late"], told["to_verify"], facts, told["confirmed"])


def visible_facts(actor: Actor) -> QuerySet[Assignment]:
    """The assignments whose unconfirmed facts somebody may see: the organization's own, and those who follow up."""
    rows: QuerySet[Assignment] = visible(actor, "case.see", of="assignment")
    return rows


def _asked(answer: str) -> Q:
    """Rows of which the answer is asked at all."""
    if answer == "acted":
        return Q(acts=1)
    return Q() if answer in ("signed", "signed_in_time", "effect") else Q(asks=1)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one assignment, as its page shows it."""

    row: Assignment
    facts: tuple[Fact, ...]  # what may be asked about; empty for whoever may not follow it up
    case: Case | None  # the one that is open or confirmed
    case_told: CoreCase | None
    cases: tuple[Case, ...]
    progress: tuple[Progress, ...]
    inspections: tuple[Inspection, ...]
    replies: tuple[Reply, ...]
    parts: tuple[Assignment, ...]
    rolled_up: RollUp | None


def dossier(actor: Actor, row: Assignment, *, today: date, calendar: WorkCalendar) -> Dossier:
    """Gather what belongs to an assignment the actor may see; `row` as `one_with_terms` gives it: six queries at most."""
    may_see_facts = allowed(actor, "case.see", row.organization.path)
    cases = list(row.cases.order_by("pk"))
    case = next((each for each in reversed(cases) if each.state != "cleared"), None)
    if not may_see_facts:
        cases = [each for each in cases if each.state == "confirmed"]
        case = case if case and case.state == "confirmed" else None
    is_forbidden = row.clause.kind == ClauseKind.PROHIBITION
    inspections = list(row.inspections.order_by("held_on", "pk")) if is_forbidden else []
    handed = with_terms().filter(parent=row).select_related("owner").order_by("path", "pk")
    parts = list(handed) if row.is_split else []
    asks = bool(row.fact) and case is None and may_see_facts
    about = Q(noun="assignment", object=row.pk) | Q(noun="case", object__in=[each.pk for each in cases])
    return Dossier(
        row=row,
        facts=_facts(row, inspections, today, calendar) if asks else (),
        case=case,
        case_told=case_of(case) if case else None,
        cases=tuple(cases),
        progress=tuple(row.progress.order_by("held_on", "pk")),
        inspections=tuple(inspections),
        replies=tuple(Reply.objects.filter(about).order_by("made_at", "pk")),
        parts=tuple(parts),
        rolled_up=roll_up([assignment_of(part) for part in parts]) if parts else None,
    )


def _facts(
    row: Assignment, inspections: Sequence[Inspection], today: date, calendar: WorkCalendar
) -> tuple[Fact, ...]:
    """What the records show today of the fact that the row stands with.

    Whether other clauses were adopted in time needs no look at them: the row stands with LEFT_OUT where they were.
    """
    observed = observe(
        assignment_of(row),
        adopted_in_time=["others"] if row.fact == FactCode.LEFT_OUT else [],
        breaches=breaches_of(inspections, row),
        effective_on=row.directive.effective_on or row.handed_on,
        calendar=calendar,
        today=today,
    )
    return tuple(fact for fact in observed.facts if fact.code == row.fact)


def papers(actor: Actor, progress: Sequence[Progress], most: int) -> list[tuple[int, str, bool]]:
    """Documents the actor may see, as key, title, and whether they show any of `progress`.

    Those that do and then the newest, `most` of them; where `most` is 0, those that do alone. One query at most.
    """
    keys = [each.pk for each in progress]
    if not keys and not most:
        return []
    shown = Reference.objects.filter(noun="progress", object__in=keys, shown_noun="document")
    if not most:
        named = documents(actor).filter(pk__in=shown.values("shown")).values_list("pk", "title")
        return [(pk, title, True) for pk, title in named]
    rows = documents(actor).annotate(shows=Exists(shown.filter(shown=OuterRef("pk"))))
    return list(rows.order_by("-shows", "-made_at", "-pk").values_list("pk", "title", "shows")[:most])


def receivers(actor: Actor, row: Assignment) -> list[tuple[int, str]]:
    """The organizations right below that of an assignment, as key and name in official order."""
    below: QuerySet[Organization] = visible(actor, "organization.see")
    rows = open_on(below.filter(parent=row.organization_id), actor.today)
    return list(rows.order_by("order", "path").values_list("pk", "name"))


def one_with_terms(actor: Actor, pk: int) -> Assignment:
    """An assignment somebody may see, with everything its page shows of it. Raises NotFound."""
    rows: QuerySet[Assignment] = visible(actor, "assignment.see")
    return _only(
        rows.filter(pk=pk).select_related(
            *("directive__issuer", "organization", "clause__clause", "owner"),
            *("assigned_terms", "adjusted_terms", "adopted_terms"),
        )
    )


def paper_of(receipt: Receipt) -> Document:
    """The document of a directive that was received."""
    return Document.objects.get(directives=receipt.directive_id)


def asked_of(receipt: Receipt) -> dict[int, int]:
    """Clause of the document → assignment, of what a receipt asks."""
    rows = Assignment.objects.filter(receipt=receipt)
    return dict(rows.values_list("clause__clause", "pk"))


def organization_of(found: Model) -> int:
    """The organization of an assignment that was fetched."""
    return Assignment.objects.values_list("organization", flat=True).get(pk=found.pk)


def belongs(reply: int, assignment: int) -> bool:
    """Whether a request is about this assignment."""
    return any(each.pk == reply for each in replies_to("assignment", [assignment]))


def current_case(assignment: int) -> int | None:
    """The case of an assignment that is open or confirmed."""
    rows = Case.objects.filter(assignment=assignment).exclude(state=CaseState.CLEARED)
    return rows.values_list("pk", flat=True).first()
