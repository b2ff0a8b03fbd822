"""Failures inside the laws are shown like those of tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("reading_laws", "make_readings")
