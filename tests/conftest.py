"""Tests run on SQLite; `python -m tests.postgres COMMAND` runs them on a PostgreSQL of their own."""

from __future__ import annotations

import os
import tempfile
from typing import Any

import pytest

from tests.browser import browser

__all__ = ["browser"]  # a fixture of the session: one driver for all tests that need it

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings")
os.environ.setdefault("GUANTONG_DATA_DIR", tempfile.mkdtemp(prefix="guantong-test-"))
os.environ.setdefault("GUANTONG_SECRET_KEY", "for the tests only")


@pytest.fixture(autouse=True, scope="session")
def flush_lifts_the_triggers() -> Any:
    """The record of acts refuses to be emptied; only the flush between transactional tests may."""
    from django.test import TransactionTestCase

    from guantong.apps.ledger import triggers

    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def lifting(self: Any) -> None:
        triggers.lift()
        try:
            teardown(self)
        finally:
            triggers.put_in_place()

    TransactionTestCase._fixture_teardown = lifting  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
