"""The tables of accounts, of the codes that set a password, of passwords once used, and of tries."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


def folded(name: str) -> str:
    """The name of an account as it is kept and looked for: neither case nor width makes another."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def is_name(name: str) -> bool:
    """Whether an account may be called so; the name is folded."""
    return _NAME.fullmatch(name) is not None


_NAME = re.compile(r"[\w.@-]{2,64}")


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the name people type; making them is the work of `services`."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(name=folded(username or ""))


class Account(AbstractBaseUser):
    """What somebody signs in with: a name and a password. It says nothing about permits."""

    name = models.CharField(max_length=64, unique=True)  # folded
    person = models.BigIntegerField(unique=True)  # organizations.Person, one band above: kept by id
    is_active = models.BooleanField(default=True)
    must_change = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    set_at = models.DateTimeField(null=True)  # when somebody set the password; none yet while a code waits
    generation = models.PositiveIntegerField(default=0)  # one more ends every session

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "name"

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What ties a session to the account: it ends with the password, and with the generation."""
        tied = f"{self.generation} {self.password}"
        return salted_hmac("guantong.people.session", tied, secret, algorithm="sha256").hexdigest()


class Code(models.Model):
    """The one code with which a password can be set in place of the old one; kept as a keyed digest, used once."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="code")
    digest = models.CharField(max_length=64)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.until}"


class PastPassword(models.Model):
    """A password an account has or had, as its hash: kept where the profile of passwords forbids to take it again."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"{self.account_id} {self.pk}"


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
