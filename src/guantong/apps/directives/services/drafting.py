"""From a document to a directive that may be issued: clauses chosen, organizations addressed, a second pair of eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from guantong.apps.directives.models import Directive, DirectiveClause
from guantong.apps.directives.rows import directive_of, terms_of, terms_row
from guantong.apps.documents.models import Clause, ClauseState, Document
from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, allowed, fetch, fetch_values
from guantong.apps.organizations.models import Kind, Organization
from guantong.core import matters
from guantong.core.chain import Plain
from guantong.core.issuing import ONLY_TRANSMITTED, check_clause
from guantong.core.matters import Bound, Indicator, IssuedClause, Side, Terms
from guantong.core.moves import DIRECTIVE, DirectiveMove, DirectiveState
from guantong.core.reading.types import ClauseKind
from guantong.core.refusal import Refused

LONGEST_LINE = 200
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """What the issuer makes of one clause; whatever he does not choose is for information."""

    clause: int
    indicator: Indicator
    target: Bound | None = None
    due: date | None = None
    scope: str = ""
    side: Side = Side.LEAD
    reason: str = ""  # why a report back is needed


def draft_directive(
    actor: Actor, *, document: int, title: str = "", received_on: date | None = None, now: datetime
) -> Directive:
    """Begin to hand a document down. All of its live clauses are taken along for information.

    Raises NotFound, Forbidden.
    """
    with transaction.atomic():
        paper = fetch(actor, "document.see", document)
        assert isinstance(paper, Document)  # noqa: S101  # what the noun means
        issuer = paper.organization
        if not allowed(actor, "directive.draft", issuer.path):
            raise Forbidden
        made = Directive.objects.create(
            document=paper,
            issuer=issuer,
            title=checked_line(title or paper.title, _LONGEST_TITLE),
            received_on=received_on or paper.received_on,
            drafted_by=actor.person,
            made_at=now,
        )
        take_clauses(made)
        append([_act(made, "drafted", document=paper.pk)], actor=actor.person, now=now)
    return made


def choose_clauses(
    actor: Actor, *, directive: int, choices: Sequence[Choice], now: datetime
) -> list[DirectiveClause]:
    """Say which clauses ask for something, and what; the others go back to being for information.

    Raises NotFound, Forbidden, and Refused: not_a_draft, unknown_clause, clause_twice, and those of
    `core.issuing.check_clause` but for the consent, which is given when the directive is approved.
    """
    with transaction.atomic():
        row = _draft(actor, "directive.draft", directive)
        take_clauses(row)
        rows = {each.clause_id: each for each in row.clauses.select_related("clause")}
        by_clause = {choice.clause: choice for choice in choices}
        if len(by_clause) < len(choices):
            raise Refused("clause_twice", directive=row.pk)
        if unknown := set(by_clause) - set(rows):
            raise Refused("unknown_clause", clause=min(unknown))
        for each in rows.values():
            _choose(each, by_clause.get(each.clause_id), actor.today)
        DirectiveClause.objects.bulk_update(
            rows.values(), ["terms", "side", "reason", "consent_by"], batch_size=200
        )
        asking = sum(each.terms is not None for each in rows.values())
        append([_act(row, "clauses_chosen", chosen=asking)], actor=actor.person, now=now)
    return list(rows.values())


def address(actor: Actor, *, directive: int, organizations: Sequence[int], now: datetime) -> int:
    """Say whom the directive is for; how many that are.

    Raises NotFound, Forbidden, and Refused: not_a_draft, organization_twice, not_below (neither below the issuer
    nor guided by it), organization_closed, without_party_duties (a section of the bureau).
    """
    with transaction.atomic():
        row = _draft(actor, "directive.draft", directive)
        wanted = set(organizations)
        if len(wanted) < len(organizations):
            raise Refused("organization_twice", directive=row.pk)
        found = list(Organization.objects.filter(pk__in=wanted))
        if missing := wanted - {each.pk for each in found}:
            raise Refused("not_below", organization=min(missing))
        for each in found:
            check_addressee(row.issuer, each)
        row.addressed.set(found)
        append([_act(row, "addressed", organizations=len(found))], actor=actor.person, now=now)
    return len(found)


def check_addressee(issuer: Organization, organization: Organization) -> None:
    """Whether an organization may be handed something by the issuer; raises Refused as `address` does."""
    below = matters.is_below(organization.path, issuer.path)
    if not below and organization.guided_by_id != issuer.pk:
        raise Refused("not_below", organization=organization.pk)
    if organization.closed_on is not None:
        raise Refused("organization_closed", organization=organization.pk, on=organization.closed_on)
    if organization.kind == Kind.SECTION:
        raise Refused("without_party_duties", organization=organization.pk)


def submit_directive(actor: Actor, *, directive: int, now: datetime) -> Directive:
    """Send a draft for the second approval.

    Raises NotFound, Forbidden, and Refused: no_such_move, clauses_unconfirmed, chosen_rejected, only_transmitted.
    """
    with transaction.atomic():
        row = _move(actor, directive, DirectiveMove.SUBMIT, "directive.submit", "submitted", now=now)
        take_clauses(row)
        check_ready(row)
    return row


def approve_directive(actor: Actor, *, directive: int, now: datetime) -> Directive:
    """Give the second approval, which is the consent to every report back in it.

    Raises NotFound, Forbidden, and Refused: no_such_move, second_approval_same_person (who drafted it).
    """
    with transaction.atomic():
        row = _move(actor, directive, DirectiveMove.APPROVE, "directive.approve", "approved", now=now)
        if row.drafted_by == actor.person:
            raise Refused("second_approval_same_person", person=actor.person)
        row.approved_by = actor.person
        row.save(update_fields=["approved_by"])
        row.clauses.filter(terms__indicator=Indicator.REPORT_BACK).update(consent_by=actor.person)
    return row


def return_directive(actor: Actor, *, directive: int, now: datetime) -> Directive:
    """Send it back to be rewritten; what was approved has to be approved again."""
    with transaction.atomic():
        row = _move(actor, directive, DirectiveMove.RETURN, "directive.approve", "returned", now=now)
        row.approved_by = None
        row.save(update_fields=["approved_by"])
        row.clauses.update(consent_by=None)
    return row


def discard_directive(actor: Actor, *, directive: int, now: datetime) -> Directive:
    """Drop a draft. Raises NotFound, Forbidden, Refused("no_such_move")."""
    return _move(actor, directive, DirectiveMove.DISCARD, "directive.discard", "discarded", now=now)


def take_clauses(row: Directive) -> None:
    """Bring the clauses of a directive up to what the document says now; the document is held meanwhile.

    What was added is taken along for information, what became of another kind is of that kind, and what was rejected
    is left out unless it asks for something: that `check_ready` tells.
    """
    Document.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=row.document_id)
    taken = {each.clause_id: each for each in row.clauses.all()}
    live = (
        Clause.objects.filter(document=row.document_id).exclude(state=ClauseState.REJECTED).order_by("start")
    )
    row.clauses.filter(clause__state=ClauseState.REJECTED, terms=None).delete()
    for position, clause in enumerate(live.only("kind"), 1):
        each = taken.get(clause.pk) or DirectiveClause(directive=row, clause=clause)
        if not each.pk or (each.kind, each.position) != (clause.kind, position):
            each.kind, each.position = clause.kind, position
            each.save()


def check_ready(row: Directive) -> None:
    """Only what a person has confirmed is handed down.

    Raises Refused: chosen_rejected, clauses_unconfirmed, and only_transmitted where a clause that asks for something
    has become an attitude or a permission.
    """
    states = row.clauses.values_list("clause__state", "clause__code", "kind", "terms")
    for state, code, kind, terms in states:
        if terms and state == ClauseState.REJECTED:
            raise Refused("chosen_rejected", clause=code)
        if terms and ClauseKind(kind) in ONLY_TRANSMITTED:
            raise Refused("only_transmitted", clause=code, kind=kind)
    if waiting := sum(state != ClauseState.CONFIRMED for state, *_ in states):
        raise Refused("clauses_unconfirmed", clauses=waiting)


def lock_directive(actor: Actor, permit: str, directive: int) -> Directive:
    """The directive, for doing what `permit` names, locked until the transaction ends; receipts can still be added."""
    fetch_values(actor, permit, directive, "pk")
    held = Directive.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("issuer", "document").get(pk=directive)


def issued_clause(row: DirectiveClause) -> IssuedClause:
    """The core's clause as it is handed down; its id is that of the row."""
    terms = terms_of(row.terms) if row.terms else Terms(Indicator.INFORMATION)
    return IssuedClause(
        clause_id=str(row.pk),
        kind=ClauseKind(row.kind),
        terms=terms,
        side=Side(row.side),
        reason=row.reason,
        consent_by=str(row.consent_by) if row.consent_by else None,
    )


def _choose(row: DirectiveClause, choice: Choice | None, today: date) -> None:
    row.terms, row.side, row.reason, row.consent_by = None, Side.LEAD, "", None
    if choice is None or choice.indicator is Indicator.INFORMATION:
        return
    row.side, row.reason = choice.side, checked_line(choice.reason, LONGEST_LINE)
    terms = Terms(choice.indicator, choice.target, choice.due, choice.scope)
    asked = replace(issued_clause(row), terms=terms, consent_by="to be given")
    check_clause(asked, today)
    row.terms = terms_row(terms)
    row.terms.save(force_insert=True)


def checked_line(text: str, most: int) -> str:
    """A line somebody typed, without blanks around it. Raises Refused("text_long")."""
    text = text.strip()
    if len(text) > most:
        raise Refused("text_long", most=most, length=len(text))
    return text


def _draft(actor: Actor, permit: str, directive: int) -> Directive:
    row = lock_directive(actor, permit, directive)
    if row.state != DirectiveState.DRAFT:
        raise Refused("not_a_draft", directive=row.pk, state=row.state)
    return row


def _move(
    actor: Actor, directive: int, move: DirectiveMove, permit: str, past: str, *, now: datetime
) -> Directive:
    with transaction.atomic():
        row = lock_directive(actor, permit, directive)
        row.state = DIRECTIVE.step(directive_of(row).state, move)
        row.save(update_fields=["state"])
        append([_act(row, past)], actor=actor.person, now=now)
    return row


def _act(row: Directive, past: str, **facts: Plain) -> Act:
    chain = row.issuer.path[: matters.DIGITS_PER_LEVEL]
    return Act(chain, row.issuer_id, f"directive.{past}", "directive", row.pk, facts)
