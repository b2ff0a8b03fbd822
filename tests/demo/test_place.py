"""The demo replaces an earlier demo and nothing else."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations.models import Organization, Person
from guantong.apps.organizations.tree import found_district
from guantong.apps.people.services import make_account
from guantong.core.refusal import Refused
from guantong.demo import place

NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)


def found(*, invented: bool) -> Organization:
    return found_district("某区委教育工委", opened_on=date(2020, 9, 1), invented=invented, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_an_earlier_demo_is_dropped() -> None:
    found(invented=True)
    place.make_ready()
    assert Organization.objects.exists()
    place.clear()
    assert not Organization.objects.exists()
    assert not Entry.objects.exists()
    assert found(invented=True).path == "0001"


@pytest.mark.django_db(transaction=True)
def test_the_record_is_guarded_again_afterwards() -> None:
    place.clear()
    found(invented=True)
    with pytest.raises(Exception, match="append-only"):
        Entry.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize("beside", [False, True])
def test_a_real_district_is_never_touched(beside: bool) -> None:
    if beside:
        found(invented=True)
    real = found(invented=False)
    for step in (place.make_ready, place.clear):
        with pytest.raises(Refused, match="demo_elsewhere"):
            step()
    assert Organization.objects.filter(pk=real.pk).exists()
    assert Entry.objects.exists()


@pytest.mark.django_db
def test_an_account_without_a_district_is_somebodys() -> None:
    make_account(name="admin", person=1, password="a-long-pass-word", now=NOW)  # noqa: S106 — of a test
    with pytest.raises(Refused, match="demo_elsewhere"):
        place.make_ready()


@pytest.mark.django_db
def test_tables_of_another_program_are_left_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE other_thing (id integer)")
    with pytest.raises(Refused, match="demo_elsewhere"):
        place.make_ready()
    assert not Person.objects.exists()


def test_without_a_setting_it_lives_in_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUANTONG_DATA_DIR")
    place.choose()
    assert os.environ["GUANTONG_DATA_DIR"] == "demo"
    monkeypatch.setenv("GUANTONG_DATA_DIR", "elsewhere")
    place.choose()
    assert os.environ["GUANTONG_DATA_DIR"] == "elsewhere"
