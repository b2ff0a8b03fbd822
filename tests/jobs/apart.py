"""What the tests of the tick do in processes of their own: `python -m tests.jobs.apart WORD …`, on the database named."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from guantong.config.setup import prepare

if TYPE_CHECKING:
    from tests.apps.road import Road

DAY = date(2026, 3, 20)  # past the limits of signing for what was issued on the ninth
DIRECTIVES = 4


def build() -> None:
    """Tables, and a road on which several directives were issued and nobody did anything."""
    from django.core.management import call_command

    from tests.apps.road import NOTICE, make_road

    call_command("migrate", verbosity=0, skip_checks=True)
    road = make_road()
    for number in range(DIRECTIVES):
        _issue(road, NOTICE.replace("春季学期", f"第{number}学期"))


def _issue(road: Road, text: str) -> None:
    from guantong.apps.directives import services
    from tests.apps.road import ISSUED, at, read_notice, usual_choices

    clerk, now = road.actor("clerk"), at(ISSUED)
    document = read_notice(road, text)
    directive = services.draft_directive(clerk, document=document.pk, now=now).pk
    services.choose_clauses(clerk, directive=directive, choices=usual_choices(road), now=now)
    schools = [school.pk for school in road.schools]
    services.address(clerk, directive=directive, organizations=schools, now=now)
    secretary = road.actor("secretary")
    services.issue_directive(secretary, directive=directive, sign_days=3, adopt_days=10, now=now)


def passes(go: str) -> None:
    """A pass in slices of one receipt, begun when the file `go` is there; prints the line."""
    from guantong.apps.directives.services import looking
    from guantong.jobs.tick import run_pass

    looking.SLICE = 1
    while not Path(go).exists():
        time.sleep(0.001)
    sys.stdout.write(run_pass())


def standings() -> None:
    """Every column of every assignment, as JSON."""
    from guantong.apps.directives.models import Assignment

    rows = list(Assignment.objects.order_by("pk").values())
    sys.stdout.write(json.dumps(rows, default=str))


def due_again() -> None:
    """Let every assignment fall due once more, with a standing that is wrong."""
    from guantong.apps.directives.models import Assignment

    Assignment.objects.update(look_at=DAY, counted=0)


_WORDS: dict[str, Callable[..., None]] = {
    each.__name__.replace("_", "-"): each for each in (build, passes, standings, due_again)
}

if __name__ == "__main__":
    prepare()
    _WORDS[sys.argv[1]](*sys.argv[2:])
