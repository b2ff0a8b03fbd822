"""Reading directives, receipts and assignments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Model, Q, QuerySet

from guantong.apps.directives.folder import observed_of, with_terms
from guantong.apps.directives.models import (
    Assignment,
    Case,
    Directive,
    DirectiveClause,
    Inspection,
    Progress,
    Receipt,
)
from guantong.apps.directives.rows import assignment_of, case_of
from guantong.apps.documents.models import Document
from guantong.apps.organizations.access import Actor, NotFound, allowed, visible
from guantong.apps.replies.models import Reply
from guantong.apps.replies.queries import replies_to
from guantong.core.calendar import WorkCalendar
from guantong.core.cascade import RollUp, roll_up
from guantong.core.cases import Case as CoreCase
from guantong.core.deviation import Fact
from guantong.core.matters import Indicator
from guantong.core.moves import AssignmentState, CaseState, DirectiveState
from guantong.core.permits import scopes

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
    """A directive somebody may see, with its issuer and its document's title at hand. Raises NotFound."""
    rows = visible(actor, "directive.see").select_related("issuer", "document").defer(*_PAPER)
    found: Directive | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Marked:
    """How many assignments of a clause have a fact that is to be explained, and how many a confirmed deviation."""

    to_explain: int
    confirmed: int


def marked_of(directive: int) -> dict[int, Marked]:
    """What stands on the assignments of a directive, by clause; clauses on which nothing stands are left out."""
    rows = Assignment.objects.filter(~Q(fact="") | ~Q(confirmed=""), directive=directive, counted=1)
    told = rows.values("clause").annotate(
        to_explain=Count("pk", filter=~Q(fact="")), sure=Count("pk", filter=~Q(confirmed=""))
    )
    return {row["clause"]: Marked(row["to_explain"], row["sure"]) for row in told.order_by()}


def receipt_of(found: Model) -> Receipt:
    """A receipt that was fetched, with its directive and organization at hand."""
    rows = Receipt.objects.select_related("directive__issuer", "directive__document", "organization")
    return rows.defer(*(f"directive__{name}" for name in _PAPER)).get(pk=found.pk)


_PAPER = tuple(f"document__{name}" for name in ("text", "outline", "blocks", "furniture"))


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
    """The assignments of a receipt in the order of the document, with their terms and clauses."""
    rows = with_terms().filter(receipt=receipt).select_related("clause__clause", "owner", *_TERMS)
    return list(rows.order_by("clause__position", "pk"))


_TERMS = ("assigned_terms", "adjusted_terms", "adopted_terms")

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
    """The rows behind a figure: those it counts, within what the actor may see.

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
    return rows


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
    """Assignments with all that a row of a list shows, in official order."""
    return rows.select_related("organization", "clause__clause", "owner", *_TERMS).order_by(
        "path", "clause__position", "pk"
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
    facts: tuple[Fact, ...]  # what can be seen; empty for whoever may not follow it up
    case: Case | None  # the one that is open or confirmed
    case_told: CoreCase | None
    cases: tuple[Case, ...]
    progress: tuple[Progress, ...]
    inspections: tuple[Inspection, ...]
    replies: tuple[Reply, ...]
    parts: tuple[Assignment, ...]
    rolled_up: RollUp | None


def dossier(actor: Actor, row: Assignment, *, today: date, calendar: WorkCalendar) -> Dossier:
    """Gather what belongs to an assignment the actor has fetched; `row` as `one_with_terms` gives it."""
    may_see_facts = allowed(actor, "case.see", row.organization.path)
    cases = list(row.cases.order_by("pk"))
    case = next((each for each in reversed(cases) if each.state != "cleared"), None)
    if not may_see_facts:
        cases = [each for each in cases if each.state == "confirmed"]
        case = case if case and case.state == "confirmed" else None
    parts = list(
        with_terms().filter(parent=row).select_related("owner", *_TERMS, "clause").order_by("path", "pk")
    )
    facts = observed_of(row, today=today, calendar=calendar).facts if may_see_facts else ()
    replies = [*replies_to("assignment", [row.pk]), *replies_to("case", [each.pk for each in cases])]
    return Dossier(
        row=row,
        facts=facts,
        case=case,
        case_told=case_of(case) if case else None,
        cases=tuple(cases),
        progress=tuple(row.progress.order_by("held_on", "pk")),
        inspections=tuple(row.inspections.order_by("held_on", "pk")),
        replies=tuple(sorted(replies, key=lambda reply: reply.made_at)),
        parts=tuple(parts),
        rolled_up=roll_up([assignment_of(part) for part in parts]) if parts else None,
    )


def one_with_terms(pk: int) -> Assignment:
    """An assignment that was fetched, with everything its page shows of it."""
    rows = with_terms().select_related("clause__clause__document", "receipt", "owner", "parent", *_TERMS)
    return rows.select_related("directive__issuer", "directive__document", "organization").get(pk=pk)


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
