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


class Tries(models.Model):
    """How often signing in with a name from one address failed since it last went well.

    Both are kept as keyed digests: the table tells nobody who sat where, nor what was typed by mistake as a name.
    The row without a name stands for the address itself; it is locked while a try from there is counted.
    """

    origin = models.CharField(max_length=64)
    name = models.CharField(max_length=64, blank=True)
    failed = models.PositiveIntegerField(default=0)
    tried_at = (
        models.PositiveBigIntegerField()
    )  # seconds since 1970: never shifted, as the days of the demo are
    signed_in = models.BooleanField(default=False)  # went well from there within the time it is remembered

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "name"], name="people_tries_once")]
        indexes = [models.Index(fields=["tried_at"], name="people_tries_tried_at")]

    def __str__(self) -> str:
        return f"{self.name[:8]} {self.origin[:8]} {self.failed}"
