"""The table of accounts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the name people type; making them is the work of `services`."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(name=username)


class Account(AbstractBaseUser):
    """What somebody signs in with: a name and a password. It says nothing about permits."""

    name = models.CharField(max_length=64, unique=True)
    person = models.BigIntegerField(unique=True)  # organizations.Person, one band above: kept by id
    is_active = models.BooleanField(default=True)
    must_change = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "name"

    def __str__(self) -> str:
        return self.name
