"""Days of pages, and the demo's own days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guantong import clock


def test_the_demo_starts_on_its_day_and_goes_on_from_there(settings: Any, monkeypatch: Any) -> None:
    started = clock.now()
    monkeypatch.setattr(clock, "_STARTED", started)
    settings.DEMO_DAY = date(2024, 2, 29)
    assert clock.today() == date(2024, 2, 29)
    assert clock.now().utcoffset() == timedelta(hours=8)
    monkeypatch.setattr(clock, "_real", lambda: started + timedelta(days=2))
    assert clock.today() == date(2024, 3, 2)
    assert clock.now().time() == started.time()
    assert clock.second() == int((started + timedelta(days=2)).timestamp())


def test_without_the_setting_it_is_the_real_day(settings: Any) -> None:
    settings.DEMO_DAY = None
    assert clock.today() == clock._real().date()
