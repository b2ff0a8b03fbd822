"""Any text is read, and what comes out fits together: random texts and mutations of documents."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from make_readings import POINTS, SPEECH
from reading_laws import ANY, TEXTS, check, mutations

from guantong.core.reading import BlockKind, read


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_texts_made_of_markers_and_marks(text: str) -> None:
    check(text)


@given(ANY)
@settings(max_examples=120, deadline=None)
def test_any_text(text: str) -> None:
    check(text)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_reading_twice_is_equal(text: str) -> None:
    assert read(text) == read(text)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_mutations_of_documents(data: st.DataObject) -> None:
    check(data.draw(mutations(data.draw(st.sampled_from([POINTS, SPEECH])))))


ORDERS = [
    "一、各校要建账。",
    "（一）各校要销号。",
    "1.各校要整改。",
    "各校要报告。",
    "——各校要公开。",
    "①各校要公示。",
    "一要各校带头。",
]


@given(st.lists(st.sampled_from(ORDERS), max_size=12))
@settings(max_examples=120, deadline=None)
def test_a_plain_order_is_a_clause_or_heads_one(lines: list[str]) -> None:
    reading = check("\n".join(["云岫区教育局工作方案", "一、重点工作", *lines]))
    told = [
        b
        for b in reading.blocks
        if b.kind is BlockKind.BACKGROUND and "各校" in reading.text[b.start : b.end]
    ]
    assert not told


@given(
    st.lists(
        st.sampled_from(["各校要建账。", "教研科必须指导。", "严禁瞒报。", "每月报告一次进度。"]),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_each_sentence_of_a_paragraph_is_its_own_clause(sentences: list[str]) -> None:
    reading = check("云岫区教育局工作方案\n一、重点工作\n" + "".join(sentences))
    assert [c.text for c in reading.clauses] == sentences
