"""Widths, noise and broken lines evened out; the map leads back to the source."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.core.reading.normalize import normalize

NOISY = st.text(
    alphabet="各校要完成排查一二，。；：（）“”、12３４．,\n\n \u3000\t\r\u200b\ufeff\u00ad", max_size=60
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("６月３０日", "6月30日", id="full-width digits"),
        pytest.param("95％", "95%", id="full-width percent"),
        pytest.param("各校,要;自查:好!", "各校，要；自查：好！", id="latin punctuation"),
        pytest.param("各校(含民办)", "各校（含民办）", id="latin brackets"),
        pytest.param("「三会一课」〝党课〞", "“三会一课”“党课”", id="other quotation marks"),
        pytest.param("１．各校", "1.各校", id="full-width full stop of a number"),
        pytest.param("一、\t各校\xa0要", "一、 各校 要", id="tabs and hard blanks"),
        pytest.param("学位3,200个", "学位3,200个", id="the comma of a thousand stays a comma"),
        pytest.param("各\u200b校\ufeff要\u00ad自查", "各校要自查", id="zero-width characters"),
        pytest.param(
            "各校要认真学习，\n抓好落实。", "各校要认真学习，抓好落实。", id="a line never ends in a comma"
        ),
        pytest.param(
            "各校要学习，\n二、各校要排查。", "各校要学习，\n二、各校要排查。", id="but a number opens a line"
        ),
        pytest.param("一、加强领导\n各校要排查。", "一、加强领导\n各校要排查。", id="a title keeps its line"),
    ],
)
def test_evens_out(source: str, expected: str) -> None:
    assert normalize(source).text == expected


def test_lines_are_rejoined_where_blank_lines_part_the_paragraphs() -> None:
    paragraph = "各校要在开学前完成教室和\n宿舍的安全排查。"
    assert "\n" not in normalize("\n\n".join([paragraph] * 12)).text.replace("\n\n", "")
    assert "教室和\n宿舍" in normalize("\n".join([paragraph] * 12)).text


def test_a_page_break_inside_a_sentence_goes() -> None:
    assert normalize("各校要完成\n\u200b\n排查。").text == "各校要完成排查。"
    assert normalize("各校要排查。\n\u200b\n二、").text == "各校要排查。\n\n二、"


def test_the_map_leads_to_the_source() -> None:
    source = "各\u200b校要，\n自\ufeff查。"
    normal = normalize(source)
    assert normal.text == "各校要，自查。"
    assert [source[normal.source(i)] for i in range(len(normal.text))] == list(normal.text)


def test_dropped_characters_at_an_end_stay_outside() -> None:
    normal = normalize("各校\u200b要")
    assert (normal.source(0), normal.source_end(2), normal.source(2)) == (0, 2, 3)
    assert normal.source_end(0) == 0


def test_a_dropped_character_is_mapped_to_the_next_that_stayed() -> None:
    normal = normalize("各\u200b校")
    assert [normal.target(i) for i in range(4)] == [0, 1, 1, 2]


@given(NOISY)
@settings(max_examples=150, deadline=None)
def test_source_and_target_agree_and_never_run_backwards(source: str) -> None:
    normal = normalize(source)
    places = [normal.source(i) for i in range(len(normal.text))]
    assert places == sorted(set(places))
    assert all(0 <= place < len(source) for place in places)
    assert [normal.target(place) for place in places] == list(range(len(normal.text)))
    targets = [normal.target(i) for i in range(len(source) + 1)]
    assert targets == sorted(targets)
    assert all(0 <= target <= len(normal.text) for target in targets)


@given(NOISY)
@settings(max_examples=150, deadline=None)
def test_only_noise_and_line_ends_are_dropped(source: str) -> None:
    normal = normalize(source)
    kept = {normal.source(i) for i in range(len(normal.text))}
    assert {source[i] for i in range(len(source)) if i not in kept} <= set("\n\r\u200b\ufeff\u00ad")
