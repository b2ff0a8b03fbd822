"""Named institutions in sentences. The sentences are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.core.reading.institutions import named_institutions
from guantong.core.rulebook import institutions

FORMS = [(institution.id, form) for institution in institutions() for form in institution.forms]
LOOKALIKES = [(institution.id, word) for institution in institutions() for word in institution.not_in]
DROPPED = st.text(alphabet=" \t\n\u3000\u200b“”‘’〝〞〟\"'「」『』", max_size=3)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("各支部要按月开展活动。", ()),
        ("", ()),
        ("“三会一课”要按时开。", ("three-meetings-one-lecture",)),
        ("‘三会一课’要按时开。", ("three-meetings-one-lecture",)),
        ("〝三会一课〞要按时开。", ("three-meetings-one-lecture",)),
        ("三会\n一课要按时开。", ("three-meetings-one-lecture",)),
        (
            "落实请示报告工作制度、“三会一课”制度、党员主题党日活动，三会一课要有记录。",
            ("requests-and-reports", "three-meetings-one-lecture", "theme-party-day"),
        ),
        ("遇到重大事项要请示、报告。", ("requests-and-reports",)),
        ("参加述职评议考核的书记要列出问题。", ("secretary-appraisal",)),
        ("做好书记抓基层党建述职评议工作。", ("secretary-appraisal",)),
        (
            "坚持党组织领导下的校长负责制，开好校长办公会。",
            ("principal-under-party", "principal-office-meeting"),
        ),
        ("每年召开一次党的组织生活会。", ("organization-life-meeting",)),
        ("领导干部落实双重组织生活制度。", ("dual-organization-life",)),
        ("列出党建主体责任清单。", ("responsibility-list",)),
        ("压实意识形态工作主体责任。", ("ideology-responsibility",)),
        ("落实党建带团建、带队建工作要求。", ("party-leads-mass-organizations",)),
        ("办理信访事项要按时答复。", ("petitions",)),
    ],
)
def test_names_in_order_of_appearance(sentence: str, expected: tuple[str, ...]) -> None:
    assert named_institutions(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "食品经营企业落实食品安全主体责任。",
        "校园食品安全“两个责任”要到人。",
        "请向区信访局反映。",
        "校务会议室周五检修。",
        "严格执行领导干部个人重大事项报告制度。",
    ],
)
def test_words_that_only_look_alike(sentence: str) -> None:
    assert named_institutions(sentence) == ()


def test_a_lookalike_does_not_hide_the_name_elsewhere() -> None:
    assert named_institutions("信访局要做好信访工作。") == ("petitions",)


@pytest.mark.parametrize(("id_", "form"), FORMS)
def test_every_form_is_found(id_: str, form: str) -> None:
    assert named_institutions(f"各校要做好{form}。") == (id_,)


@pytest.mark.parametrize(("id_", "word"), LOOKALIKES)
def test_every_lookalike_is_passed_over(id_: str, word: str) -> None:
    assert id_ not in named_institutions(f"各校要做好{word}。")


@given(st.sampled_from(FORMS), st.lists(DROPPED, min_size=40, max_size=40))
def test_quotes_and_spaces_inside_a_name_do_not_matter(named: tuple[str, str], noise: list[str]) -> None:
    id_, form = named
    written = "".join(a + b for a, b in zip(form, noise, strict=False))
    assert named_institutions(f"要抓好{noise[-1]}{written}{noise[-2]}。") == (id_,)


@given(st.lists(st.sampled_from(FORMS), max_size=12))
def test_apart_each_name_is_found_once_and_in_order(named: list[tuple[str, str]]) -> None:
    sentence = "。".join(form for _, form in named)
    assert named_institutions(sentence) == tuple(dict.fromkeys(id_ for id_, _ in named))


@given(st.lists(st.one_of(st.text(max_size=6), st.sampled_from([word for _, word in FORMS + LOOKALIKES]))))
def test_any_text_yields_known_ids_without_doubles(pieces: list[str]) -> None:
    found = named_institutions("".join(pieces))
    assert len(found) == len(set(found))
    assert set(found) <= {institution.id for institution in institutions()}
