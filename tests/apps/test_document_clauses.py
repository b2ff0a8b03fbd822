"""What people make of the clauses that the reader proposes, which never stop quoting their document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from guantong.apps.documents import fields, services, spans
from guantong.apps.documents.models import Clause, ClauseState, Document
from guantong.apps.documents.queries import stretches
from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations.models import Organization
from guantong.core.reading import BlockKind, ClauseKind, Deadline, read
from guantong.core.refusal import Refused
from guantong.example.speech import sample_speech

from .make import make_organization
from .make_documents import NOW, PLAN, clauses, clerk, imported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: object) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委")


def test_what_a_person_corrects_stands_beside_what_was_read(district: Organization) -> None:
    document = imported(district)
    row = clauses(document)[1]
    made = services.correct_clause(
        clerk(district),
        clause=row.pk,
        kind=ClauseKind.TARGET,
        lead_units=["  督导科 ", "督导科", ""],
        deadline=Deadline("9月底前", date(2026, 9, 30), None),
        targets=[{"text": "两轮", "op": ">=", "value": "１，２００.50", "unit": "％"}],
        now=NOW,
    )
    made.refresh_from_db()
    assert (made.kind, made.lead_units, made.deadline) == ("target", ["督导科"], date(2026, 9, 30))
    assert made.targets == [{"text": "两轮", "op": ">=", "value": "1200.5", "unit": "%"}]
    assert (made.read["kind"], made.read["deadline"]) == ("duty", "2026-06-30")
    assert set(fields.corrected(made)) == {
        "kind", "lead_units", "deadline_text", "deadline", "targets",
    }  # fmt: skip
    assert made.revision == 1
    gone = services.correct_clause(clerk(district), clause=row.pk, deadline=fields.NO_DEADLINE, now=NOW)
    assert (gone.deadline, gone.deadline_text) == (None, "")
    entries = (
        Entry.objects.filter(act="clause.corrected").order_by("sequence").values_list("facts", flat=True)
    )
    assert list(entries) == [{"document": document.pk, "fields": 5}, {"document": document.pk, "fields": 2}]
    services.correct_clause(clerk(district), clause=row.pk, kind=ClauseKind.TARGET, now=NOW)
    assert Entry.objects.filter(act="clause.corrected").count() == 2  # nothing was changed


BAD_TARGET = {"text": "", "op": ">=", "value": "95", "unit": "%"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"targets": [{**BAD_TARGET, "value": "很多"}]}, "target_not_a_number"),
        ({"targets": [{**BAD_TARGET, "value": "-1"}]}, "target_not_a_number"),
        ({"targets": [{**BAD_TARGET, "value": "NaN"}]}, "target_not_a_number"),
        ({"targets": [{**BAD_TARGET, "value": ""}]}, "target_not_a_number"),
        ({"targets": [{**BAD_TARGET, "op": ">"}]}, "operator_unknown"),
        ({"targets": [{**BAD_TARGET, "unit": "人" * 21}]}, "text_too_long"),
        ({"deadline": Deadline("", None, "sometimes")}, "deadline_rule_unknown"),
        ({"subjects": ["校" * 101]}, "text_too_long"),
        ({"span": (0, 10**9)}, "span_outside"),
        ({"span": (-1, 5)}, "span_outside"),
        ({"span": (9, 5)}, "span_outside"),
        ({"span": (5, 5)}, "span_blank"),
        ({"span": (0, len(PLAN))}, "clause_overlaps"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    district: Organization, given: dict[str, Any], code: str
) -> None:
    row = clauses(imported(district))[0]
    with pytest.raises(Refused, match=code):
        services.correct_clause(clerk(district), clause=row.pk, now=NOW, **given)
    assert Clause.objects.get(pk=row.pk).revision == 0


def test_a_clause_that_was_handed_down_stays_as_it_is(
    district: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PLAN.replace("备案。", "备案。各学校不得弄虚作假。")
    _, first, second, third = clauses(imported(district, text))
    monkeypatch.setattr(services, "in_use", [lambda asked: {second.pk} & set(asked)])
    by = clerk(district)
    deeds: list[Callable[[], object]] = [
        lambda: services.correct_clause(by, clause=second.pk, kind=ClauseKind.TARGET, now=NOW),
        lambda: services.reject_clause(by, clause=second.pk, now=NOW),
        lambda: services.split_clause(by, clause=second.pk, at=second.end - 3, now=NOW),
        lambda: services.merge_clauses(by, clause=second.pk, now=NOW),
        lambda: services.merge_clauses(by, clause=first.pk, now=NOW),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="clause_in_use") as refused:
            deed()
        assert refused.value.facts == {"clause": second.pk}
    services.reject_clause(by, clause=third.pk, now=NOW)


def test_who_saw_an_earlier_state_is_told(district: Organization) -> None:
    row = clauses(imported(district))[0]
    services.correct_clause(clerk(district), clause=row.pk, kind=ClauseKind.TARGET, revision=0, now=NOW)
    with pytest.raises(Refused, match="clause_changed") as refused:
        services.correct_clause(clerk(district), clause=row.pk, kind=ClauseKind.DUTY, revision=0, now=NOW)
    assert refused.value.facts == {"clause": row.pk, "revision": 1}


def test_a_rejected_clause_can_stand_again_where_nothing_took_its_place(district: Organization) -> None:
    document = imported(district)
    by, row = clerk(district), clauses(document)[0]
    services.reject_clause(by, clause=row.pk, now=NOW)
    with pytest.raises(Refused, match="clause_rejected"):
        services.reject_clause(by, clause=row.pk, now=NOW)
    assert services.confirm_clauses(by, document=document.pk, now=NOW) == 2
    new = services.add_clause(
        by, document=document.pk, start=row.start, end=row.end + 1, kind=ClauseKind.DUTY, now=NOW
    )
    with pytest.raises(Refused, match="clause_overlaps"):
        services.confirm_clauses(by, document=document.pk, clauses=[row.pk], now=NOW)
    services.reject_clause(by, clause=new.pk, now=NOW)
    assert services.confirm_clauses(by, document=document.pk, clauses=[row.pk], now=NOW) == 1
    assert {each.state for each in clauses(document)} == {ClauseState.CONFIRMED}


def test_a_clause_that_a_person_adds_tells_its_own_deadline_target_and_path(district: Organization) -> None:
    document = imported(district)
    by, old = clerk(district), clauses(document)[0]
    services.reject_clause(by, clause=old.pk, now=NOW)
    made = services.add_clause(
        by, document=document.pk, start=old.start - 1, end=old.end, kind=ClauseKind.TARGET, now=NOW
    )
    made.refresh_from_db()
    assert (made.code, made.position, made.read) == ("c4", 1, {})
    assert (made.targets, made.deadline_rule, made.path) == (old.targets, old.deadline_rule, old.path)
    assert fields.corrected(made) == []


def test_the_path_of_an_added_clause_is_the_readers() -> None:
    compared = 0
    for text in (PLAN, sample_speech()):
        reading = read(text)
        outline = [fields.plain(heading) for heading in reading.outline]
        for clause in reading.clauses:
            above = [heading["id"] for heading in outline if heading["start"] <= clause.start]
            if above and above[-1] == clause.outline_id:  # a closing paragraph belongs further out
                compared += 1
                assert spans.path_at(outline, clause.start) == list(clause.path)
    assert compared > 20


def test_a_clause_is_cut_in_two_and_joined_again(district: Organization) -> None:
    document = imported(district)
    by, row = clerk(district), clauses(document)[1]
    services.confirm_clauses(by, document=document.pk, now=NOW)
    at = row.start + row.text.index("报局党委备案")
    first, second = services.split_clause(by, clause=row.pk, at=at, now=NOW)
    assert first.text + second.text == row.text
    assert (first.deadline, second.deadline) == (row.deadline, None)
    assert first.lead_units == second.lead_units == row.lead_units
    assert {first.state, second.state} == {ClauseState.PROPOSED}
    assert [each.code for each in clauses(document)] == ["c1", "c2", "c4", "c3"]
    joined = services.merge_clauses(by, clause=first.pk, now=NOW)
    assert (joined.text, joined.deadline, joined.lead_units) == (row.text, row.deadline, row.lead_units)
    assert [each.code for each in clauses(document)] == ["c1", "c2", "c3"]
    with pytest.raises(Refused, match="clauses_apart"):  # a heading stands between
        services.merge_clauses(by, clause=joined.pk, now=NOW)
    with pytest.raises(Refused, match="span_outside"):
        services.split_clause(by, clause=joined.pk, at=joined.end, now=NOW)
    acts = Entry.objects.order_by("sequence").values_list("act", flat=True)
    assert list(acts) == ["document.imported", "clause.confirmed", "clause.split", "clause.merged"]


def test_blanks_around_what_a_person_marks_are_left_out(district: Organization) -> None:
    document = services.import_text(
        clerk(district), organization=district.pk, text="工作安排\n\n　 各校报名单 \n\n", now=NOW
    )
    made = services.add_clause(
        clerk(district), document=document.pk, start=4, end=14, kind=ClauseKind.DUTY, now=NOW
    )
    assert (made.start, made.end, made.text) == (8, 13, "各校报名单")


def test_a_clause_that_does_not_quote_is_never_written(district: Organization) -> None:
    document = imported(district)
    row = clauses(document)[0]
    row.text += "等"
    with pytest.raises(ValueError, match="does not quote"):
        spans.check_quotes(document, [row])
    with pytest.raises(IntegrityError), transaction.atomic():
        Clause.objects.filter(pk=row.pk).update(end=row.start)


DEEDS = st.tuples(
    st.sampled_from(["correct", "reject", "add", "split", "merge", "confirm", "revive"]),
    st.integers(0, 50),
    st.integers(-3, 20),
    st.integers(-3, 20),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(deeds=st.lists(DEEDS, max_size=12), text=st.sampled_from([PLAN, sample_speech()]))
def test_after_any_edits_clauses_quote_and_pieces_join_to_the_text(
    deeds: list[tuple[str, int, int, int]], text: str
) -> None:
    district = make_organization(name="云岫区委教育工委")
    by, document = clerk(district), imported(district, text)
    for deed, which, one, two in deeds:
        rows = list(document.clauses.order_by("pk"))
        row = rows[which % len(rows)]
        pk, span = row.pk, (row.start + one, row.end + two)
        try:
            if deed == "correct":
                services.correct_clause(by, clause=pk, span=span, now=NOW)
            elif deed == "reject":
                services.reject_clause(by, clause=pk, now=NOW)
            elif deed == "add":
                services.add_clause(
                    by, document=document.pk, start=row.end, end=span[1], kind=ClauseKind.DUTY, now=NOW
                )
            elif deed == "split":
                services.split_clause(by, clause=pk, at=span[0], now=NOW)
            elif deed == "merge":
                services.merge_clauses(by, clause=pk, now=NOW)
            else:
                chosen = None if deed == "confirm" else [pk]
                services.confirm_clauses(by, document=document.pk, clauses=chosen, now=NOW)
        except Refused as refused:
            event(f"{deed}: {refused.code}")
        else:
            event(f"{deed}: done")
            holds(Document.objects.get(pk=document.pk))
    assert faults() == []


def holds(document: Document) -> None:
    every = list(document.clauses.order_by("position"))
    for row in every:
        assert row.text == document.text[row.start : row.end]
        assert row.text == row.text.strip() != ""
    assert [row.position for row in every] == list(range(1, len(every) + 1))
    assert [row.start for row in every] == sorted(row.start for row in every)
    live = clauses(document)
    assert all(one.end <= two.start for one, two in pairwise(live))
    pieces = stretches(document)
    assert "".join(piece.text for piece in pieces) == document.text
    assert [piece.clause for piece in pieces if piece.clause] == live
    assert all(piece.text == piece.clause.text for piece in pieces if piece.clause)
    assert all(piece.text for piece in pieces)
    assert all((piece.clause is not None) == (piece.kind is BlockKind.CLAUSE) for piece in pieces)


def test_tables_and_furniture_stand_in_the_pieces_too(district: Organization) -> None:
    table = "| 事项 | 时限 |\n|---|---|\n| 排查风险 | 6月底前 |\n"
    text = PLAN + "\n" + table + "\n4.规范收费。各学校要在9月底前公示收费项目。\n- 2 -\n"
    document = imported(district, text, "要点.md")
    holds(document)
    kinds = {piece.kind: piece.text for piece in stretches(document)}
    assert "排查风险" in kinds[BlockKind.TABLE]
    assert kinds[BlockKind.FURNITURE].strip() == "- 2 -"
    assert document.furniture[0]["reason"] == "page-number"
    start = text.index("排查风险")
    services.add_clause(
        clerk(district), document=document.pk, start=start, end=start + 4, kind=ClauseKind.DUTY, now=NOW
    )
    pieces = stretches(document)
    (at,) = [number for number, piece in enumerate(pieces) if piece.text == "排查风险"]
    assert [piece.kind for piece in pieces[at - 1 : at + 2]] == [
        BlockKind.TABLE,
        BlockKind.CLAUSE,
        BlockKind.TABLE,
    ]
    holds(document)


def test_headings_stand_in_the_pieces_as_the_reader_saw_them(district: Organization) -> None:
    document = imported(district)
    headings = [piece.text for piece in stretches(document) if piece.kind is BlockKind.HEADING]
    assert headings[:2] == ["云岫区教育局2026年工作要点", "加强组织建设"]
    row = clauses(document)[0]
    services.reject_clause(clerk(district), clause=row.pk, now=NOW)
    (piece,) = [piece for piece in stretches(document) if row.text in piece.text]
    assert (piece.clause, piece.kind) == (None, BlockKind.BACKGROUND)
