"""Every refusal has a sentence, every code a term, and what is not known is never called zero."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest

from guantong.core.cases import TERMS
from guantong.core.deviation import Deviation, FactCode
from guantong.core.matters import Bound
from guantong.core.moves import ASSIGNMENT, CASE, COMPUTED, DIRECTIVE, CaseState
from guantong.core.reading.types import Operator
from guantong.core.refusal import Refused
from guantong.core.status import Light
from guantong.web import sentences, words
from tests.house.tree import parsed, python_files, short

CASES_OF_MACHINES = [
    (machine.matter, state, move)
    for machine in (DIRECTIVE, ASSIGNMENT, COMPUTED, CASE)
    for state in sorted(machine.states)
    for move in sorted({row.move for row in machine.transitions})
]


def refusals(tree: ast.AST) -> Iterator[tuple[int, str | None, set[str]]]:
    """Line, code and names of the facts of every refusal that is raised; None for a code that is no literal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
            first = node.args[0] if node.args else None
            code = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
            yield node.lineno, code, {keyword.arg for keyword in node.keywords if keyword.arg}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def problems(tree: ast.AST) -> Iterator[str]:
    """What a reader of the screen would miss, with what to do."""
    for line, code, facts in refusals(tree):
        if code is None:
            yield f"{line}: write the code of a refusal as a literal, so that it can be found."
        elif code not in sentences.SENTENCES:
            yield f"{line}: {code} has no sentence; add it to SENTENCES of guantong/web/sentences.py."
        elif missing := fields(sentences.SENTENCES[code]) - facts:
            yield f"{line}: the sentence of {code} needs {sorted(missing)}; raise it with them."


def test_every_refusal_has_a_sentence_and_the_facts_it_needs() -> None:
    found = [
        f"{short(path)}:{problem}"
        for path in python_files("src/guantong")
        for problem in problems(parsed(path))
    ]
    assert not found, "\n".join(found)


def test_no_sentence_and_no_code_without_a_refusal() -> None:
    raised = {code for path in python_files("src/guantong") for _, code, _ in refusals(parsed(path))}
    assert set(sentences.SENTENCES) - raised == set(), "take these out of guantong/web/sentences.py"
    assert set(sentences.SENTENCES) >= sentences.STALE


def test_control_refusals_are_found() -> None:
    bad = 'raise Refused("no_such_code", x=1)\nraise Refused(code)\nraise Refused("due_past", clause=1)'
    assert [line.split(":")[0] for line in problems(ast.parse(bad))] == ["1", "2", "3"]
    assert not list(problems(ast.parse('Refused("due_past", due=x, more=1)')))


@pytest.mark.parametrize(("matter", "state", "move"), CASES_OF_MACHINES)
def test_a_move_that_is_not_there_is_told_in_words(matter: str, state: StrEnum, move: StrEnum) -> None:
    told = sentences.sentence(Refused("no_such_move", matter=matter, state=state.value, move=move.value))
    assert words.word(state) in told
    assert words.word(move) in told
    assert state.value not in told


def test_facts_of_a_refusal_are_told_as_people_write_them() -> None:
    assert "2026年3月5日" in sentences.sentence(Refused("due_past", clause="c", due=date(2026, 3, 5)))
    assert "态度" in sentences.sentence(Refused("only_transmitted", clause="c", kind="attitude"))
    assert "≥ 90" in sentences.sentence(Refused("parts_below_target", target=Decimal("90.0"), op=">="))
    told = sentences.sentence(Refused("put_right", fact=FactCode.TARGET_BELOW.value))
    assert "承接目标低于下达" in told


@pytest.mark.parametrize("kind", words.WORDS)
def test_every_member_has_a_term(kind: type[StrEnum]) -> None:
    assert set(words.WORDS[kind]) == set(kind)
    assert len(dict(words.choices(kind))) == len(kind)


def test_no_page_word_is_a_term_of_discipline() -> None:
    said = {term for kind in words.WORDS for term in words.WORDS[kind].values()} | set(
        sentences.SENTENCES.values()
    )
    assert not [term for term in TERMS.values() if any(term in one for one in said)]
    assert [
        words.term(Deviation.DISCOUNTED, state) for state in (CaseState.EXPLAINED, CaseState.CLEARED)
    ] == [
        None,
        None,
    ]
    assert words.term(Deviation.DISCOUNTED, CaseState.CONFIRMED) == "打折扣"


def test_figures_and_days() -> None:
    assert [words.percent(x) for x in (None, 0, 0.925, Fraction(1, 3), 1)] == [
        "未知",
        "0%",
        "92.5%",
        "33.3%",
        "100%",
    ]
    assert [words.percent(x) for x in (0.99999, 0.00001, 1.5)] == ["99.9%", "不足0.1%", "150%"]
    assert [words.figure(x) for x in (None, 90.0, Decimal(1000), Fraction(2, 3), -0.001)] == [
        "未知",
        "90",
        "1000",
        "0.67",
        "0",
    ]
    assert words.day(datetime(2026, 3, 4, 17, tzinfo=UTC)) == "2026年3月5日"
    assert words.moment(datetime(2026, 3, 4, 17, 5, tzinfo=UTC)) == "2026年3月5日 01:05"
    assert (words.day(None), words.moment(None)) == ("", "")
    assert words.bound(Bound(Operator.AT_LEAST, Decimal("95.0"), "%")) == "≥ 95%"
    assert words.bound(Bound(Operator.AT_MOST, Decimal(3), "件")) == "≤ 3 件"
    assert words.show(Light.LATE) == "逾期补办"
    assert words.show(None) == "未知"
