"""The register of personal fields: nothing is held of a person that does not stand there, and nothing is there that is gone.

Boundary 11: no number of an identity card, ethnicity, religion, health or family, by whatever name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models

from guantong.apps.organizations.models import Membership, Person
from guantong.apps.organizations.roster.register import REGISTER, entry_of
from guantong.apps.people.models import Account

ABOUT_PERSONS = {Person, Account}
WORK = {
    "directives.Assignment": "an organization's; of persons it names its owner alone, which is registered",
}
"""Tables that lead to a person and are not about one, each with its reason: there the leading field alone counts."""
TYPED = {"intake.Batch"}
"""Tables that hold what was typed of persons and lead to none."""
KEYED = re.compile(r"(^actor|^person|_by)$")
FORBIDDEN = re.compile(
    r"id_?card|identity|national_?id|passport|ethnic|nation(ality)?|minzu|religio|faith|health|illness|disab|blood|"
    r"famil|spouse|child(ren)?$|parents|marri|reason_of_rest|(^|_)mood|salary|home_address"
)


def tables() -> list[type[models.Model]]:
    return list(apps.get_models(include_auto_created=True))


def label(field: models.Field[object, object]) -> str:
    return f"{field.model._meta.label}.{field.name}"


def personal_fields(among: Iterable[type[models.Model]]) -> Iterator[str]:
    """Every field that is about a person: all of a table that is or leads to one, and keys of whoever did something."""
    for table in among:
        fields = table._meta.concrete_fields
        leading = [field for field in fields if field.is_relation and field.related_model in ABOUT_PERSONS]
        about = table in ABOUT_PERSONS or table._meta.label in TYPED or leading
        for field in fields:
            keyed = isinstance(field, models.BigIntegerField) and KEYED.search(field.name)
            if keyed or field in leading or (about and table._meta.label not in WORK):
                yield label(field)


def registered() -> list[str]:
    return [field for entry in REGISTER for field in entry.fields]


def problems(held: set[str], known: list[str], there: set[str]) -> list[str]:
    """What breaks the law, with what to do."""
    advice = "add it to apps/organizations/register.py with purpose, basis, retention and readers, or do not hold it"
    return [
        *(f"{field}: {advice}." for field in sorted(held - set(known))),
        *(f"{field}: is no more; take it out of the register." for field in sorted(set(known) - there)),
        *(
            f"{field}: stands twice in the register."
            for field in sorted({f for f in known if known.count(f) > 1})
        ),
    ]


def test_every_personal_field_is_in_the_register() -> None:
    there = {label(field) for table in tables() for field in table._meta.concrete_fields}
    found = problems(set(personal_fields(tables())), registered(), there)
    assert not found, "\n".join(found)
    assert set(WORK) <= {table._meta.label for table in tables()}, "take out of WORK what is gone"
    assert {table._meta.label for table in tables()} >= TYPED, "take out of TYPED what is gone"


def test_what_boundary_11_forbids_is_held_nowhere() -> None:
    names = {label(field): field.name for table in tables() for field in table._meta.concrete_fields}
    bad = sorted(told for told, name in names.items() if FORBIDDEN.search(name))
    assert not bad, f"boundary 11 of the product: the system does not hold this of a person: {bad}"


def test_the_roster_holds_what_boundary_11_names_and_no_more() -> None:
    fields = {field.name for field in Person._meta.concrete_fields}
    assert fields == {"id", "name", "spelled", "sex", "birth_year", "organization", "contact", "left_on"}


def test_why_rights_rest_is_held_nowhere() -> None:
    fields = {field.name for field in Membership._meta.concrete_fields}
    assert fields == {"id", "person", "organization", "status", "since", "until"}


def test_every_row_says_what_for_on_which_basis_how_long_and_to_whom() -> None:
    for entry in REGISTER:
        assert all((entry.words, entry.fields, entry.purpose, entry.basis, entry.retention, entry.readers))
        assert "《" in entry.basis, f"{entry.words}: name the document"
    assert "支部书记" in entry_of("organizations.Person.name").readers
    assert "派驻纪检监察组" not in entry_of("organizations.Person.name").readers
    assert entry_of("people.Account.password").readers == "任何人都看不到"


def test_control_personal_fields_are_found() -> None:
    held = set(personal_fields(tables()))
    assert {"organizations.Person.sex", "people.Account.name", "directives.Assignment.owner"} <= held
    assert {"ledger.Entry.actor", "people.Code.digest", "replies.Reply.decided_by"} <= held
    assert not {"directives.Assignment.measure", "directives.Receipt.sign_by"} & held
    told = problems({"a.B.c"}, ["a.B.d", "a.B.e", "a.B.e"], {"a.B.c", "a.B.e"})
    assert [each.split(":")[0] for each in told] == ["a.B.c", "a.B.d", "a.B.e"]
    for name in ("id_card", "nationality", "religion", "health_note", "family_members", "spouse_name"):
        assert FORBIDDEN.search(name), name
    assert not FORBIDDEN.search("organization")
