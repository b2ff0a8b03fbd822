"""The one mapping from a standing to the columns of the fact table."""

from __future__ import annotations

from datetime import date

from hypothesis import given

from guantong.analytics.rows import columns
from guantong.analytics.tables import ASSIGNMENTS
from guantong.core.cases import Case
from guantong.core.deviation import Fact, FactCode
from guantong.core.matters import Indicator, Periods, Terms
from guantong.core.moves import AssignmentState, CaseState
from guantong.core.reading.types import ClauseKind
from guantong.core.standings import Said, Standing

from .make_standings import AS_OF, make_standing, standings

KEYS = {"id", "directive", "clause", "organization", "path"}
ALL_ASKED = ("signed", "effect", "signed_in_time")
ASKED = ("adopted", "reported", "verified", "adopted_in_time", "acted_in_time")


@given(standings())
def test_a_row_is_what_the_table_holds(row: Standing) -> None:
    made = columns(row)
    schema = {name: kind for name, kind in ASSIGNMENTS.schema().items() if name not in KEYS}
    assert list(made) == list(schema)
    for name, kind in schema.items():
        if made[name] is None:
            assert kind.nullable, name
        else:
            assert type(made[name]) is (int if kind.is_integer() else str), name


@given(standings())
def test_whether_it_is_asked_and_what_was_answered_gives_the_answer_back(row: Standing) -> None:
    made = columns(row)
    said = {1: Said.YES, 0: Said.NO, None: Said.UNKNOWN}
    for names, asked in ((ALL_ASKED, 1), (ASKED, made["asks"]), (("acted",), made["acts"])):
        for name in names:
            answer = made[name]
            assert not isinstance(answer, str)
            assert getattr(row, name) is (said[answer] if asked else Said.NOT_ASKED), name


def test_a_milestone_that_was_reported_late() -> None:
    made = columns(
        make_standing(
            state=AssignmentState.REPORTED,
            signed_on=date(2026, 3, 10),
            adopted_on=date(2026, 3, 24),
            done_on=date(2026, 7, 3),
            case=Case("1", Fact(FactCode.ADOPTED_LATE), AS_OF, CaseState.CONFIRMED),
        )
    )
    assert made["indicator"] == "milestone"
    assert [made[name] for name in ("asks", "acts", "signed", "reported", "verified")] == [1, 1, 1, 1, 0]
    assert [made[name] for name in ("signed_in_time", "adopted_in_time", "effect")] == [1, 0, 0]
    assert [made[name] for name in ("fact", "confirmed", "deviation_known")] == ["", "not_executed", 1]
    assert [made[name] for name in ("late_days", "shortfall", "periods_required")] == [3, None, 0]


def test_a_computed_prohibition_asks_for_no_act() -> None:
    made = columns(
        make_standing(
            kind=ClauseKind.PROHIBITION,
            assigned=Terms(Indicator.COMPUTED),
            periods=Periods("1", 12, 6, 5, 4),
            case=Case("1", Fact(FactCode.BREACH_FOUND), AS_OF, CaseState.ASKED),
        )
    )
    assert [made[name] for name in ("asks", "acts", "adopted", "acted")] == [0, 0, None, None]
    assert [made[name] for name in ("fact", "confirmed")] == ["breach_found", ""]
    assert [made[f"periods_{name}"] for name in ("required", "known", "held", "in_time")] == [12, 6, 5, 4]
