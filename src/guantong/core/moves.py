"""Transition tables: from which state, by which move, to which state, with which permit.

States and moves are what rows and entries store; who holds a permit is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from guantong.core.refusal import Refused

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


class Transition(NamedTuple, Generic[S, M]):
    """One row of a table."""

    source: S
    move: M
    target: S
    permit: str


class Machine(Generic[S, M]):
    """The states of one kind of matter. A state no move leads out of is closed."""

    def __init__(self, matter: str, start: S, transitions: Iterable[Transition[S, M]]) -> None:
        self.matter = matter
        self.start = start
        self.transitions = tuple(transitions)
        self._by_state: dict[S, dict[M, Transition[S, M]]] = {}
        for transition in self.transitions:
            moves = self._by_state.setdefault(transition.source, {})
            if transition.move in moves:
                raise ValueError(f"{matter}: {transition.source} has {transition.move} twice")
            moves[transition.move] = transition
            self._by_state.setdefault(transition.target, {})

    @property
    def states(self) -> frozenset[S]:
        return frozenset(self._by_state)

    @property
    def closed(self) -> frozenset[S]:
        return frozenset(state for state, moves in self._by_state.items() if not moves)

    def moves(self, state: S) -> frozenset[M]:
        return frozenset(self._by_state[state])

    def step(self, state: S, move: M) -> S:
        """The state after `move`. Raises Refused("no_such_move") where the table has no such row."""
        return self._row(state, move).target

    def permit(self, state: S, move: M) -> str:
        """The permit `move` needs here. Raises Refused("no_such_move") like `step`."""
        return self._row(state, move).permit

    def offers(self, state: S, permits: Collection[str]) -> tuple[M, ...]:
        """The moves open in `state` to somebody who holds `permits`, in the order of the table."""
        return tuple(move for move, row in self._by_state[state].items() if row.permit in permits)

    def _row(self, state: S, move: M) -> Transition[S, M]:
        row = self._by_state.get(state, {}).get(move)
        if row is None:
            raise Refused("no_such_move", matter=self.matter, state=state.value, move=move.value)
        return row


class DirectiveState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"  # waits for the second approval
    APPROVED = "approved"
    ISSUED = "issued"
    CONCLUDED = "concluded"
    DISCARDED = "discarded"  # never issued
    WITHDRAWN = "withdrawn"  # issued by mistake and taken back
    REPEALED = "repealed"  # 废止: was in force and is no longer


class DirectiveMove(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    ISSUE = "issue"
    CONCLUDE = "conclude"
    DISCARD = "discard"
    WITHDRAW = "withdraw"
    REPEAL = "repeal"


class AssignmentState(StrEnum):
    ISSUED = "issued"
    SIGNED = "signed"
    ADOPTED = "adopted"
    ACTED = "acted"
    REPORTED = "reported"
    RETURNED = "returned"  # reported done, and sent back by the one who verifies
    VERIFIED = "verified"
    EXEMPTED = "exempted"
    WITHDRAWN = "withdrawn"
    REPEALED = "repealed"
    MERGED = "merged"  # asked for the same as another assignment, which stands for both


class AssignmentMove(StrEnum):
    SIGN = "sign"
    ADOPT = "adopt"
    RESTORE = "restore"  # what was taken on otherwise is put right: taken on as it was asked
    ACT = "act"
    SPLIT = "split"
    REPORT = "report"
    VERIFY = "verify"
    RETURN = "return"
    SETTLE = "settle"  # the records of a computed assignment were counted at its end
    ADJUST = "adjust"
    EXEMPT = "exempt"
    WITHDRAW = "withdraw"
    REPEAL = "repeal"
    MERGE = "merge"


AssignmentRow = Transition[AssignmentState, AssignmentMove]


class CaseState(StrEnum):
    PROPOSED = "proposed"
    ASKED = "asked"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"


class CaseMove(StrEnum):
    ASK = "ask"
    EXPLAIN = "explain"
    CONFIRM = "confirm"
    CLEAR = "clear"
    LIFT = "lift"  # a confirmation is taken back


def _directive() -> Machine[DirectiveState, DirectiveMove]:
    state, move = DirectiveState, DirectiveMove
    rows = [
        Transition(state.DRAFT, move.SUBMIT, state.SUBMITTED, "directive.submit"),
        Transition(state.DRAFT, move.ISSUE, state.ISSUED, "directive.issue"),
        Transition(state.DRAFT, move.DISCARD, state.DISCARDED, "directive.discard"),
        Transition(state.SUBMITTED, move.APPROVE, state.APPROVED, "directive.approve"),
        Transition(state.SUBMITTED, move.RETURN, state.DRAFT, "directive.approve"),
        Transition(state.APPROVED, move.ISSUE, state.ISSUED, "directive.issue"),
        Transition(state.APPROVED, move.RETURN, state.DRAFT, "directive.approve"),
        Transition(state.ISSUED, move.CONCLUDE, state.CONCLUDED, "directive.conclude"),
        Transition(state.ISSUED, move.WITHDRAW, state.WITHDRAWN, "directive.withdraw"),
        Transition(state.ISSUED, move.REPEAL, state.REPEALED, "directive.repeal"),
    ]
    return Machine("directive", state.DRAFT, rows)


def _adjustments(sources: Iterable[AssignmentState]) -> Iterator[AssignmentRow]:
    """An approved adjustment changes the terms and leaves the state."""
    for source in sources:
        yield Transition(source, AssignmentMove.ADJUST, source, "assignment.adjust")


def _releases(sources: Iterable[AssignmentState]) -> Iterator[AssignmentRow]:
    """What is still open can be lifted by those above it, whatever was done so far."""
    state, move = AssignmentState, AssignmentMove
    for source in sources:
        yield Transition(source, move.EXEMPT, state.EXEMPTED, "assignment.exempt")
        yield Transition(source, move.WITHDRAW, state.WITHDRAWN, "assignment.withdraw")
        yield Transition(source, move.REPEAL, state.REPEALED, "assignment.repeal")
        yield Transition(source, move.MERGE, state.MERGED, "assignment.merge")


def _assignment() -> Machine[AssignmentState, AssignmentMove]:
    state, move = AssignmentState, AssignmentMove
    under_way = (state.ISSUED, state.SIGNED, state.ADOPTED, state.ACTED, state.RETURNED)
    rows = [
        Transition(state.ISSUED, move.SIGN, state.SIGNED, "receipt.sign"),
        Transition(state.SIGNED, move.ADOPT, state.ADOPTED, "assignment.adopt"),
        Transition(state.ADOPTED, move.ACT, state.ACTED, "assignment.act"),
        Transition(state.ADOPTED, move.RESTORE, state.ADOPTED, "assignment.adopt"),
        Transition(state.ADOPTED, move.SPLIT, state.ADOPTED, "assignment.split"),
        Transition(state.ACTED, move.ACT, state.ACTED, "assignment.act"),
        Transition(state.ACTED, move.RESTORE, state.ACTED, "assignment.adopt"),
        Transition(state.ACTED, move.SPLIT, state.ACTED, "assignment.split"),
        Transition(state.ACTED, move.REPORT, state.REPORTED, "assignment.report"),
        Transition(state.REPORTED, move.VERIFY, state.VERIFIED, "assignment.verify"),
        Transition(state.REPORTED, move.RETURN, state.RETURNED, "assignment.verify"),
        Transition(state.RETURNED, move.ACT, state.ACTED, "assignment.act"),
        Transition(state.RETURNED, move.RESTORE, state.RETURNED, "assignment.adopt"),
        Transition(state.RETURNED, move.REPORT, state.REPORTED, "assignment.report"),
    ]
    rows += [*_adjustments(under_way), *_releases((*under_way, state.REPORTED))]
    return Machine("assignment", state.ISSUED, rows)


def _computed() -> Machine[AssignmentState, AssignmentMove]:
    state, move = AssignmentState, AssignmentMove
    under_way = (state.ISSUED, state.SIGNED)
    rows = [
        Transition(state.ISSUED, move.SIGN, state.SIGNED, "receipt.sign"),
        Transition(state.SIGNED, move.SETTLE, state.VERIFIED, "assignment.settle"),
    ]
    rows += [*_adjustments(under_way), *_releases(under_way)]
    return Machine("computed assignment", state.ISSUED, rows)


def _case() -> Machine[CaseState, CaseMove]:
    state, move = CaseState, CaseMove
    rows = [
        Transition(state.PROPOSED, move.ASK, state.ASKED, "case.ask"),
        Transition(state.PROPOSED, move.CLEAR, state.CLEARED, "case.clear"),
        Transition(state.ASKED, move.EXPLAIN, state.EXPLAINED, "case.explain"),
        Transition(state.ASKED, move.CONFIRM, state.CONFIRMED, "case.confirm"),
        Transition(state.ASKED, move.CLEAR, state.CLEARED, "case.clear"),
        Transition(state.EXPLAINED, move.CONFIRM, state.CONFIRMED, "case.confirm"),
        Transition(state.EXPLAINED, move.CLEAR, state.CLEARED, "case.clear"),
        Transition(state.CONFIRMED, move.LIFT, state.CLEARED, "case.lift"),
    ]
    return Machine("deviation", state.PROPOSED, rows)


DIRECTIVE = _directive()
ASSIGNMENT = _assignment()
COMPUTED = _computed()
"""An assignment whose figure comes from records that exist anyway asks nothing after the signature."""
CASE = _case()

RELEASED = frozenset(
    {AssignmentState.EXEMPTED, AssignmentState.WITHDRAWN, AssignmentState.REPEALED, AssignmentState.MERGED}
)
"""Closed without having to be done: in no gauge, neither above nor below the line."""
