"""Making accounts, and setting their passwords."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from guantong.apps.people.models import Account
from guantong.core.refusal import Refused

LEAST = 10
"""Characters of a password."""


def make_account(
    *, name: str, person: int, password: str, must_change: bool = True, now: datetime
) -> Account:
    """Make the account of a person, who has to set a password of their own unless `must_change` is off.

    Raises Refused: account_name_taken, account_held (the person has one), password_short, password_common,
    password_same (as the name).
    """
    _check(password, name)
    with transaction.atomic():
        if Account.objects.filter(name=name).exists():
            raise Refused("account_name_taken")
        if Account.objects.filter(person=person).exists():
            raise Refused("account_held", person=person)
        account = Account(name=name, person=person, must_change=must_change, made_at=now)
        account.set_password(password)
        account.save()
    return account


def set_password(*, person: int, old: str, new: str) -> Account:
    """Change the password of a person's account by whoever knows it; every session signed in with the old one ends.

    Raises Refused: password_wrong, password_short, password_common, password_same (as before, or as the name).
    """
    with transaction.atomic():
        row = Account.objects.select_for_update().get(person=person)
        if not row.check_password(old):
            raise Refused("password_wrong")
        if new == old:
            raise Refused("password_same")
        _check(new, row.name)
        row.set_password(new)
        row.must_change = False
        row.save(update_fields=["password", "must_change"])
    return row


def _check(password: str, name: str) -> None:
    if len(password) < LEAST:
        raise Refused("password_short", least=LEAST)
    if password.casefold() == name.casefold():
        raise Refused("password_same")
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        raise Refused("password_common") from None
