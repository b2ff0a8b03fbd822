"""What is told of a played year beside its figures: what was asked, and what the issuer had to set."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.core.issuing import asking
from guantong.core.matters import Indicator
from guantong.example.demo import NOTE, Handed, Played
from guantong.example.issuer import SetByIssuer, show_target


@dataclass(frozen=True, slots=True)
class Asked:
    """A clause that asks for more than to be read; `target` and `due` as they are shown."""

    clause_id: str
    text: str
    indicator: Indicator
    target: str | None
    due: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A played year as it is told; days are ISO dates."""

    note: str
    title: str | None
    received_on: str
    issued_on: str
    as_of: str
    clauses: int
    asking: int
    second_approval: bool
    asked: tuple[Asked, ...]
    set_by_issuer: tuple[SetByIssuer, ...]


def tell(played: Played) -> Told:
    """The played year without its figures, which are counted where the rows are kept."""
    main = played.main
    return Told(
        note=NOTE,
        title=main.reading.title,
        received_on=main.received_on.isoformat(),
        issued_on=main.issued_on.isoformat(),
        as_of=played.present.isoformat(),
        clauses=len(main.reading.clauses),
        asking=asking(main.plan.clauses),
        second_approval=main.directive.approved_by is not None,
        asked=_asked(main),
        set_by_issuer=main.plan.set_by_issuer,
    )


def _asked(main: Handed) -> tuple[Asked, ...]:
    texts = {clause.id: clause.text for clause in main.reading.clauses}
    return tuple(
        Asked(
            clause_id=clause.clause_id,
            text=texts[clause.clause_id],
            indicator=clause.terms.indicator,
            target=show_target(clause.terms.target) if clause.terms.target else None,
            due=clause.terms.due.isoformat() if clause.terms.due else None,
        )
        for clause in main.plan.clauses
        if clause.terms.indicator is not Indicator.INFORMATION
    )
