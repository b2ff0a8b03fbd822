"""Whom names mean on random trees, against a reading that looks at every row for every name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.apps.organizations import names
from guantong.apps.organizations.models import Alias, Group, Kind, Organization, SchoolStage
from guantong.apps.organizations.names import resolve

from .make import DAY, make_organization

pytestmark = pytest.mark.django_db

STEMS = ["甲", "乙", "\uff21", "A", "各 校"]
ENDS = {
    "党委": Kind.COMMITTEE,
    "委员会": Kind.COMMITTEE,
    "党总支": Kind.GENERAL_BRANCH,
    "党支部": Kind.BRANCH,
    "支部委员会": Kind.BRANCH,
}
EVERY_TEXT = [f"{stem}{end}" for stem in STEMS for end in ("", *ENDS, " 党委")] + ["中共甲", "中共甲委员会"]
TEXTS = st.sampled_from(EVERY_TEXT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_resolving_agrees_with_looking_at_every_row(data: st.DataObject) -> None:
    Alias.objects.all().delete()
    Group.objects.all().delete()
    Organization.objects.update(guided_by=None)
    for each in Organization.objects.order_by("-path"):
        each.delete()
    district = make_organization(name="教育工委", kind=Kind.WORK_COMMITTEE)
    tree = [district, make_organization(name="街道党工委", kind=Kind.WORK_COMMITTEE)]
    for _ in range(data.draw(st.integers(0, 10))):
        unit = make_organization(
            data.draw(st.sampled_from(tree)),
            name=data.draw(TEXTS),
            kind=data.draw(st.sampled_from(list(Kind))),
        )
        unit.stage = data.draw(st.sampled_from(["", SchoolStage.PRIMARY, SchoolStage.SENIOR]))
        unit.order = data.draw(st.integers(0, 2))
        unit.guided_by = data.draw(st.sampled_from([None, district]))
        tree.append(unit)
        unit.save()
    for unit in tree[2:]:
        if data.draw(st.booleans()) and not unit.children.filter(closed_on=None).exists():
            unit.closed_on = DAY
            unit.save()
    for name in data.draw(st.permutations(["各校", "A", "甲"])):
        group = Group.objects.create(district=district, name=name)
        if data.draw(st.booleans()):
            group.members.set(data.draw(st.lists(st.sampled_from(tree))))
        else:
            group.kinds = data.draw(st.sampled_from([[], Kind.values]))
            group.stages = data.draw(st.lists(st.sampled_from(["primary", "senior"]), max_size=2))
            group.save()
    groups = [*Group.objects.all()]
    for text in data.draw(st.lists(TEXTS.map(fold), unique=True, max_size=3)):
        of_group: bool = bool(groups) and data.draw(st.booleans())
        if of_group:
            Alias.objects.create(district=district, text=text, group=data.draw(st.sampled_from(groups)))
        else:
            Alias.objects.create(district=district, text=text, organization=data.draw(st.sampled_from(tree)))
    rows = in_order(district)
    for group in groups:
        assert names.meanings(district, [group]) == {group.pk: naive_members(group, rows)}
    asked = [*data.draw(st.lists(TEXTS, max_size=3)), *EVERY_TEXT]
    found = resolve(district.pk, asked)
    expected = {name: naive(district, rows, name) for name in asked}
    assert found.found == {name: meant for name, meant in expected.items() if meant}
    assert found.unresolved == tuple(name for name, meant in expected.items() if not meant)
    assert [*found.found, *found.unresolved] == sorted(expected, key=lambda name: not expected[name])


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def in_order(district: Organization) -> list[Organization]:
    """The open organizations that may be addressed: down the tree, then those guided."""

    def down(unit: Organization) -> list[Organization]:
        below = unit.children.filter(closed_on=None).order_by("order", "path")
        return [unit, *(each for child in below for each in down(child))]

    inside = down(district)
    outside = [
        each for each in Organization.objects.filter(guided_by=district, closed_on=None) if each not in inside
    ]

    def place(unit: Organization) -> list[tuple[int, str]]:
        above = place(unit.parent) if unit.parent is not None and unit.parent in outside else []
        return [*above, (unit.order, unit.path)]

    return inside + sorted(outside, key=place)


def naive(district: Organization, rows: list[Organization], name: str) -> tuple[int, ...]:
    text = fold(name)
    alias = next((each for each in Alias.objects.filter(district=district) if each.text == text), None)
    if alias and alias.organization in rows:
        return (alias.organization.pk,)
    if alias and alias.group:
        return naive_members(alias.group, rows)
    whole = [row.pk for row in rows if fold(row.name) == text]
    if whole:
        return tuple(whole) if len(whole) == 1 else ()
    for group in Group.objects.filter(district=district):
        if fold(group.name) == text:
            return naive_members(group, rows)
    stem, kind = naive_title(text)
    alike = [(row, naive_title(fold(row.name))[1]) for row in rows if naive_title(fold(row.name))[0] == stem]
    if kind is None:
        chosen = [row.pk for row, _ in alike]
    else:
        chosen = [row.pk for row, said in alike if said is kind] or [
            row.pk for row, said in alike if said is None and row.kind == kind
        ]
    return tuple(chosen) if len(chosen) == 1 else ()


def naive_title(text: str) -> tuple[str, Kind | None]:
    text = text.removeprefix("中共")
    for end in sorted(ENDS, key=len, reverse=True):
        if text.endswith(end):
            return text.removesuffix(end), ENDS[end]
    return text, None


def naive_members(group: Group, rows: list[Organization]) -> tuple[int, ...]:
    if not group.kinds and not group.stages:
        return tuple(row.pk for row in rows if row in group.members.all())
    chosen = []
    for row in rows:
        fits = not group.kinds or row.kind in group.kinds
        if fits and group.stages:
            above = row.parent
            while above is not None and not (above.stage and above in rows):
                above = above.parent
            fits = row.stage in group.stages and above is None
        if fits:
            chosen.append(row.pk)
    return tuple(chosen)
