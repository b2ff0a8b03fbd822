"""The lexicon of institutions: its file, and what the loader refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from guantong.core.rulebook import RulebookError, bare, institutions
from guantong.core.rulebook.loader import parse_institutions

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "rules.yaml"
NAMED_IN_THE_SPEECH = {
    "three-meetings-one-lecture": "三会一课",
    "theme-party-day": "主题党日",
    "requests-and-reports": "请示报告",
    "secretary-appraisal": "党组织书记抓基层党建述职评议考核",
    "principal-under-party": "党组织领导的校长负责制",
}
# These rules judge a person, and no institution may bring them in (docs/decisions/0002).
JUDGE_A_PERSON = {
    "talk-on-thought-state",
    "reminder-talk-trigger",
    "dev-thought-report-quarterly",
    "four-forms",
    "lost-contact-6-months",
    "self-withdrawal-6-months",
}
JUDGE_A_PERSON_PREFIXES = ("tipoff-", "discipline-")


def judges_a_person(rule: str) -> bool:
    return rule in JUDGE_A_PERSON or rule.startswith(JUDGE_A_PERSON_PREFIXES)


def make_row(**changes: object) -> str:
    row: dict[str, object] = {
        "id": "three-meetings",
        "name": "三会一课",
        "forms": ["三会"],
        "rules": ["a-rule"],
    }
    return yaml.safe_dump([row | changes], allow_unicode=True)


@pytest.mark.parametrize(("id_", "form"), NAMED_IN_THE_SPEECH.items())
def test_the_institutions_of_the_speech_are_there_with_rules(id_: str, form: str) -> None:
    found = {institution.id: institution for institution in institutions()}
    assert form in found[id_].forms
    assert found[id_].rules


def test_the_lexicon_is_read_once() -> None:
    assert institutions() is institutions()


def test_the_name_is_the_first_form() -> None:
    assert all(institution.forms[0] == institution.name for institution in institutions())


def test_no_rule_judges_a_person() -> None:
    assert [(i.id, rule) for i in institutions() for rule in i.rules if judges_a_person(rule)] == []
    assert judges_a_person("tipoff-ledger")
    assert judges_a_person("four-forms")


def test_petitions_and_whistleblowers_reports_are_never_countable() -> None:
    kept_apart = [
        institution
        for institution in institutions()
        if institution.id == "petitions"
        or any(rule.startswith(("petition-", "tipoff-")) for rule in institution.rules)
    ]
    assert kept_apart
    assert not any(institution.countable for institution in kept_apart)


def test_rules_exist_in_the_reference() -> None:
    if not REFERENCE.exists():
        pytest.skip("shared/reference/rules.yaml is not beside this checkout")
    known = {rule["id"] for rule in yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))}
    assert [(i.id, rule) for i in institutions() for rule in i.rules if rule not in known] == []
    # The list of rules that judge a person is itself not out of date.
    assert known >= JUDGE_A_PERSON
    assert all(any(rule.startswith(prefix) for rule in known) for prefix in JUDGE_A_PERSON_PREFIXES)


def test_a_row_is_read() -> None:
    (institution,) = parse_institutions(make_row(not_in=["三会场"]))
    assert institution.forms == ("三会一课", "三会")
    assert institution.not_in == ("三会场",)
    assert institution.rules == ("a-rule",)
    assert institution.countable


def test_an_institution_may_say_that_it_is_not_countable() -> None:
    (institution,) = parse_institutions(make_row(countable=False, rules=["petition-a", "tipoff-b"]))
    assert not institution.countable


def test_lists_may_be_left_out() -> None:
    (institution,) = parse_institutions("- {id: a-name, name: 名称}")
    assert (institution.forms, institution.not_in, institution.rules) == (("名称",), (), ())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "list of institutions"),
        ("a: 1", "list of institutions"),
        ("- 三会一课", "must have keys"),
        ("- {id: a, name: [", "not readable YAML"),
        ("- !!python/object/apply:os.getcwd []", "not readable YAML"),
        ("- {id: a-name, name: 名称, name: 别名}", "1: a key stands twice"),
        (make_row(form=["三会"]), r"'three-meetings': unknown keys \['form'\]"),
        (make_row(name=None), "name must be a word"),
        (make_row(name=""), "name must be a word"),
        (make_row(id=7), "id must be a word"),
        (make_row(id="Three Meetings"), "kebab-case"),
        (make_row(forms="三会"), "forms must be a list of words"),
        (make_row(countable="no"), "countable must be true or false"),
        (make_row(rules=["petition-a"]), "never counted"),
        (make_row(rules=["a-rule", "tipoff-b"], countable=True), "never counted"),
        (make_row(rules=[1]), "rules must be a list of words"),
        (make_row(forms=["“三会”"]), "no quotation mark"),
        (make_row(forms=["三 会"]), "no quotation mark"),
        (make_row(forms=["会"]), "two characters"),
        (make_row(not_in=["四会场"]), "contains none of its forms"),
        (make_row(forms=["三会", "三会"]), "form '三会' stands twice"),
        (make_row(forms=["三会一课"]), "form '三会一课' stands twice"),
        (make_row(rules=["a-rule", "a-rule"]), "rule 'a-rule' stands twice"),
        (make_row() + make_row(), "id 'three-meetings' stands twice"),
        (
            make_row() + make_row(id="other"),
            "form '三会一课' stands twice: in 'three-meetings' and in 'other'",
        ),
        (make_row() + make_row(id="other", name="三会场", forms=["场会"], not_in=["三会"]), "contains none"),
    ],
)
def test_what_breaks_the_rules_is_refused(source: str, message: str) -> None:
    with pytest.raises(RulebookError, match=message):
        parse_institutions(source)


def test_bare_drops_quotes_and_spaces_only() -> None:
    assert bare("“三会 一课”、‘主题\u3000党日’〝请示〞\n「报告」\ufeff") == "三会一课、主题党日请示报告"
