"""The tick lets go what was imported when its week is over: lines, file, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from guantong.apps.intake.models import Batch
from guantong.jobs import tick
from tests.apps.intake import TODAY, make_district, received
from tests.apps.road import at


@pytest.mark.django_db
def test_a_week_after_the_upload_nothing_personal_is_left(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    batch = received(make_district().actor("clerk"), "persons", [["第一支部", "张某"]])
    for days, left in ((7, 1), (8, 0)):
        with time_machine.travel(at(TODAY + timedelta(days=days)), tick=False):
            tick.run_pass()
        batch.refresh_from_db()
        assert len(batch.lines) == len(list((tmp_path / "intake").iterdir())) == left
    assert Batch.objects.count() == 1, "that something was imported stays known"
