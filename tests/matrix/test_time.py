"""T16: what belongs to somebody else takes as long to refuse as what does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from tests.apps.road import at
from tests.cast import TODAY, Place, make_cast

from .scenes import Scenes
from .sent import Sent

pytestmark = [pytest.mark.django_db, pytest.mark.trust]
TRIES = 200
MOST = 0.010  # seconds between the two medians


@pytest.fixture
def scenes(settings: Any) -> Iterator[Scenes]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with time_machine.travel(at(TODAY, 10), tick=False):
        yield Scenes(make_cast())


@pytest.mark.parametrize(
    "address",
    [
        *("document", "unit-names", "directive", "receipt", "paper", "assignment"),
        *("organization", "persons", "person", "open-account", "correction", "batch"),
    ],
)
def test_T16_a_404_does_not_tell_by_its_time(scenes: Scenes, address: str) -> None:  # noqa: N802
    """Asked in turns, so that whatever else the machine does slows both."""
    client = scenes.cast.client("stranger")
    foreign = scenes.ready(address, "-", Place.SCHOOL)
    taken: dict[bool, list[float]] = {True: [], False: []}
    for nth in range(2 * TRIES):
        sent: Sent = foreign if nth % 2 else foreign.to_what_is_missing()
        began = perf_counter()
        answer = client.get(reverse(address, kwargs=sent.names))
        taken[sent is foreign].append(perf_counter() - began)
        assert answer.status_code == 404
    assert median(taken[False]) > 0.0001, "the clock that measures has to run"
    assert abs(median(taken[True]) - median(taken[False])) < MOST
