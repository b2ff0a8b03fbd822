"""Pages are tried with passwords that are cheap to hash; the ones in use stay costly."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
